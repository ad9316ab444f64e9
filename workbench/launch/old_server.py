"""Ending a server that an earlier start left in our directory, without touching anything else.

A pid file is never believed: after a crash it may name any process. The caller holds the lock on
the data directory, so a server found in it belongs to nobody alive.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

from workbench.launch import processes
from workbench.launch.binaries import Binaries
from workbench.launch.cluster import Waiting
from workbench.launch.errors import LaunchError

PATIENCE_SECONDS = 60.0


def end(cluster: Path, usable: Binaries, environ: dict[str, str], waiting: Waiting) -> None:
    """Wait until no server uses ``cluster``, asking it to stop; then remove misleading pid files.

    ``environ`` is that of a client which would connect to it.
    Raises LaunchError when it does not end within a minute.
    """
    if processes.IS_LINUX:
        _end_found_by_directory(cluster, waiting)
    else:
        end_found_by_connecting(cluster, usable, environ, waiting)
    for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
        _remove_if_misleading(cluster / name)


def _end_found_by_directory(cluster: Path, waiting: Waiting) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    asked = False
    while found := processes.servers_in(cluster):
        pid = pid_in(cluster / "postmaster.pid")
        if not asked and pid in found:
            processes.signal_servers(cluster, signal.SIGINT, only=pid)
            asked = True
        _check(deadline, found[0], cluster)
        waiting()
        time.sleep(0.02)


def end_found_by_connecting(
    cluster: Path, usable: Binaries, environ: dict[str, str], waiting: Waiting
) -> None:
    """The same where processes cannot be asked for their directory: connect and compare first."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    asked = False
    while (pid := pid_in(cluster / "postmaster.pid")) and processes.is_alive(pid):
        if not _is_named_postgres(pid):
            return
        if not asked and _answers_for(cluster, usable, environ):
            os.kill(pid, signal.SIGINT)  # the server that answers wrote this id itself
            asked = True
        _check(deadline, pid, cluster)
        waiting()
        time.sleep(0.1)


def _check(deadline: float, pid: int, cluster: Path) -> None:
    if time.monotonic() > deadline:
        raise LaunchError(
            f"An old Postgres (process {pid}) still uses {cluster}. Stop it, then start again."
        )


def _is_named_postgres(pid: int) -> bool:
    shown = subprocess.run(["ps", "-o", "comm=", "-p", str(pid)], capture_output=True, text=True)
    return os.path.basename(shown.stdout.strip()).startswith("postgres")


def _answers_for(cluster: Path, usable: Binaries, environ: dict[str, str]) -> bool:
    """Whether the server that ``environ`` reaches says that ``cluster`` is its directory."""
    asked = subprocess.run(
        [usable.program("psql"), "-XAtc", "SHOW data_directory"],
        env=environ | {"PGCONNECT_TIMEOUT": "3"},
        capture_output=True,
        text=True,
    )
    named = asked.stdout.strip()
    return bool(named) and os.path.exists(named) and os.path.samefile(named, cluster)


def _remove_if_misleading(path: Path) -> None:
    """Remove a pid file unless it names a dead process: only with those Postgres copes itself."""
    if path.exists():
        pid = pid_in(path)
        if pid is None or processes.is_alive(pid):
            path.unlink()


def pid_in(path: Path) -> int | None:
    """The process id on the first line of a pid file; None when it is missing or damaged."""
    try:
        first = path.read_bytes().split(b"\n")[0].strip()
    except FileNotFoundError:
        return None
    return int(first) if first.isdigit() and len(first) < 10 and int(first) > 1 else None
