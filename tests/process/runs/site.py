"""A site under test: a person who is signed in, her draft, and runs to start, watch and judge."""

from __future__ import annotations

import json
import re
import secrets
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx

from .running import MANAGE, Database, Upstream, Web, environment, eventually

PASSWORD = "correct horse battery staple"
API_KEY = "sk-ant-under-test-4Q2x"
ACTIVE = ("queued", "connecting", "streaming")
FAST = {
    "ANTHROPIC_API_KEY": API_KEY,
    "RUN_LEASE_GRACE": "2",
    "RUN_SHUTDOWN_GRACE": "10",
    "RUN_RECHECK_INTERVAL": "1",
}
TABS = ("", "request/", "log/", "headers/")


class Origin:
    """A database with one team and one person, made once; every site begins as a copy of it."""

    def __init__(self, directory: Path, admin: str) -> None:
        self.admin = admin
        self.static = directory / "static"
        self.database = Database(admin)
        environ = environment(directory, self.database.url, "http://127.0.0.1:9") | FAST
        environ["WORKBENCH_STATIC_DIR"] = str(self.static)
        command = [*MANAGE, "prepare"]
        prepared = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
        assert prepared.returncode == 0, prepared.stderr
        welcome = json.loads(prepared.stdout.splitlines()[-1])["welcome_path"]
        web = Web(environ, {})
        try:
            web.start()
            self.draft = _settle_in(web.client, welcome)
            self.cookies = dict(web.client.cookies)
        finally:
            web.close()
            self.database.let_go()

    def copy(self, admin: str = "") -> Database:
        """A database that is a copy of this one."""
        return Database(admin or self.admin, self.database.name)


class Watched:
    """One stream that a thread reads to its end."""

    def __init__(self, read: Callable[[Watched], None]) -> None:
        self.pieces: list[str] = []
        self.times: list[float] = []
        self.error = ""
        self.status = 0
        self._thread = threading.Thread(target=self._follow, args=(read,), daemon=True)
        self._thread.start()

    def _follow(self, read: Callable[[Watched], None]) -> None:
        try:
            read(self)
        except httpx.HTTPError as error:
            self.error = repr(error)

    @property
    def stream(self) -> str:
        """Everything that has come, as it came."""
        return "".join(self.pieces)

    @property
    def text(self) -> str:
        """The answer's text in a stream of events; what has only half arrived is left out."""
        return text_in(self.stream.rpartition("\n\n")[0])

    def seen_before(self, moment: float) -> str:
        """The answer's text that had come at a moment of the monotonic clock."""
        pieces = zip(self.pieces, self.times, strict=False)
        had = "".join(piece for piece, when in pieces if when <= moment)
        return text_in(had.rpartition("\n\n")[0])

    @property
    def is_open(self) -> bool:
        return self._thread.is_alive()

    def wait(self, seconds: float = 30) -> str:
        """The whole stream, once it has ended."""
        self._thread.join(seconds)
        assert not self.is_open, "the stream did not end"
        return self.stream


