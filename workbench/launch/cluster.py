"""The directory of a Postgres server: making it whole or not at all, and naming it to programs.

A cluster is made under another name and renamed when it is complete, so a crash at any moment
leaves either none or a good one.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from workbench.launch import processes
from workbench.launch.binaries import Binaries
from workbench.launch.errors import DISK_FULL, LaunchError
from workbench.launch.places import Places
from workbench.launch.processes import Account

USER = DATABASE = "workbench"
DRAFTS = ".new-*"
LOCALE = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
# For an idle installation of a team; an operator may change them in postgres/postgresql.conf.
TUNING = {
    "max_connections": "100",
    "shared_buffers": "64MB",
    "io_method": "sync",  # no extra processes that wait for work
    "max_parallel_workers_per_gather": "0",
    "max_logical_replication_workers": "0",
    "autovacuum_naptime": "1min",
    "log_checkpoints": "off",
    "log_min_error_statement": "panic",  # prompts do not belong in a log
    "log_error_verbosity": "terse",
}

Waiting = Callable[[], None]


def exists(cluster: Path) -> bool:
    """Whether a complete cluster is there."""
    return (cluster / "PG_VERSION").is_file()


def major_version(cluster: Path) -> int:
    """The major version of Postgres that made ``cluster``; LaunchError when it is unreadable."""
    try:
        return int((cluster / "PG_VERSION").read_text("ascii"))
    except ValueError:
        raise LaunchError(f"{cluster}/PG_VERSION is damaged: restore a backup.") from None


def directory_argument(cluster: Path, account: Account | None) -> str:
    """How to name ``cluster`` to a program that was started in it.

    Another account may be unable to pass through the parents; the kernel's link to the working
    directory skips them.
    """
    return "/proc/self/cwd" if account and processes.IS_LINUX else str(cluster)


def server_environment() -> dict[str, str]:
    """Our environment without settings of Postgres or of a language."""
    environ = processes.environment_without("PG", "LC_", "LANG", "WORKBENCH_", "ANTHROPIC_")
    return environ | {"LC_ALL": "C", "TZ": "UTC"}


def remove_drafts(places: Places) -> None:
    """Remove what an interrupted first start left behind, and end what still works in it."""
    for draft in places.root.glob(DRAFTS):
        deadline = time.monotonic() + 10
        while draft.exists():
            if processes.IS_LINUX:
                for directory in draft.glob("*/"):
                    processes.signal_servers(directory, signal.SIGKILL)
            shutil.rmtree(draft, ignore_errors=time.monotonic() < deadline)


def create(
    binaries: Binaries,
    account: Account | None,
    places: Places,
    password: str,
    *,
    waiting: Waiting,
    target: Path | None = None,
    options: Sequence[str] = LOCALE,
    is_durable: bool = True,
) -> None:
    """Make a cluster with an empty database at ``target``; raises LaunchError with the reason."""
    draft = Path(tempfile.mkdtemp(prefix=DRAFTS.rstrip("*"), dir=places.root))
    cluster = draft / "cluster"
    cluster.mkdir(mode=0o700)
    (draft / "password").write_text(password + "\n", "ascii")
    if account:
        for path in (cluster, draft / "password", draft):
            os.chown(path, account.uid, account.gid)
    at = directory_argument(cluster, account)
    initdb: list[str | Path] = [
        binaries.program("initdb"),
        f"--pgdata={at}",
        f"--pwfile={at}/../password",
        f"--username={USER}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--no-instructions",
        *options,
    ]
    if binaries.major >= 18:
        initdb += [f"--set={name}={value}" for name, value in TUNING.items()]
    if not is_durable:
        initdb.append("--no-sync")
    _run(initdb, account, cluster, b"", waiting)
    single: list[str | Path] = [binaries.program("postgres"), "--single", "-D", at, "postgres"]
    _run(single, account, cluster, f"CREATE DATABASE {DATABASE}\n".encode(), waiting)
    cluster.rename(target or places.cluster)
    _flush(places.root)
    shutil.rmtree(draft)


def _flush(directory: Path) -> None:
    file = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _run(
    command: Sequence[str | Path],
    account: Account | None,
    cluster: Path,
    given: bytes,
    waiting: Waiting,
) -> None:
    with tempfile.TemporaryFile() as stdin, tempfile.TemporaryFile() as log:
        stdin.write(given)
        stdin.seek(0)
        process = processes.start(
            command,
            death_signal=signal.SIGKILL,
            account=account,
            directory=cluster,
            environ=server_environment(),
            stdin=stdin,
            stdout=log,
            stderr=log,
        )
        try:
            while process.poll() is None:
                waiting()
                time.sleep(0.01)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        log.seek(0)
        said = log.read().decode("utf-8", "replace")
    if process.returncode:
        raise LaunchError(explain(said, "The database could not be made", cluster.parents[1]))


def explain(said: str, what: str, path: Path) -> str:
    """One sentence from the output of a Postgres program."""
    if "No space left on device" in said:
        return DISK_FULL.format(path=path)
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    marked = [line for line in lines if "FATAL:" in line or "PANIC:" in line or "error:" in line]
    reason = (marked or lines or ["it gave no reason"])[-1]
    return f"{what}: {reason.split('FATAL:')[-1].split('PANIC:')[-1].strip()}"


def finish_replacement(places: Places) -> None:
    """Complete an upgrade that was cut short after the new cluster was whole."""
    whole = replacement(places)
    if whole.exists() and not places.cluster.exists():
        whole.rename(places.cluster)


def replacement(places: Places) -> Path:
    """Where an upgraded cluster waits to take the old one's place."""
    return places.root / "postgres.upgraded"


def is_ready(cluster: Path, process: subprocess.Popen[bytes]) -> bool:
    """Whether ``process`` has written into its pid file that it takes connections."""
    try:
        lines = (cluster / "postmaster.pid").read_text("utf-8", errors="replace").split("\n")
    except FileNotFoundError:
        return False
    return len(lines) >= 8 and lines[0] == str(process.pid) and lines[7].strip() == "ready"
