"""Stands in front of all pages: counts what is answered, and answers ``/metrics/`` itself.

Not a view, because Prometheus asks each process by its own address, which Django would refuse as a
host that it does not know; and so that a process whose places are all taken still answers.
"""

from __future__ import annotations

import hmac
import time

from asgiref.typing import (
    ASGI3Application,
    ASGIReceiveCallable,
    ASGISendCallable,
    ASGISendEvent,
    HTTPScope,
    Scope,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

from .figures import Figures

PATHS = ("/metrics", "/metrics/")
REFUSED = b"Send METRICS_TOKEN in the header Authorization: Bearer ...\n"


class Measured:
    """An ASGI application in front of another; ``token`` opens the figures, "" hides them."""

    def __init__(self, application: ASGI3Application, figures: Figures, token: str) -> None:
        self.application = application
        self.figures = figures
        self._token = token.encode()

    async def __call__(
        self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        if scope["type"] != "http":
            await self.application(scope, receive, send)
        elif self._token and scope["path"] in PATHS and scope["method"] == "GET":
            await self._show(scope, send)
        else:
            await self._count(scope, receive, send)

    async def _count(
        self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        began = time.perf_counter()

        async def sent(event: ASGISendEvent) -> None:
            if event["type"] == "http.response.start":
                seconds = time.perf_counter() - began
                self.figures.answered(scope["method"], event["status"], seconds)
            await send(event)

        await self.application(scope, receive, sent)

    async def _show(self, scope: HTTPScope, send: ASGISendCallable) -> None:
        if self._is_known(scope):
            body, kind = generate_latest(self.figures.registry), CONTENT_TYPE_PLAIN_0_0_4
            await _answer(send, 200, kind, body)
        else:
            await _answer(send, 401, "text/plain; charset=utf-8", REFUSED)

    def _is_known(self, scope: HTTPScope) -> bool:
        sent = [value for name, value in scope["headers"] if name == b"authorization"]
        scheme, _, token = (sent[0] if len(sent) == 1 else b"").partition(b" ")
        is_same = hmac.compare_digest(token.strip(), self._token)
        return is_same and scheme.lower() == b"bearer"


async def _answer(send: ASGISendCallable, status: int, kind: str, body: bytes) -> None:
    headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
    headers += [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]
    if status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    await send(
        {"type": "http.response.start", "status": status, "headers": headers, "trailers": False}
    )
    await send({"type": "http.response.body", "body": body, "more_body": False})
