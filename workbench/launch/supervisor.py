"""The parent of an installation: starts its parts in order, watches them, stops them together."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.launch import processes, secrets, web
from workbench.launch.errors import LaunchError, sentence_for
from workbench.launch.options import Options
from workbench.launch.places import Lock, Places
from workbench.launch.postgres import EmbeddedPostgres
from workbench.launch.signals import Signals, StopRequested

READY_SECONDS = 60.0
STOP_SECONDS = 29.0  # for everything together; service managers lose patience after 30
WEB_SECONDS_ON_TOP = 1.5  # what the web server may need beyond the grace for its runs
FAILURES = 5
FAILURE_WINDOW_SECONDS = 300.0


@dataclass(frozen=True)
class Commands:
    """The command lines of the parts; ``dump`` is for ``prepare``, which runs it when needed."""

    prepare: Sequence[str]
    serve: Sequence[str]
    dump: Sequence[str]

    @classmethod
    def of(cls, manage: Path) -> Commands:
        """Those of the project whose manage.py is ``manage``."""
        words = ("prepare", "serve", "dump-database")
        return cls(*([sys.executable, str(manage), word] for word in words))


class Supervisor:
    """Runs one installation until it is told to stop. ``say`` shows a line to the operator."""

    def __init__(
        self, options: Options, commands: Commands, say: Callable[[str], None] = print
    ) -> None:
        self.options = options
        self.commands = commands
        self.say = say
        self.places = Places(options.directory)
        self.signals = Signals()
        self.postgres: EmbeddedPostgres | None = None
        self.web: subprocess.Popen[bytes] | None = None
        self._failures: list[float] = []
        self._lock = Lock(
            self.places.root / "lock",
            "Another Workbench is already running on this data directory (process {pid}). "
            "Stop it, or set WORKBENCH_DATA_DIR.",
        )

    def run(self) -> int:
        """Start everything, watch it, stop it; returns the exit code: 0 after a request to stop."""
        self.signals.install()
        try:
            self._start()
            self._watch()
        except StopRequested:
            return 0
        except LaunchError as error:
            print(error, file=sys.stderr, flush=True)
        except OSError as error:
            print(sentence_for(error, self.places.root), file=sys.stderr, flush=True)
        finally:
            self._stop()
        return 1

    def _start(self) -> None:
        self.places.prepare()
        self._lock.acquire()
        web.check_port(self.options)
        for name in ("secret-key", "encryption-key"):
            secrets.read_or_create(self.places.root / "secrets" / name)
        if not self.options.has_database:
            self._start_postgres()
        welcome_path = self._prepare()
        self._start_web()
        self._wait_until_ready()
        self.say(f"Workbench is ready: {self.options.shown_url}{welcome_path or '/'}")

    def _start_postgres(self) -> None:
        self.postgres = EmbeddedPostgres(self.options.directory, waiting=self.signals.check)
        self.postgres.start()
        draft = self.places.database_url.with_name(".database-url")
        draft.unlink(missing_ok=True)
        file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(file, "w", encoding="utf-8") as writer:
            writer.write(self.postgres.url + "\n")
        draft.replace(self.places.database_url)

    def _prepare(self) -> str:
        """Run the migrations; returns the path of the welcome page, "" when users exist."""
        with tempfile.TemporaryFile() as answer:
            child = processes.start(
                self.commands.prepare,
                death_signal=signal.SIGKILL,
                environ=self._environment(),
                stdout=answer,
            )
            try:
                while child.poll() is None:
                    self.signals.check()
                    self.signals.wait(1)
            finally:
                _end(child, signal.SIGTERM, 3)
            answer.seek(0)
            lines = answer.read().decode("utf-8", "replace").strip().splitlines()
        if child.returncode:
            raise LaunchError("\n".join([*lines, "Workbench did not start: see the lines above."]))
        try:
            return json.loads(lines[-1])["welcome_path"] or ""
        except (IndexError, KeyError, TypeError, ValueError):
            raise LaunchError(
                "Preparing the database gave no answer; is manage.py whole?"
            ) from None

    def _environment(self) -> dict[str, str]:
        environ = dict(os.environ)
        environ["WORKBENCH_DATA_DIR"] = str(self.options.directory)
        environ[web.PARENT_VARIABLE] = str(os.getpid())
        if self.postgres:
            environ["WORKBENCH_DUMP_COMMAND"] = shlex.join(self.commands.dump)
        return environ

    def _start_web(self) -> None:
        # Killed with us: its Postgres goes too, and the next start needs the port.
        self.web = processes.start(
            self.commands.serve, death_signal=signal.SIGKILL, environ=self._environment()
        )

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not web.is_healthy(self.options):
            if self.web is None or self.web.poll() is not None:
                raise LaunchError("The web server did not start: see the lines above.")
            if time.monotonic() > deadline:
                raise LaunchError("The web server started and does not answer on /health/.")
            self.signals.check()
            self.signals.wait(0.05)

    def _watch(self) -> None:
        while True:
            self.signals.check()
            if self.postgres and self.postgres.process and self.postgres.process.poll() is not None:
                self._recover("Postgres", self.postgres.process.returncode)
                self.postgres.restart()
            if self.web and self.web.poll() is not None:
                self._recover("The web server", self.web.returncode)
                self._start_web()
            self.signals.wait(10)

    def _recover(self, what: str, code: int) -> None:
        """Say that ``what`` ended, and wait before it starts again; give up after a few times."""
        now = time.monotonic()
        self._failures = [at for at in self._failures if now - at < FAILURE_WINDOW_SECONDS] + [now]
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        if len(self._failures) > FAILURES:
            raise LaunchError(f"{what} ended again ({how}). Workbench gives up after {FAILURES}.")
        print(f"{what} ended ({how}). Starting it again.", file=sys.stderr, flush=True)
        until = now + 0.1 * 2 ** (len(self._failures) - 1)
        while (left := until - time.monotonic()) > 0:
            self.signals.check()
            self.signals.wait(left)

    def _stop(self) -> None:
        deadline = time.monotonic() + STOP_SECONDS
        if self.web:
            self.web.send_signal(signal.SIGTERM)
            until = time.monotonic() + self.options.grace + WEB_SECONDS_ON_TOP
            while self.web.poll() is None and time.monotonic() < until:
                if self.signals.interrupts > 1:
                    break  # the second Ctrl-C: in a hurry
                self.signals.wait(0.1)
            _end(self.web, signal.SIGKILL, 1)
        if self.postgres:
            with contextlib.suppress(OSError):
                self.places.database_url.unlink()
            self.postgres.stop(max(1.0, deadline - time.monotonic() - 1))
        self._lock.release()


def _end(child: subprocess.Popen[bytes], number: signal.Signals, seconds: float) -> None:
    """Make sure that ``child`` is gone: by ``number``, and after ``seconds`` by force."""
    if child.poll() is None:
        child.send_signal(number)
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
