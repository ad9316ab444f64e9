"""A whole installation under measurement: ``manage.py up`` in a directory of its own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import secrets
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from pathlib import Path

import httpx
import psycopg

from bench import processes

ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "correct horse battery staple"
LINK = re.compile(r"http://127\.0\.0\.1:\d+(\S*)")


class Installation:
    """One data directory, started and stopped at will, and a person who is signed in."""

    def __init__(self, directory: Path, upstream_url: str, root: Path = ROOT) -> None:
        self.directory = directory
        self.root = root
        self.port = processes.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.http = httpx.AsyncClient(base_url=self.url, timeout=30, trust_env=False)
        self.draft = ""
        self._upstream_url = upstream_url
        self._process: Process | None = None
        self._more_webs: list[Process] = []

    async def start(self, **environ: str) -> float:
        """Start it; returns the seconds from the command to the first page."""
        began = time.monotonic()
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(self.root / "manage.py"),
            "up",
            env=self._environment() | environ,
            stdout=PIPE,
        )
        assert self._process.stdout is not None
        line = (await self._process.stdout.readline()).decode()
        match = LINK.search(line)
        if match is None:
            raise RuntimeError(f"the installation did not start: {line!r}")
        self.welcome_path = match[1]
        page = await self.http.get(self.welcome_path, follow_redirects=True)
        page.raise_for_status()
        return time.monotonic() - began

    async def stop(self) -> None:
        """Stop it in order."""
        for more in self._more_webs:
            more.terminate()
            await more.wait()
        self._more_webs.clear()
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGTERM)
            await self._process.wait()
            self._process = None

    def _environment(self) -> dict[str, str]:
        ours = ("RUN_", "WORKBENCH_", "DATABASE_URL", "ANTHROPIC_", "SITE_URL", "HOST", "DJANGO")
        kept = {name: text for name, text in os.environ.items() if not name.startswith(ours)}
        return kept | {
            "PORT": str(self.port),
            "WORKBENCH_DATA_DIR": str(self.directory),
            "ANTHROPIC_API_KEY": "sk-ant-bench-0000",
            "ANTHROPIC_BASE_URL": self._upstream_url,
            "RUN_SHUTDOWN_GRACE": "1",
        }

    # Its processes -------------------------------------------------------------------------

    def all_processes(self) -> list[int]:
        assert self._process is not None
        return processes.family(self._process.pid)

    @property
    def web(self) -> int:
        """The id of the web process."""
        return next(pid for pid in self.all_processes() if " serve" in processes.command(pid))

    @property
    def webs(self) -> list[int]:
        """The ids of all web processes, the first one first."""
        return [self.web, *(more.pid for more in self._more_webs)]

    async def another_web(self) -> str:
        """Start one more web process on the same database; returns its address."""
        port = processes.free_port()
        environ = processes.environment(self.web) | {"PORT": str(port)}
        command = [sys.executable, str(self.root / "manage.py"), "serve"]
        more = await asyncio.create_subprocess_exec(*command, env=environ)
        self._more_webs.append(more)
        url = f"http://127.0.0.1:{port}"
        async with asyncio.timeout(60), httpx.AsyncClient(trust_env=False) as client:
            while True:
                with contextlib.suppress(httpx.TransportError):
                    if (await client.get(f"{url}/health/")).status_code == 200:
                        return url
                await asyncio.sleep(0.1)

    def other_cpu_seconds(self) -> float:
        """CPU time of everything but the web process: Postgres and the launcher."""
        web = self.web
        return sum(processes.cpu_seconds(pid) for pid in self.all_processes() if pid != web)

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        """A connection of our own to its database."""
        url = (self.directory / "database-url").read_text().strip()
        return psycopg.connect(url, autocommit=True)

    # A person ------------------------------------------------------------------------------

    async def settle_in(self) -> None:
        """Sign up through the welcome link and begin a draft."""
        page = await self.http.get(self.welcome_path)
        form = {"name": "Ana", "email": "ana@example.com", "password": PASSWORD}
        form |= {"team_name": "Acme", "csrfmiddlewaretoken": _token(page.text)}
        answer = await self.http.post(self.welcome_path, data=form)
        if answer.status_code != 302:
            raise RuntimeError(f"signing up was answered with {answer.status_code}")
        self.draft = await self.new_draft()

    async def new_draft(self) -> str:
        """Begin a draft; returns its id. One that nothing was written in is given again."""
        page = await self.http.get("/t/acme/runs/")
        form = {"csrfmiddlewaretoken": _token(page.text)}
        answer = await self.http.post("/t/acme/drafts/", data=form)
        match = re.search(r"/drafts/(\d+)/", answer.headers["location"])
        assert match is not None
        return match[1]

    async def press_run(self, text: str, *, is_htmx: bool = False) -> httpx.Response:
        """Post the editor's form as a browser does, with scripts or without."""
        form = _turn(text) | {"idempotency_key": secrets.token_urlsafe(16)}
        page = f"{self.url}/t/acme/drafts/{self.draft}/"
        htmx = {"HX-Request": "true", "HX-Current-URL": page} if is_htmx else {}
        return await self._post("runs/", form, htmx)

    async def run(self, text: str) -> str:
        """Press Run; returns the path of the run."""
        return (await self.press_run(text)).headers["location"]

    async def compare(self, text: str, panes: int) -> str:
        """Run the text in several panes side by side; returns the path of the comparison."""
        await self._post("comparison/draft/", _turn(text))
        form = {"do": "run", "pane": [*"abcd"[:panes]]}
        answer = await self._post("comparison/", form | {"idempotency_key": secrets.token_hex(8)})
        return answer.headers["location"]

    async def save(self, form: Mapping[str, str | list[str]]) -> None:
        """Save the draft, as the form says, as the next version of its prompt."""
        await self._post("versions/", form)

    async def _post(
        self, place: str, form: Mapping[str, str | list[str]], more: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Post a form of the draft."""
        headers = {"X-CSRFToken": self.http.cookies["workbench-csrf"], **(more or {})}
        path = f"/t/acme/drafts/{self.draft}/{place}"
        answer = await self.http.post(path, data=form, headers=headers)
        if answer.status_code not in (200, 302):
            raise RuntimeError(f"{path} answered {answer.status_code}: {answer.text[:500]}")
        return answer

    def cookies(self) -> dict[str, str]:
        """The header that makes a request one of the signed-in person."""
        pairs = [f"{cookie.name}={cookie.value}" for cookie in self.http.cookies.jar]
        return {"Cookie": "; ".join(pairs)}


def _turn(text: str) -> dict[str, str]:
    """The editor's form with one turn."""
    return {"part": "turns", "turn-a-role": "user", "turn-a-text": text}


def _token(page: str) -> str:
    match = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert match is not None
    return match[1]
