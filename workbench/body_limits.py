"""Refuses a request body that is too large before anything stores it.

Django writes a whole body to a temporary file before it calls a middleware or a view; this stands
in front of Django.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from asgiref.typing import (
    ASGI3Application,
    ASGIReceiveCallable,
    ASGIReceiveEvent,
    ASGISendCallable,
    HTTPScope,
    Scope,
)
from django.template.loader import render_to_string

# How long a refused client may go on sending, so that it comes to read the answer.
PATIENCE_SECONDS = 5.0
SENTENCE = (
    "What you sent is larger than the {limit} that one request may carry. Your text is still in "
    "the page: make it smaller or split it, then send it again."
)
FOR_PROGRAMS = "This is for reading; a body of more than {limit} is not even read."
POLICY = b"default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'"


class Limit(NamedTuple):
    """Bytes that a body may have, and what is said to who sends more; ``{limit}`` is filled in."""

    size: int
    sentence: str = SENTENCE

    def __str__(self) -> str:
        return self.sentence.format(limit=_size(self.size))


class TooLarge(Exception):
    """The body passed the limit while it was read."""


class BodyLimits:
    """An ASGI application in front of another: bodies over a limit get 413 and are not kept.

    A request without the session cookie may carry ``anonymous`` bytes, one with it ``signed_in``,
    or what ``by_path`` says for the first pattern that its path matches. Whether the session is any
    good is not looked up here.
    """

    def __init__(
        self,
        application: ASGI3Application,
        *,
        anonymous: int,
        signed_in: int,
        cookie: str,
        by_path: Sequence[tuple[re.Pattern[str], Limit]] = (),
    ) -> None:
        self.application = application
        self.anonymous = Limit(anonymous)
        self.signed_in = Limit(signed_in)
        self.by_path = by_path
        self.cookie = f"{cookie}=".encode("ascii")

    async def __call__(
        self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        limit = self._limit(scope)
        if _declared_length(scope) > limit.size:
            await _refuse(scope, receive, send, limit)
            return
        try:
            await self.application(scope, _counted(receive, limit.size), send)
        except TooLarge:
            await _refuse(scope, receive, send, limit)

    def _limit(self, scope: HTTPScope) -> Limit:
        cookies = (
            part.strip() for value in _values(scope, b"cookie") for part in value.split(b";")
        )
        has_session = any(part.startswith(self.cookie) for part in cookies)
        if not has_session:
            return self.anonymous
        found = (limit for pattern, limit in self.by_path if pattern.fullmatch(scope["path"]))
        return next(found, self.signed_in)


def _counted(receive: ASGIReceiveCallable, limit: int) -> ASGIReceiveCallable:
    """``receive`` that raises ``TooLarge`` when more than ``limit`` bytes have come."""
    total = 0

    async def counted() -> ASGIReceiveEvent:
        nonlocal total
        event = await receive()
        if event["type"] == "http.request":
            total += len(event["body"])
            if total > limit:
                raise TooLarge
        return event

    return counted


async def _refuse(
    scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable, limit: Limit
) -> None:
    media_type, content = _answer(scope, limit)
    headers = [
        (b"content-type", media_type + b"; charset=utf-8"),
        (b"content-length", str(len(content)).encode("ascii")),
        (b"content-security-policy", POLICY),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"same-origin"),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
    ]
    await send(
        {"type": "http.response.start", "status": 413, "headers": headers, "trailers": False}
    )
    await send({"type": "http.response.body", "body": content, "more_body": True})
    if not list(_values(scope, b"expect")):  # reading on would tell this client to go ahead
        await _throw_away(receive)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _answer(scope: HTTPScope, limit: Limit) -> tuple[bytes, bytes]:
    """Media type and content of the refusal: a page for a browser's form, JSON for a program, else
    the sentence."""
    if scope["path"].startswith("/api/"):
        error = {"type": "too_large", "message": FOR_PROGRAMS.format(limit=_size(limit.size))}
        return b"application/json", json.dumps({"error": error}).encode()
    wants_page = any(b"text/html" in value for value in _values(scope, b"accept"))
    if wants_page and not list(_values(scope, b"hx-request")):
        return b"text/html", render_to_string("413.html", {"sentence": str(limit)}).encode()
    return b"text/plain", str(limit).encode()


async def _throw_away(receive: ASGIReceiveCallable) -> None:
    """Read what still comes: closing at once would reset the connection and lose the answer."""
    ends_at = time.monotonic() + PATIENCE_SECONDS
    while (left := ends_at - time.monotonic()) > 0:
        try:
            event = await asyncio.wait_for(receive(), left)
        except TimeoutError:
            return
        if event["type"] != "http.request" or not event.get("more_body", False):
            return


def _declared_length(scope: HTTPScope) -> int:
    """Content-Length in bytes; 0 without one, and the server has refused what is no number."""
    lengths = [int(value) for value in _values(scope, b"content-length") if value.isdigit()]
    return max(lengths, default=0)


def _values(scope: HTTPScope, name: bytes) -> Iterable[bytes]:
    return (value for key, value in scope["headers"] if key == name)


def _size(limit: int) -> str:
    return f"{limit // 1024**2} MB" if limit >= 1024**2 else f"{limit // 1024} kB"
