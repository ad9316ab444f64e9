"""The embedded Postgres: a child process that listens on a private unix socket only."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from workbench.launch import binaries, cluster, old_server, processes, secrets
from workbench.launch.errors import LaunchError
from workbench.launch.places import Lock, Places

SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET = 100  # bytes; the kernel's limit is 107 on Linux, 103 on macOS
LONGEST_LOG = 10 * 1024 * 1024
START_ATTEMPT_SECONDS = 20.0  # for the last backends of a killed server to let go


class EmbeddedPostgres:
    """A Postgres server on the data directory ``directory``, made at the first start.

    ``extra_settings`` are passed to the server as they are: a throw-away server for tests may turn
    ``fsync`` off there; nothing else ever does. ``waiting`` is called many times a second while a
    start takes long; what it raises stops the start.
    """

    def __init__(
        self,
        directory: Path,
        *,
        extra_settings: Mapping[str, str] | None = None,
        waiting: cluster.Waiting = lambda: None,
        version: binaries.Binaries | None = None,
    ) -> None:
        self.places = Places(directory.absolute())
        self.extra_settings = dict(extra_settings or {})
        self.waiting = waiting
        self.version = version
        self.process: subprocess.Popen[bytes] | None = None
        self.host = ""
        self._password = ""
        self._account: processes.Account | None = None
        self._held: int | None = None
        self._lock = Lock(
            self.places.root / "postgres.lock",
            f"Postgres already runs on {directory} (started by process {{pid}}). Stop it first.",
        )

    @property
    def url(self) -> str:
        """The address for clients, with the password; valid while the server runs."""
        host = quote(self.host, safe="/")
        return f"postgresql://{cluster.USER}:{self._password}@/{cluster.DATABASE}?host={host}"

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which Postgres' own client programs reach this server."""
        return cluster.server_environment() | {
            "PGHOST": self.host,
            "PGUSER": cluster.USER,
            "PGPASSWORD": self._password,
            "PGDATABASE": cluster.DATABASE,
        }

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start the server and return when it answers; makes the database at the first start.

        Raises LaunchError with a sentence, OSError when the directory cannot be used.
        """
        self.places.prepare()
        self._lock.acquire()
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def restart(self) -> None:
        """Start the server again after it ended by itself; the address stays the same.

        Raises LaunchError when it does not come back.
        """
        old_server.end(self.places.cluster, self._usable, self.environment, self.waiting)
        self._launch()

    def _start(self) -> None:
        places = self.places
        cluster.remove_drafts(places)
        binaries.remove_temporary_directories(places)
        cluster.finish_replacement(places)
        self._account = processes.server_account()
        chosen = self.version or self._matching_version()
        self._usable = binaries.reachable(chosen, self._account, places)
        self._password = secrets.read_or_create(places.password)
        self.host = self._client_host()
        old_server.end(places.cluster, self._usable, self.environment, self.waiting)
        if not cluster.exists(places.cluster):
            cluster.create(
                self._usable,
                self._account,
                places,
                self._password,
                waiting=self.waiting,
                is_durable=self.extra_settings.get("fsync") != "off",
            )
        self._launch()

    def _matching_version(self) -> binaries.Binaries:
        newest = binaries.installed()[0]
        if cluster.exists(self.places.cluster):
            made_by = cluster.major_version(self.places.cluster)
            if made_by != newest.major:
                raise LaunchError(
                    f"The data in {self.places.root} is of Postgres {made_by}, and this Workbench "
                    f"brings Postgres {newest.major}. Run: python manage.py upgrade-database"
                )
        return newest

    def _launch(self) -> None:
        deadline = time.monotonic() + START_ATTEMPT_SECONDS
        while True:
            said = self._attempt()
            if said is None:
                return
            if "still in use" not in said or time.monotonic() > deadline:
                where = f"Postgres does not start (see {self.places.postgres_log})"
                raise LaunchError(cluster.explain(said, where, self.places.root))
            self.waiting()
            time.sleep(0.2)

    def _attempt(self) -> str | None:
        """Start once; None when it answers, else what it wrote before it ended."""
        at = cluster.directory_argument(self.places.cluster, self._account)
        settings = {
            "listen_addresses": "",
            "port": "5432",
            "unix_socket_directories": ".",
            "unix_socket_permissions": "0700",
            "cluster_name": "workbench",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "logging_collector": "off",
        } | self.extra_settings
        command: list[str | Path] = [self._usable.program("postgres"), "-D", at]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with open(self._open_log(), "ab") as log:
            begins = log.seek(0, os.SEEK_END)
            self.process = processes.start(
                command,
                death_signal=signal.SIGINT,
                account=self._account,
                directory=self.places.cluster,
                environ=cluster.server_environment(),
                stdout=log,
                stderr=log,
            )
        while self.process.poll() is None:
            if cluster.is_ready(self.places.cluster, self.process):
                return None
            self.waiting()
            time.sleep(0.01)
        with open(self.places.postgres_log, "rb") as log:
            log.seek(begins)
            return log.read().decode("utf-8", "replace")

    def _open_log(self) -> int:
        path = self.places.postgres_log
        if path.exists() and path.stat().st_size > LONGEST_LOG:
            path.replace(path.with_suffix(".log.1"))
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        return os.open(path, flags, 0o600)

    def _client_host(self) -> str:
        """The socket's directory, by a short name when its own is too long for a socket address."""
        own = self.places.cluster
        if len(os.fsencode(own / SOCKET)) <= LONGEST_SOCKET:
            return str(own)
        longest = LONGEST_SOCKET - len(f"/s/{SOCKET}")
        link = binaries.temporary_directory(self.places, longest=longest) / "s"
        link.symlink_to(own)
        self._hold(link.parent)
        return str(link)

    def _hold(self, directory: Path) -> None:
        """Lock a temporary directory: cleaners that remove what is old leave locked ones alone."""
        self._held = os.open(directory, os.O_RDONLY | os.O_CLOEXEC)
        fcntl.flock(self._held, fcntl.LOCK_SH)

    def stop(self, seconds: float = 20.0) -> None:
        """Stop the server: politely first, after ``seconds`` at once (the next start recovers)."""
        if not self._lock.is_held:  # nothing here is ours
            return
        if self.process is not None:
            for number, patience in (
                (signal.SIGINT, seconds),
                (signal.SIGQUIT, 2.0),
                (signal.SIGKILL, 2.0),
            ):
                if self.process.poll() is None:
                    self.process.send_signal(number)
                    _wait(self.process, patience)
            self.process = None
        if self._held is not None:
            os.close(self._held)
            self._held = None
        binaries.remove_temporary_directories(self.places)
        cluster.remove_drafts(self.places)
        self._lock.release()


def _wait(process: subprocess.Popen[bytes], seconds: float) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return
