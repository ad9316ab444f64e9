"""The API's double: keeps every request byte for byte, and answers each with a text of its own.

It is a proxy as well: whatever host a program calls by https, it is this server that answers.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from .answers import amazon_frame, answer_to, events_of, server_sent
from .authority import Authority

_WORDS = count(1_000)
_TOKEN = {"access_token": "ya29.test", "expires_in": 3600, "token_type": "Bearer"}


def is_own(said: str) -> bool:
    """Whether no other answer says this."""
    return said.startswith("answer-")


def exact(data: bytes) -> Any:
    """JSON with its numbers as they stand there: 1e30 is not what a float makes of it."""
    return json.loads(data, parse_float=Decimal)


@dataclass(frozen=True)
class Recorded:
    """One request as it came, and what was said to it."""

    method: str
    url: str
    headers: Mapping[str, str]
    """By their names in small letters."""
    data: bytes
    said: str
    """A word of the answer that is its own, or else its whole text; "" for a call of tools."""
    answer: Mapping[str, Any]

    @property
    def body(self) -> Any:
        return exact(self.data)


@dataclass
class Recorder:
    """A running server; ``take`` gives what has come since the last time."""

    url: str
    authority: Authority
    calling: bool = False
    """Whether answers call the tools of the request first."""
    _requests: list[Recorded] = field(default_factory=list)

    def take(self) -> list[Recorded]:
        taken, self._requests = self._requests, []
        return taken

    def keep(self, request: Recorded) -> None:
        self._requests.append(request)


@contextmanager
def recorder(authority: Authority) -> Iterator[Recorder]:
    """Run a server on loopback for as long as the block lasts."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.recorder = Recorder(f"http://127.0.0.1:{server.server_port}", authority)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server.recorder
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    recorder: Recorder
    request_queue_size = 50
    block_on_close = False

    def handle_error(self, *_: object) -> None:
        """A program that hangs up is no error of the server."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    origin = ""
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_CONNECT(self) -> None:
        """Become the host that is asked for."""
        self.send_response(200)
        self.end_headers()
        self.wfile.flush()
        host = self.path.removesuffix(":443")
        context = self.server.recorder.authority.server
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb", self.rbufsize)
        self.wfile = self.connection.makefile("wb")
        self.origin = f"https://{host}"
        self.close_connection = False

    def do_POST(self) -> None:
        data = self._read()
        if "oauth2" in self.origin:
            return self._send("application/json", json.dumps(_TOKEN).encode())
        recorder = self.server.recorder
        try:
            body = json.loads(data)
        except ValueError:
            body = {}
        word = f"answer-{next(_WORDS)}-é"
        message = answer_to(body, word, calling=recorder.calling)
        text = "".join(block.get("text", "") for block in message["content"])
        url = f"{self.origin or recorder.url}{self.path}"
        headers = {name.lower(): value for name, value in self.headers.items()}
        recorder.keep(Recorded("POST", url, headers, data, word if word in text else text, message))
        self._answer(message, body)

    def _answer(self, message: dict[str, Any], body: dict[str, Any]) -> None:
        path = urlsplit(self.path).path
        if path.endswith("/invoke-with-response-stream"):
            frames = b"".join(map(amazon_frame, events_of(message)))
            self._send("application/vnd.amazon.eventstream", frames)
        elif body.get("stream") is True:
            self._send("text/event-stream", b"".join(map(server_sent, events_of(message))))
        else:
            self._send("application/json", json.dumps(message).encode())

    def _send(self, content_type: str, data: bytes) -> None:
        self.send_response(200)
        self.send_header("content-type", content_type)
        self.send_header("content-length", str(len(data)))
        self.send_header("request-id", "req_01")
        self.end_headers()
        self.wfile.write(data)
        self.wfile.flush()

    def _read(self) -> bytes:
        if "chunked" in self.headers.get("transfer-encoding", ""):
            return b"".join(iter(self._chunk, b""))
        return self.rfile.read(int(self.headers.get("content-length", 0)))

    def _chunk(self) -> bytes:
        size = int(self.rfile.readline().split(b";")[0], 16)
        data = self.rfile.read(size)
        self.rfile.readline()
        return data

    def finish(self) -> None:
        super().finish()
        self.connection.close()  # of a socket that became another one nobody else knows

    def log_message(self, *_: object) -> None:
        """Nothing is said about single requests."""
