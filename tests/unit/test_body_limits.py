"""What stands in front of Django: limits for bodies, and the life of the run engine."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from workbench import body_limits
from workbench.asgi import UPLOADS
from workbench.body_limits import BodyLimits, Limit

ANONYMOUS, SIGNED_IN, UPLOAD = 100, 1000, 2048
SESSION = (b"cookie", b"theme=dark; session=abc")
Message = dict[str, Any]


class Pages:
    """An application that reads the whole body, then says how long it was."""

    def __init__(self) -> None:
        self.read: list[int] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        total, more = 0, True
        while more:
            event = await receive()
            total += len(event.get("body", b""))
            more = event.get("more_body", False)
        self.read.append(total)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


class Exchange:
    """One request whose body comes in pieces, and what was answered."""

    def __init__(
        self, *pieces: bytes, headers: list[tuple[bytes, bytes]] | None = None, path: str = "/"
    ) -> None:
        self.scope: Message = {"type": "http", "headers": headers or [], "path": path}
        self.pending: list[Message] = [
            {"type": "http.request", "body": piece, "more_body": True} for piece in pieces
        ]
        self.pending.append({"type": "http.request", "body": b"", "more_body": False})
        self.sent: list[Message] = []
        self.pages = Pages()

    async def receive(self) -> Message:
        if not self.pending:
            await asyncio.Event().wait()  # a client that sends nothing more and stays
        return self.pending.pop(0)

    async def send(self, message: Message) -> None:
        self.sent.append(message)

    async def status(self) -> int:
        limits = BodyLimits(
            self.pages,
            anonymous=ANONYMOUS,
            signed_in=SIGNED_IN,
            cookie="session",
            by_path=[(UPLOADS, Limit(UPLOAD, "This is larger than the {limit} that fit."))],
        )
        await limits(self.scope, self.receive, self.send)
        status: int = self.sent[0]["status"]
        return status

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self.sent[0]["headers"])

    @property
    def body(self) -> str:
        return b"".join(message["body"] for message in self.sent[1:]).decode()


def _length(count: int) -> tuple[bytes, bytes]:
    return (b"content-length", str(count).encode())


@pytest.mark.parametrize(
    ("headers", "size", "status"),
    [
        ([], 0, 200),
        ([], ANONYMOUS, 200),
        ([], ANONYMOUS + 1, 413),
        ([SESSION], ANONYMOUS + 1, 200),
        ([SESSION], SIGNED_IN, 200),
        ([SESSION], SIGNED_IN + 1, 413),
        ([(b"cookie", b"other=1; notsession=1")], ANONYMOUS + 1, 413),
        ([(b"cookie", b"other=1"), SESSION], ANONYMOUS + 1, 200),
    ],
)
@pytest.mark.parametrize("is_declared", [True, False])
async def test_a_body_up_to_the_limit_passes_and_one_byte_more_does_not(
    headers: list[tuple[bytes, bytes]], size: int, status: int, is_declared: bool
) -> None:
    declared = [_length(size)] if is_declared else []
    exchange = Exchange(b"x" * size, headers=[*headers, *declared])
    assert await exchange.status() == status
    assert exchange.pages.read == ([size] if status == 200 else [])


async def test_a_declared_size_is_refused_before_anything_is_read() -> None:
    exchange = Exchange(headers=[_length(ANONYMOUS + 1), (b"expect", b"100-continue")])
    pending = len(exchange.pending)
    assert await exchange.status() == 413
    assert len(exchange.pending) == pending


async def test_a_body_longer_than_it_declared_is_refused() -> None:
    exchange = Exchange(b"x" * 60, b"x" * 60, headers=[_length(10)])
    assert await exchange.status() == 413


async def test_the_rest_of_a_refused_body_is_read_and_thrown_away() -> None:
    exchange = Exchange(*[b"x" * 60] * 50)
    assert await exchange.status() == 413
    assert exchange.pending == []
    assert exchange.pages.read == []


async def test_a_client_that_does_not_end_is_not_waited_for_without_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(body_limits, "PATIENCE_SECONDS", 0.05)
    exchange = Exchange(b"x" * 200)
    exchange.pending.pop()
    async with asyncio.timeout(5):
        assert await exchange.status() == 413


async def test_the_refusal_says_what_to_do_and_closes_the_connection() -> None:
    exchange = Exchange(b"x" * 200)
    await exchange.status()
    assert exchange.headers[b"connection"] == b"close"
    assert exchange.headers[b"content-type"] == b"text/plain; charset=utf-8"
    assert int(exchange.headers[b"content-length"]) == len(exchange.body.encode())
    assert "make it smaller or split it, then send it again" in exchange.body


async def test_a_browsers_form_gets_a_page_and_a_script_the_sentence() -> None:
    page = Exchange(b"x" * 200, headers=[(b"accept", b"text/html,*/*")])
    await page.status()
    assert page.headers[b"content-type"] == b"text/html; charset=utf-8"
    assert "Error 413" in page.body
    assert b"frame-ancestors 'none'" in page.headers[b"content-security-policy"]
    assert page.headers[b"referrer-policy"] == b"same-origin"
    script = Exchange(b"x" * 200, headers=[(b"accept", b"text/html,*/*"), (b"hx-request", b"true")])
    await script.status()
    assert script.headers[b"content-type"] == b"text/plain; charset=utf-8"


@pytest.mark.parametrize(
    ("limit", "words"), [(64 * 1024, "64 kB"), (40 * 1024**2, "40 MB"), (1024**2, "1 MB")]
)
def test_limits_are_told_in_round_units(limit: int, words: str) -> None:
    assert body_limits._size(limit) == words


async def test_a_program_is_refused_in_json() -> None:
    exchange = Exchange(b"x" * 200, headers=[(b"accept", b"text/html")])
    exchange.scope["path"] = "/api/v1/prompts/"
    assert await exchange.status() == 413
    assert b"application/json" in dict(exchange.sent[0]["headers"])[b"content-type"]
    assert json.loads(exchange.sent[1]["body"])["error"]["type"] == "too_large"


@pytest.mark.parametrize(
    ("path", "headers", "size", "status"),
    [
        ("/t/acme/files/uploads/", [SESSION], UPLOAD, 200),
        ("/t/acme/files/uploads/", [SESSION], UPLOAD + 1, 413),
        ("/t/acme/files/uploads/", [], ANONYMOUS + 1, 413),
        ("/t/acme/files/uploads/1/", [SESSION], SIGNED_IN + 1, 413),
        ("/t/a/b/files/uploads/", [SESSION], SIGNED_IN + 1, 413),
    ],
)
async def test_the_upload_of_a_library_may_be_larger_for_who_is_signed_in(
    path: str, headers: list[tuple[bytes, bytes]], size: int, status: int
) -> None:
    exchange = Exchange(b"x" * size, headers=[*headers], path=path)
    assert await exchange.status() == status


async def test_too_large_a_library_has_a_sentence_of_its_own() -> None:
    page = Exchange(
        b"x" * (UPLOAD + 1),
        headers=[SESSION, (b"accept", b"text/html")],
        path="/t/acme/files/uploads/",
    )
    await page.status()
    assert "This is larger than the 2 kB that fit." in page.body
