"""A tiny scripted transport: what the network does is written down in the test."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from workbench.messages_api import Client

KEY = "sk-ant-test-0123456789abcdef"
STREAMS = Path(__file__).parent / "streams"


@dataclass
class Scripted:
    """One answer: pieces are bytes, seconds to wait (floats) or exceptions to raise."""

    pieces: list = field(default_factory=list)
    status: int = 200
    headers: dict = field(default_factory=lambda: {"content-type": "text/event-stream"})


class ScriptedStream(httpx.AsyncByteStream):
    def __init__(self, pieces: list) -> None:
        self.pieces = pieces
        self.is_closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            if isinstance(piece, Exception):
                raise piece
            if callable(piece):
                piece()
            elif isinstance(piece, float):
                await asyncio.sleep(piece)
            else:
                yield piece

    async def aclose(self) -> None:
        self.is_closed = True


class ScriptedTransport(httpx.AsyncBaseTransport):
    """Plays one script per request: a `Scripted` answer, an exception, or seconds of silence."""

    def __init__(self, *scripts: object) -> None:
        self.scripts = list(scripts)
        self.requests: list[httpx.Request] = []
        self.streams: list[ScriptedStream] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.requests.append(request)
        script = self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]
        if isinstance(script, float):
            await asyncio.sleep(script)
        if isinstance(script, Exception):
            raise script
        stream = ScriptedStream(script.pieces)
        self.streams.append(stream)
        return httpx.Response(script.status, headers=script.headers, stream=stream)


class FakeTime:
    """A clock that only moves when told to, and a sleep that moves it."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.sleeps: list[float] = []

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.now += seconds

    def advance(self, seconds: float):
        """Return a piece for a script that lets time pass."""

        def pass_time() -> None:
            self.now += seconds

        return pass_time


def transport_of(client: Client) -> ScriptedTransport:
    return client._http._transport


def recorded(name: str) -> bytes:
    return (STREAMS / name).read_bytes()


def sse(*datas: str) -> bytes:
    return b"".join(b"data: " + data.encode("utf-8", "surrogatepass") + b"\n\n" for data in datas)