class Site:
    """A database, an upstream, a person, and web processes as needed."""

    def __init__(
        self,
        directory: Path,
        upstream: Upstream,
        origin: Origin,
        *,
        admin: str = "",
        **environ: str,
    ) -> None:
        self.upstream = upstream
        self.draft = origin.draft
        self.cookies = origin.cookies
        self.webs: list[Web] = []
        self.database = origin.copy(admin)
        self.environ = environment(directory, self.database.url, upstream.url) | FAST
        self.environ |= {"WORKBENCH_STATIC_DIR": str(origin.static)} | environ
        try:
            self.web = self.another_web()
        except BaseException:
            self.close()
            raise

    def another_web(self, **environ: str) -> Web:
        """One more web process on the same database."""
        web = Web(self.environ | environ, self.cookies)
        self.webs.append(web)
        web.start()
        return web

    def close(self) -> None:
        for web in self.webs:
            web.close()
        self.database.drop()

    # A person ----------------------------------------------------------------------------

    def get(self, path: str, web: Web | None = None) -> httpx.Response:
        """A page of the team, ``path`` behind ``/t/acme/``."""
        return (web or self.web).client.get(f"/t/acme/{path}")

    def post(self, path: str, web: Web | None = None, **fields: str) -> httpx.Response:
        """Post a form as the signed-in person."""
        headers = {"X-CSRFToken": self.cookies["workbench-csrf"]}
        return (web or self.web).client.post(f"/t/acme/{path}", data=fields, headers=headers)

    def press_run(
        self, text: str, key: str = "", web: Web | None = None, **fields: str
    ) -> httpx.Response:
        """Press Run on the draft that says ``text``."""
        form = {
            "part": "turns",
            "turn-a-role": "user",
            "turn-a-text": text,
            "model": "claude-opus-5-5",
            "upstream": "anthropic",
            "idempotency_key": key or secrets.token_urlsafe(16),
        }
        return self.post(f"drafts/{self.draft}/runs/", web, **(form | fields))

    def run(self, text: str, key: str = "", web: Web | None = None, **fields: str) -> int:
        """Press Run; returns the id of the run."""
        return run_in(self.press_run(text, key, web, **fields))

    def cancel(self, run: int, web: Web | None = None) -> httpx.Response:
        """Press Stop."""
        return self.post(f"runs/{run}/cancellation/", web)

    # What became of a run ----------------------------------------------------------------

    def state(self, run: int) -> str:
        return str(self.database.value("SELECT state FROM runs_run WHERE id = %s", run))

    def row(self, run: int) -> dict[str, Any]:
        """The stored run without its request."""
        found = self.database.value(
            "SELECT to_jsonb(r) - 'request' FROM runs_run r WHERE id = %s", run
        )
        assert isinstance(found, dict)
        return found

    def over(self, run: int, seconds: float = 30) -> dict[str, Any]:
        """The run's row once it is terminal."""
        eventually(lambda: self.state(run) not in ACTIVE, seconds)
        return self.row(run)

    def until_streaming(self, run: int) -> None:
        """Wait until something of the answer is stored."""
        query = "SELECT EXISTS (SELECT FROM runs_runchunk WHERE run_id = %s)"
        eventually(lambda: self.database.value(query, run))

    def answer_text(self, run: int, web: Web | None = None) -> str:
        """The text as the page offers it for copying."""
        answer = self.get(f"runs/{run}/text/", web)
        assert answer.status_code == 200, answer.text
        return answer.text

    def watch(
        self, run: int, kind: str = "events", web: Web | None = None, last: str = ""
    ) -> Watched:
        """Read a stream of the run in a thread."""
        client = (web or self.web).client
        headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": last} if last else {})

        def read(watched: Watched) -> None:
            path = f"/t/acme/runs/{run}/{kind}/"
            with client.stream("GET", path, headers=headers) as answer:
                watched.status = answer.status_code
                for piece in answer.iter_text():
                    watched.pieces.append(piece)
                    watched.times.append(time.monotonic())

        return Watched(read)

    def unread(
        self, run: int, kind: str = "events", last: str = "", web: Web | None = None
    ) -> socket.socket:
        """A viewer who does not read what he asked for."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        head = f"GET /t/acme/runs/{run}/{kind}/ HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookies}"
        plug = socket.socket()
        plug.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        plug.connect(("127.0.0.1", (web or self.web).port))
        plug.sendall(f"{head}\r\nLast-Event-ID: {last}\r\n\r\n".encode())
        return plug


def run_in(answer: httpx.Response) -> int:
    """The id of the run that an answer leads to."""
    assert answer.status_code == 302, answer.text
    found = re.search(r"/runs/(\d+)/", answer.headers["location"])
    assert found
    return int(found[1])


def events_in(stream: str) -> Iterator[tuple[str, str, Any]]:
    """(id, name, data) of the events in the text of an event stream."""
    for part in stream.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in part.split("\n") if ": " in line)
        if "data" in fields:
            yield fields.get("id", ""), fields.get("event", ""), json.loads(fields["data"])


def text_in(stream: str) -> str:
    """The answer's text that a stream of upstream events carries."""
    return "".join(text_of(data) for _, name, data in events_in(stream) if "delta" in name)


def text_of(data: Any) -> str:
    """The piece of text that one upstream event carries."""
    delta = data.get("delta") if isinstance(data, dict) else None
    return str(delta.get("text", "")) if isinstance(delta, dict) else ""


def _settle_in(client: httpx.Client, welcome: str) -> int:
    """Sign up through the welcome link and begin a draft; returns its id."""
    form = {"name": "Ana", "email": "ana@example.com", "password": PASSWORD, "team_name": "Acme"}
    form["csrfmiddlewaretoken"] = _token_of(client.get(welcome).text)
    answer = client.post(welcome, data=form)
    assert answer.status_code == 302, answer.text
    token = _token_of(client.get("/t/acme/runs/").text)
    answer = client.post("/t/acme/drafts/", data={"csrfmiddlewaretoken": token})
    found = re.search(r"/drafts/(\d+)/", answer.headers["location"])
    assert found
    return int(found[1])


def _token_of(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found
    return found[1]
