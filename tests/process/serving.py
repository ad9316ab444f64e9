"""A web server in a process of its own."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

MANAGE = Path(__file__).resolve().parents[2] / "manage.py"
START_SECONDS = 60


@contextmanager
def web_server(
    environ: Mapping[str, str], preparation: Callable[[], None] | None = None
) -> Iterator[int]:
    """Run ``manage.py serve``; gives its port. ``preparation`` runs in the process first."""
    port = _free_port()
    environ = os.environ | environ | {"PORT": str(port)}
    command = [sys.executable, MANAGE, "serve"]
    with subprocess.Popen(command, env=environ, preexec_fn=preparation) as server:
        try:
            _wait_for(port, server)
            yield port
        finally:
            server.terminate()
            server.wait(40)


def manage(environ: Mapping[str, str], *arguments: str) -> None:
    """Run another command of ``manage.py``; raises ``CalledProcessError`` when it fails."""
    command = [sys.executable, MANAGE, *arguments]
    subprocess.run(command, env=os.environ | environ, check=True, stdout=subprocess.DEVNULL)


def get(port: int, path: str, cookie: str = "") -> tuple[int, str]:
    """Status and text of a page."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        client.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        answer = client.getresponse()
        return answer.status, answer.read().decode()
    finally:
        client.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server ended at once"
        try:
            if get(port, "/health/")[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise TimeoutError("the server does not answer")
