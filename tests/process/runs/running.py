"""What a running site is made of: an upstream, a database, web processes, all of them real."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg

ROOT = Path(__file__).resolve().parents[3]
MANAGE = [sys.executable, str(ROOT / "manage.py")]


def free_port() -> int:
    """A port of this machine that nothing uses right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(check: Callable[[], Any], seconds: float = 10, pause: float = 0.03) -> Any:
    """What ``check`` returns as soon as it is true; fails after ``seconds``."""
    deadline = time.monotonic() + seconds
    while True:
        if found := check():
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"{check} did not become true within {seconds} s")
        time.sleep(pause)


class Upstream:
    """The simulator in a process of its own."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "workbench.simulator"]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()
        self._client = httpx.Client(base_url=self.url, verify=False, trust_env=False, timeout=20)

    def journal(self, marker: str = "", path: str = "/v1/messages") -> list[dict[str, Any]]:
        """The requests to ``path`` whose body has ``marker``, oldest first."""
        entries = self._client.get("/__journal__").json()
        return [
            entry for entry in entries if entry["path"] == path and marker in str(entry["body"])
        ]

    def forget(self) -> None:
        """Begin a new journal."""
        self._client.delete("/__journal__")

    def stop(self) -> None:
        """End the process."""
        self._client.close()
        self.process.kill()
        self.process.communicate()


class Database:
    """A database of its own, empty or a copy of the database ``template``."""

    def __init__(self, admin: str, template: str = "template1") -> None:
        self.admin = admin
        self.name = f"site_{secrets.token_hex(4)}"
        with psycopg.connect(self.admin, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {self.name} TEMPLATE {template}")
        self.url = urlunsplit(urlsplit(self.admin)._replace(path=f"/{self.name}"))
        self._connection: psycopg.Connection[Any] | None = None

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What a query returns; a lost connection is opened again, once."""
        with contextlib.suppress(psycopg.OperationalError):
            return self._rows(query, values)
        self.let_go()
        return self._rows(query, values)

    def value(self, query: str, *values: Any) -> Any:
        """The first column of the first row."""
        return self.rows(query, *values)[0][0]

    def let_go(self) -> None:
        """Close the connection; the next query opens one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def drop(self) -> None:
        """Remove the database, whoever is connected."""
        self.let_go()
        with psycopg.connect(self.admin, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {self.name} WITH (FORCE)")

    def _rows(self, query: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        if self._connection is None:
            self._connection = psycopg.connect(self.url, autocommit=True)
        cursor = self._connection.execute(query, values)  # type: ignore[arg-type]
        return cursor.fetchall() if cursor.description else []


class Web:
    """One web process, ``manage.py serve``, on a port that it keeps over restarts."""

    def __init__(self, environ: dict[str, str], cookies: dict[str, str]) -> None:
        self.port = free_port()
        self.environ = environ | {"PORT": str(self.port)}
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        self.log_path = Path(environ["WORKBENCH_DATA_DIR"]) / f"web-{self.port}.log"
        self.client = httpx.Client(
            base_url=self.url,
            cookies=cookies,
            timeout=30,
            verify=False,
            trust_env=False,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=20),
        )

    def begin(self) -> None:
        """Start the process without waiting for it."""
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                [*MANAGE, "serve"], env=self.environ, stdout=log, stderr=log
            )

    def start(self) -> None:
        """Start the process and wait until it answers."""
        self.begin()
        try:
            eventually(lambda: self.answers() or self.has_ended, 30)
            assert not self.has_ended
        except AssertionError:
            self.kill()
            raise AssertionError(f"The web process does not answer. Its log: {self.log}") from None

    @property
    def has_ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def answers(self) -> bool:
        """Whether the site is well."""
        try:
            return self.client.get("/health/", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        self._end(signal.SIGKILL)

    def tell_to_stop(self) -> None:
        """Send SIGTERM and return at once."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)

    def stop(self, seconds: float = 30) -> int:
        """SIGTERM; returns the exit code."""
        return self._end(signal.SIGTERM, seconds)

    def close(self) -> None:
        """Kill the process and drop its client."""
        self.kill()
        self.client.close()

    @property
    def log(self) -> str:
        """Everything the process has written, over its restarts."""
        return self.log_path.read_text("utf-8", "replace")

    @property
    def memory_mb(self) -> float:
        """Resident memory of the process; Linux."""
        assert self.process is not None
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found
        return int(found[1]) / 1024

    def _end(self, number: signal.Signals, seconds: float = 30) -> int:
        if self.process is None:
            return 0
        self.process.send_signal(number)
        code = self.process.wait(seconds)
        self.process = None
        return code


def environment(directory: Path, database_url: str, upstream_url: str) -> dict[str, str]:
    """The environment of a web process: nothing of the developer's own settings."""
    keep = {name: value for name, value in os.environ.items() if not name.startswith("RUN_")}
    return keep | {
        "DATABASE_URL": database_url,
        "WORKBENCH_DATA_DIR": str(directory),
        "ANTHROPIC_BASE_URL": upstream_url,
        "SECRET_KEY": "a secret of the tests",
        "ENCRYPTION_KEY": "another long secret of the tests",
    }
