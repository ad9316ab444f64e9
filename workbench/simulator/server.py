"""The simulator on a socket: a small HTTP/1.1 server that can also misbehave.

It is written on `asyncio.Protocol` because resets, half headers and cut chunks need the socket
itself, and because 200 streams of 50 events a second must fit into one process.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Any

from workbench.simulator.http_requests import BadRequest, RequestReader, WholeRequest
from workbench.simulator.journal import CLIENT_GONE, COMPLETE, FAULT, Entry
from workbench.simulator.replies import Fault, Framing, Piece, Reply
from workbench.simulator.upstream import Upstream

BREATH = 64  # pieces without a wait after which other connections get their turn
FLUSH_SECONDS = 0.02  # between the last bytes and a reset, so that the bytes arrive first
UNSENT_CHUNK = 16  # bytes a cut chunk promises beyond what it holds


class SimulatorServer:
    """Listens on `host`:`port` (0 picks a free one) from `start()` to `stop()`."""

    def __init__(
        self, host: str = "127.0.0.1", port: int = 0, upstream: Upstream | None = None
    ) -> None:
        self.host = host
        self.port = port
        self.upstream = upstream or Upstream()
        self._server: asyncio.Server | None = None
        self._connections: set[_Connection] = set()

    @property
    def base_url(self) -> str:
        """The address without a path; raises nothing, the port is 0 before the start."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def journal(self) -> list[dict[str, Any]]:
        """All requests so far, as `GET /__journal__` shows them."""
        return self.upstream.journal.entries()

    async def start(self) -> None:
        """Start to listen; raises OSError when the port is taken."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: _Connection(self.upstream, self._connections),
            self.host,
            self.port,
            backlog=1024,
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close all connections and the port."""
        if self._server is None:
            return
        self._server.close()
        connections = list(self._connections)
        for connection in connections:
            connection.abort()
        await self._server.wait_closed()
        self._server = None
        for connection in connections:
            await connection.ended()

    async def __aenter__(self) -> SimulatorServer:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()


class _Connection(asyncio.Protocol):
    """One client: reads requests one after the other and plays the replies."""

    def __init__(self, upstream: Upstream, connections: set[_Connection]) -> None:
        self._upstream = upstream
        self._connections = connections
        self._reader = RequestReader()
        self._task: asyncio.Task[None] | None = None
        self._writable = asyncio.Event()
        self._writable.set()
        self._lost = asyncio.Event()
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._connections.add(self)
        plug = transport.get_extra_info("socket")
        plug.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.discard(self)
        self._lost.set()
        self._writable.set()
        if self._task is not None:
            self._task.cancel()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def data_received(self, data: bytes) -> None:
        self._reader.feed(data)
        self._next()

    def abort(self) -> None:
        """Drop the connection at once."""
        self._transport.abort()

    async def ended(self) -> None:
        """Wait until the reply under way is over and the socket is closed."""
        if self._task is not None:
            await asyncio.wait([self._task])
        await self._lost.wait()

    def _next(self) -> None:
        """Start on the next request when it is whole and nothing is under way."""
        if self._task is not None or self._transport.is_closing():
            return
        try:
            if self._reader.wants_continue():
                self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            request = self._reader.take()
        except BadRequest as error:
            self._transport.write(
                b"HTTP/1.1 %d Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
                % error.status
            )
            self._transport.close()
            return
        if request is not None:
            self._task = asyncio.get_running_loop().create_task(self._answer(request))

    async def _answer(self, request: WholeRequest) -> None:
        entry: Entry | None = None
        try:
            reply, entry = self._upstream.reply(
                request.method, request.target, request.headers, request.body
            )
            ended = await self._play(reply, with_body=request.method != "HEAD")
        except asyncio.CancelledError:
            _note(entry, CLIENT_GONE)
            return
        except Exception:
            self._transport.abort()  # so that a mistake in here is no silence for the client
            raise
        _note(entry, FAULT if ended is not None else COMPLETE)
        if ended is Fault.RESET:
            await self._reset()
        elif ended is Fault.CLOSE or _closes(request, reply):
            self._transport.close()
        else:
            self._task = None
            self._next()

    async def _play(self, reply: Reply, *, with_body: bool) -> Fault | None:
        """Send a reply; returns the fault that ended it, None when it is whole."""
        if reply.first > 0:
            await asyncio.sleep(reply.first)
        if reply.instead is not None:
            self._transport.write(reply.instead)
            return Fault.CLOSE
        if reply.early is not None:
            return await self._silent_or(reply.early)
        self._transport.write(_head(reply))
        if not with_body or reply.status == 204:
            return None
        fault = await self._send(reply)
        if fault is not None:
            return await self._silent_or(fault)
        if reply.framing is Framing.CHUNKED:
            self._transport.write(b"0\r\n\r\n")
        return Fault.CLOSE if reply.declared_length is not None else None

    async def _send(self, reply: Reply) -> Fault | None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        chunked = reply.framing is Framing.CHUNKED
        for number, piece in enumerate(reply.pieces):
            due += piece.wait
            pause = due - loop.time() if piece.wait > 0 else 0.0
            if pause > 0:
                await asyncio.sleep(pause)
            elif number % BREATH == 0 or piece.wait > 0:
                await asyncio.sleep(0)
            if self._transport.is_closing():
                await asyncio.Event().wait()  # connection_lost() is about to cancel this
            if piece.data:
                self._transport.write(_chunk(piece) if chunked else piece.data)
            if not self._writable.is_set():
                await self._writable.wait()
            if piece.fault is not None:
                return piece.fault
        return None

    async def _silent_or(self, fault: Fault) -> Fault:
        if fault is Fault.SILENCE:
            await asyncio.Event().wait()
        return fault

    async def _reset(self) -> None:
        """Send RST: closing with a linger time of 0 does that."""
        await asyncio.sleep(FLUSH_SECONDS)
        plug = self._transport.get_extra_info("socket")
        plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()


def _head(reply: Reply) -> bytes:
    lines = [f"{reply.http_version} {reply.status} {_reason(reply.status)}"]
    lines += [f"{name}: {value}" for name, value in reply.wire_headers()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


def _reason(status: int) -> str:
    return {200: "OK", 204: "No Content", 302: "Found"}.get(status, "Simulated")


def _chunk(piece: Piece) -> bytes:
    """Return the piece as one chunk; a fault leaves it unfinished."""
    if piece.fault in {Fault.CLOSE, Fault.RESET}:
        return b"%x\r\n%b" % (len(piece.data) + UNSENT_CHUNK, piece.data)
    return b"%x\r\n%b\r\n" % (len(piece.data), piece.data)


def _closes(request: WholeRequest, reply: Reply) -> bool:
    wish = request.headers.get("connection", "").lower()
    return reply.framing is Framing.UNTIL_CLOSE or wish == "close" or request.old


def _note(entry: Entry | None, ended: str) -> None:
    if entry is not None and not entry.ended:
        entry.ended = ended
