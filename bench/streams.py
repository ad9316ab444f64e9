"""The load client: reads many event streams at once and notes when each mark arrived.

While a stream is open it does nothing but keep what came and when; everything else is worked out
afterwards, so that the client is not what is measured.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from bench.document import MARK, marks

MILLION = 1_000_000
LONGEST = 4_000  # tokens
MARKS = marks(LONGEST)


class Stream(asyncio.Protocol):
    """One open event stream; ``begun`` is done with its first bytes, ``ended`` with the last."""

    def __init__(self, request: bytes, last: bytes) -> None:
        self.chunks: list[tuple[int, bytes]] = []
        loop = asyncio.get_running_loop()
        self.begun: asyncio.Future[None] = loop.create_future()
        self.ended: asyncio.Future[None] = loop.create_future()
        self._request = request
        self._last = last

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self.chunks.append((time.monotonic_ns(), data))
        if len(self.chunks) == 1:
            self.begun.set_result(None)
        if self._last in data and not self.ended.done():
            self.ended.set_result(None)

    def connection_lost(self, error: Exception | None) -> None:
        for waiting in (self.begun, self.ended):
            if not waiting.done():
                waiting.set_result(None)

    def close(self) -> None:
        self._transport.close()

    @property
    def size(self) -> int:
        """Bytes received."""
        return sum(len(data) for _, data in self.chunks)

    def arrivals(self) -> list[tuple[int, int]]:
        """(mark, when it had arrived) in order; a chunk with several marks counts for the last."""
        found: list[tuple[int, int]] = []
        last = -1
        for at, data in self.chunks:
            marks = [int(number) for number in MARK.findall(data)]
            if marks and max(marks) > last:
                last = max(marks)
                found.append((last, at))
        return found


async def open_stream(url: str, path: str, headers: Mapping[str, str]) -> Stream:
    """Attach to a stream of the product; its last event is named ``done``."""
    return await _open(url, f"GET {path} HTTP/1.1", headers, b"", b"event: done")


async def open_direct(url: str, body: bytes) -> Stream:
    """Ask the upstream itself, without anything in between."""
    headers = {"content-type": "application/json", "content-length": str(len(body))}
    return await _open(url, "POST /v1/messages HTTP/1.1", headers, body, b"message_stop")


async def _open(
    url: str, line: str, headers: Mapping[str, str], body: bytes, last: bytes
) -> Stream:
    parts = urlsplit(url)
    lines = [line, f"Host: {parts.netloc}", *(f"{name}: {text}" for name, text in headers.items())]
    request = "\r\n".join([*lines, "", ""]).encode() + body
    loop = asyncio.get_running_loop()
    _, stream = await loop.create_connection(
        lambda: Stream(request, last), parts.hostname, parts.port
    )
    return stream


def lags(stream: Stream, sent: Sequence[int], since: int = 0, until: int = 2**63) -> list[float]:
    """Milliseconds from sending to arrival of each mark that was sent in that time (ns)."""
    found: list[float] = []
    arrivals = iter(stream.arrivals())
    mark, at = next(arrivals, (2**63, 0))
    for number in MARKS:
        if number >= len(sent):
            break
        while mark < number:
            arrived = next(arrivals, None)
            if arrived is None:
                return found
            mark, at = arrived
        if since <= sent[number] < until and at:
            found.append((at - sent[number]) / MILLION)
    return found


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` (0 to 1) of the values lie; nan without any."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
