"""The simulator inside the process: an httpx transport that streams without a socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx

from workbench.simulator.journal import CLIENT_GONE, COMPLETE, FAULT, Entry
from workbench.simulator.replies import Fault, Framing, Piece, Reply
from workbench.simulator.upstream import Upstream

BREATH = 64  # pieces without a wait after which other tasks get their turn


class SimulatorTransport(httpx.AsyncBaseTransport):
    """Give it to `httpx.AsyncClient(transport=…)`; faults raise what a real socket would."""

    def __init__(self, upstream: Upstream | None = None) -> None:
        self.upstream = upstream or Upstream()

    @property
    def journal(self) -> list[dict[str, Any]]:
        """All requests so far, as `GET /__journal__` of the server shows them."""
        return self.upstream.journal.entries()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Return the response; raises `httpx.TransportError` for faults before the answer."""
        raw = await request.aread()
        headers = {name.lower(): value for name, value in request.headers.items()}
        target = request.url.raw_path.decode("ascii")
        reply, entry = self.upstream.reply(request.method, target, headers, raw)
        run = _Run(entry, _read_timeout(request))
        await run.before_answer(reply, request)
        response_headers = [
            (name.encode(), value.encode("latin-1", "replace"))
            for name, value in reply.wire_headers()
        ]
        return httpx.Response(
            reply.status,
            headers=response_headers,
            stream=_Body(reply, run),
            extensions={"http_version": reply.http_version.encode()},
        )


class _Run:
    """The fate of one reply: waiting within the client's limits, and its end in the journal."""

    def __init__(self, entry: Entry | None, limit: float | None) -> None:
        self._entry = entry
        self._limit = limit

    async def before_answer(self, reply: Reply, request: httpx.Request) -> None:
        """Wait for the first byte; raises what happens instead of an answer."""
        try:
            await self.wait(reply.first)
            if reply.connect:
                raise _connect_error(reply.connect)
            if reply.early is Fault.SILENCE:
                await self.wait(None)
            if reply.early is Fault.RESET:
                raise httpx.ReadError("")
            if reply.early is Fault.CLOSE:
                raise httpx.RemoteProtocolError("Server disconnected without sending a response.")
            if reply.instead is not None:
                line = bytearray(reply.instead.split(b"\n")[0].rstrip(b"\r"))
                raise httpx.RemoteProtocolError(f"illegal status line: {line!r}")
        except (httpx.TransportError, asyncio.CancelledError) as error:
            gone = isinstance(error, httpx.ReadTimeout | asyncio.CancelledError)
            self.ended(CLIENT_GONE if gone else FAULT)
            raise

    async def wait(self, seconds: float | None) -> None:
        """Sleep; None is for ever. Raises `httpx.ReadTimeout` at the client's own limit."""
        if self._limit is not None and (seconds is None or seconds > self._limit):
            await asyncio.sleep(self._limit)
            raise httpx.ReadTimeout("")
        if seconds is None:
            await asyncio.Event().wait()
        elif seconds > 0:
            await asyncio.sleep(seconds)

    def ended(self, how: str) -> None:
        """Write the end into the journal; the first one counts."""
        if self._entry is not None and not self._entry.ended:
            self._entry.ended = how


class _Body(httpx.AsyncByteStream):
    """The body of a reply, piece by piece."""

    def __init__(self, reply: Reply, run: _Run) -> None:
        self._reply = reply
        self._run = run

    async def __aiter__(self) -> AsyncIterator[bytes]:
        loop = asyncio.get_running_loop()
        due, sent = loop.time(), 0
        for number, piece in enumerate(self._reply.pieces):
            due += piece.wait
            if piece.wait > 0:
                await self._run.wait(due - loop.time())
            elif number % BREATH == 0:
                await asyncio.sleep(0)
            data, full = _within(self._reply, piece, sent)
            sent += len(data)
            if data:
                yield data
            if full:
                break
            if piece.fault is not None:
                await self._break(piece.fault, sent)
                return
        await self._end(sent)

    async def aclose(self) -> None:
        """Note that the client left, when the answer was not over."""
        self._run.ended(CLIENT_GONE)

    async def _break(self, fault: Fault, sent: int) -> None:
        if fault is Fault.SILENCE:
            await self._run.wait(None)
        self._run.ended(FAULT)
        if fault is Fault.RESET:
            raise httpx.ReadError("")
        if self._reply.framing is Framing.CHUNKED:
            raise httpx.RemoteProtocolError(
                "peer closed connection without sending complete message body "
                "(incomplete chunked read)"
            )
        self._check_length(sent)

    async def _end(self, sent: int) -> None:
        self._run.ended(COMPLETE if self._reply.declared_length is None else FAULT)
        self._check_length(sent)

    def _check_length(self, sent: int) -> None:
        promised = self._reply.declared_length
        if self._reply.framing is Framing.LENGTH and promised is not None and sent < promised:
            raise httpx.RemoteProtocolError(
                "peer closed connection without sending complete message body "
                f"(received {sent} bytes, expected {promised})"
            )


def _within(reply: Reply, piece: Piece, sent: int) -> tuple[bytes, bool]:
    """Return the bytes of a piece up to the declared length, and whether that is reached."""
    if reply.framing is not Framing.LENGTH or reply.declared_length is None:
        return piece.data, False
    left = reply.declared_length - sent
    return piece.data[:left], len(piece.data) >= left


def _read_timeout(request: httpx.Request) -> float | None:
    timeout: dict[str, float | None] = request.extensions.get("timeout", {})
    return timeout.get("read")


_CONNECT_ERRORS: dict[str, Callable[[], httpx.TransportError]] = {
    "refused": lambda: httpx.ConnectError("All connection attempts failed"),
    "dns": lambda: httpx.ConnectError("[Errno -2] Name or service not known"),
    "tls": lambda: httpx.ConnectError(
        "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate"
    ),
    "timeout": lambda: httpx.ConnectTimeout(""),
}


def _connect_error(name: str) -> httpx.TransportError:
    return _CONNECT_ERRORS[name]()
