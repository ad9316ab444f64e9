"""An installation under test: real launcher, real Postgres, stand-ins for the Django side."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import psycopg

from workbench.launch.places import Places
from workbench.launch.processes import servers_in

STAND_IN = Path(__file__).with_name("stand_in.py")
REMOVED = ("DATABASE_URL", "DATABASE_URL_FILE", "SITE_URL", "HOST", "PORT", "FORWARDED_ALLOW_IPS")


def free_port() -> int:
    """A port of this machine that nothing uses right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Installation:
    """One data directory, and the launcher on it when ``start`` was called."""

    def __init__(self, directory: Path, **environ: str) -> None:
        self.places = Places(directory)
        self.port = free_port()
        self.environ = {name: value for name, value in os.environ.items() if name not in REMOVED}
        self.environ |= {"WORKBENCH_DATA_DIR": str(directory), "PORT": str(self.port)} | environ
        self.launcher: subprocess.Popen[str] | None = None

    def start(self, *command: str) -> str:
        """Start the launcher; returns its first line, "" when it ended without one."""
        self.launch(*command)
        return self.line()

    def launch(self, *command: str) -> subprocess.Popen[str]:
        """Start the launcher and do not wait for it."""
        self.launcher = subprocess.Popen(
            command or [sys.executable, str(STAND_IN), "up"],
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=_hear_hang_ups,
        )
        return self.launcher

    def line(self, seconds: float = 20) -> str:
        """The next line the launcher says."""
        assert self.launcher is not None
        assert self.launcher.stdout is not None
        ready, _, _ = select.select([self.launcher.stdout], [], [], seconds)
        assert ready, f"the launcher said nothing for {seconds} s"
        return self.launcher.stdout.readline().strip()

    def finish(self, number: signal.Signals | None = None, seconds: float = 30) -> tuple[int, str]:
        """Send a signal, wait for the launcher's end; returns its exit code and its complaints."""
        assert self.launcher is not None
        if number is not None and self.launcher.poll() is None:
            self.launcher.send_signal(number)
        _, complaints = self.launcher.communicate(timeout=seconds)
        return self.launcher.returncode, complaints

    def postgres_pid(self) -> int:
        """The process id of the database server."""
        return int((self.places.cluster / "postmaster.pid").read_text().splitlines()[0])

    def web_pid(self) -> int:
        """The process id of the web server, from its own mouth."""
        with urlopen(f"http://127.0.0.1:{self.port}/health/", timeout=2) as answer:
            return int(json.load(answer)["pid"])

    def execute(self, statement: str) -> list[tuple[object, ...]]:
        """Run one statement in the embedded database; returns the rows."""
        url = self.places.database_url.read_text().strip()
        with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def left_running(self) -> list[int]:
        """The processes that belong to this installation, of whichever account."""
        wanted = f"WORKBENCH_DATA_DIR={self.places.root}\0".encode()
        found = map(int, filter(str.isdecimal, os.listdir("/proc")))
        ours = [pid for pid in found if pid != os.getpid() and wanted in _environ(pid)]
        clusters = [self.places.cluster, *self.places.root.glob(".new-*/cluster")]
        return ours + [pid for cluster in clusters for pid in servers_in(cluster)]

    def clean_up(self) -> None:
        """End everything, whatever state a failed test left behind."""
        if self.launcher and self.launcher.poll() is None:
            self.finish(signal.SIGTERM)
        if self.launcher and self.launcher.stdout and self.launcher.stderr:
            self.launcher.stdout.close()
            self.launcher.stderr.close()
        for pid in self.left_running():
            os.kill(pid, signal.SIGKILL)


def _environ(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""


def eventually(condition, seconds: float = 10) -> bool:
    """Whether ``condition`` held within ``seconds``; a refused connection counts as no."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if condition():
                return True
        except (OSError, psycopg.OperationalError):
            pass
        time.sleep(0.05)
    return False


def _hear_hang_ups() -> None:
    """What started the tests may ignore hang-ups, and the launcher would inherit that."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
