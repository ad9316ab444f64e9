"""A number for each request: in the answer, in every log line of it, and in the audit trail.

It stands in front of everything else, so that refusals from before Django have one too. What a
request begins carries its number on: a run's log lines have that of the request that started it.
"""

from __future__ import annotations

import logging
import re
import secrets
from contextvars import ContextVar

from asgiref.typing import (
    ASGI3Application,
    ASGIReceiveCallable,
    ASGISendCallable,
    ASGISendEvent,
    HTTPScope,
    Scope,
)

HEADER = b"x-request-id"
SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,39}")
"""What is taken from a proxy: what the audit trail's column holds, nothing that breaks a line."""
NAMED_BY_A_PROXY = 0
"""The port that uvicorn gives a client whom a trusted proxy has named; no connection has it."""
_current: ContextVar[str] = ContextVar("request_id", default="")


def current_request_id() -> str:
    """The number of the request that this code works for; empty outside of one."""
    return _current.get()


class RequestIds:
    """An ASGI application in front of another: each answer carries ``X-Request-ID``."""

    def __init__(self, application: ASGI3Application) -> None:
        self.application = application

    async def __call__(
        self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        number = _of_the_proxy(scope) or secrets.token_hex(8)
        before = _current.set(number)

        async def sent(event: ASGISendEvent) -> None:
            if event["type"] == "http.response.start":
                event["headers"] = [*event.get("headers", ()), (HEADER, number.encode("ascii"))]
            await send(event)

        try:
            await self.application(scope, receive, sent)
        finally:
            _current.reset(before)


class RequestIdFilter(logging.Filter):
    """Gives each log record ``request_id``, ``-`` outside of a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current_request_id() or "-"
        return True


def _of_the_proxy(scope: HTTPScope) -> str:
    """The number that a trusted proxy gave the request; empty without one, or when it is odd."""
    client = scope.get("client")
    if client is None or client[1] != NAMED_BY_A_PROXY:
        return ""
    sent = [value for name, value in scope["headers"] if name == HEADER]
    text = sent[0].decode("latin-1") if len(sent) == 1 else ""
    return text if SANE.fullmatch(text) else ""
