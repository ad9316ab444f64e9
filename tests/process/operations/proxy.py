"""A small proxy as compose.yaml has one: in front of several web processes, it ends TLS for them.

It is reached by plain http here, and says by its headers that people came by https.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from http.client import HTTPConnection, HTTPException, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

PERSON = "203.0.113.9"
HOP_BY_HOP = {"connection", "transfer-encoding", "keep-alive"}
HIDDEN = ("/metrics", "/metrics/")


class Proxy:
    """Sends requests to the processes at ``ports`` in turn, and past one that does not answer.

    ``passed`` counts what each of them has answered.
    """

    def __init__(self, ports: Sequence[int]) -> None:
        self.ports = ports
        self.passed: Counter[int] = Counter()
        self._turn = count()
        proxy = self

        class Handler(_Handler):
            owner = proxy

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Proxy:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def in_turn(self) -> Iterator[int]:
        """All ports, beginning with the next one."""
        first = next(self._turn) % len(self.ports)
        yield from (*self.ports[first:], *self.ports[:first])


class _Handler(BaseHTTPRequestHandler):
    owner: Proxy

    def do_GET(self) -> None:
        if self.path in HIDDEN:
            self.send_error(404)
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        for port in self.owner.in_turn():
            with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
                try:
                    answer = self._asked(connection, body)
                except (OSError, HTTPException):  # it has died: the next one answers
                    continue
                self.owner.passed[port] += 1
                with answer:
                    self._pass_on(answer)
                return
        self.send_error(502)

    do_POST = do_GET

    def _asked(self, connection: HTTPConnection, body: bytes) -> HTTPResponse:
        headers = {
            name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP
        }
        headers |= {"X-Forwarded-For": PERSON, "X-Forwarded-Proto": "https"}
        connection.request(self.command, self.path, body, headers)
        return connection.getresponse()

    def _pass_on(self, answer: HTTPResponse) -> None:
        """The answer as it comes: nothing of a stream is held back."""
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Connection", "close")  # which also says where a stream ends
        self.end_headers()
        while piece := answer.read1(65536):
            self.wfile.write(piece)

    def log_message(self, *_: object) -> None:
        """Says nothing."""
