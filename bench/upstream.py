"""A light pretend Messages API in a process of its own, and the handle to steer it.

A request says what it wants in a line of its last message, ``bench: key=a tokens=500 rate=50``:
``rate`` is tokens per second (0: all at once), ``first`` the seconds before the first byte,
``hold=1`` waits for ``POST /go/<count>``. ``GET /times`` tells when each token was sent, as
nanoseconds of the machine's monotonic clock, which all processes share.
"""

from __future__ import annotations

import array
import asyncio
import random
import sys
import time
from asyncio.subprocess import PIPE, Process
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson
import uvloop

from bench.document import tokens
from bench.streams import LONGEST

HOLD_SPREAD = 1.0  # seconds over which held answers begin, so that they are not in step
HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nrequest-id: req_bench\r\n"
    b"transfer-encoding: chunked\r\n\r\n"
)


class Upstream:
    """The running process: its address, and what it is told."""

    def __init__(self) -> None:
        self.url = ""
        self._process: Process | None = None

    async def start(self) -> None:
        command = [sys.executable, "-m", "bench.upstream"]
        # It ends with us: its standard input closes then.
        self._process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
        assert self._process.stdout is not None
        self.url = (await self._process.stdout.readline()).decode().strip()

    async def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            await self._process.wait()

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    async def go(self, count: int) -> None:
        """Let the held answers begin, as soon as there are ``count`` of them."""
        await self._ask("POST", f"/go/{count}")

    async def times(self) -> dict[str, list[int]]:
        """Key -> when each token was sent; forgets them."""
        found: dict[str, list[int]] = await self._ask("GET", "/times")
        return found

    async def _ask(self, method: str, path: str) -> Any:
        async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
            return orjson.loads((await client.request(method, self.url + path)).content)


@dataclass
class Ledger:
    """What all connections of the process share."""

    pieces: list[bytes]
    held: list[Answer] = field(default_factory=list)
    wanted: tuple[int, Connection] | None = None
    times: dict[str, array.array[int]] = field(default_factory=dict)

    def release(self) -> None:
        """Let the held answers begin if they are as many as somebody waits for."""
        if self.wanted and len(self.held) >= self.wanted[0]:
            for answer in self.held:
                answer.begin_somewhen()
            self.held.clear()
            self.wanted[1].say(None)
            self.wanted = None


class Answer:
    """One answer under way, written by timers."""

    def __init__(self, connection: Connection, wish: dict[str, str]) -> None:
        self.connection = connection
        self.count = min(int(wish.get("tokens", "100")), LONGEST)
        self.rate = float(wish.get("rate", "50"))
        self.first = float(wish.get("first", "0"))
        self.number = 0
        self.sent = connection.ledger.times.setdefault(wish.get("key", ""), array.array("q"))
        self.loop = asyncio.get_running_loop()

    def begin(self) -> None:
        """Send the first byte when its time has come."""
        self.loop.call_later(self.first, self._open)

    def begin_somewhen(self) -> None:
        """Begin at a random moment, since real answers are not in step either."""
        self.loop.call_later(random.random() * HOLD_SPREAD, self._open)

    def _open(self) -> None:
        if self.connection.is_lost:
            return
        self.started = self.loop.time()
        self.connection.write(HEAD + OPENING)
        self._next()

    def _next(self) -> None:
        ledger = self.connection.ledger
        while self.number < self.count and not self.connection.is_lost:
            due = self.started + self.number / self.rate if self.rate else 0
            if due > self.loop.time():
                self.loop.call_at(due, self._next)
                return
            self.sent.append(time.monotonic_ns())
            self.connection.write(ledger.pieces[self.number])
            self.number += 1
        if not self.connection.is_lost:
            self.connection.write(ENDING)


class Connection(asyncio.Protocol):
    """One connection: reads whole requests, answers each."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.is_lost = False
        self._received = b""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self.write = transport.write

    def connection_lost(self, _error: Exception | None) -> None:
        self.is_lost = True

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, separator, rest = self._received.partition(b"\r\n\r\n")
        if not separator:
            return
        length = 0
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length = int(line[15:])
        if len(rest) < length:
            return
        self._received = rest[length:]
        _method, path, _ = head.split(b" ", 2)
        if path.startswith(b"/v1/messages/count_tokens"):
            self.say({"input_tokens": length // 4})
        elif path.startswith(b"/v1/messages"):
            self._answer(orjson.loads(rest[:length]))
        else:
            self._control(path)

    def _answer(self, body: dict[str, Any]) -> None:
        text = body["messages"][-1]["content"]
        text = text if isinstance(text, str) else text[-1]["text"]
        words = text.partition("bench:")[2].split()
        wish = dict(word.split("=", 1) for word in words if "=" in word)
        answer = Answer(self, wish)
        if wish.get("hold"):
            self.ledger.held.append(answer)
            self.ledger.release()
        else:
            answer.begin()

    def _control(self, path: bytes) -> None:
        if path.startswith(b"/go/"):
            self.ledger.wanted = int(path[4:]), self
            self.ledger.release()
        elif path == b"/times":
            self.say({key: list(sent) for key, sent in self.ledger.times.items()})
            self.ledger.times.clear()
        else:
            self.say({"data": [], "has_more": False})  # the listing of models

    def say(self, said: Any) -> None:
        """Answer a question of the bench with JSON."""
        data = orjson.dumps(said)
        self.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(data), data))


def _event(data: dict[str, Any]) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (data["type"].encode(), orjson.dumps(data))


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def _delta(text: str) -> bytes:
    delta = {"type": "text_delta", "text": text}
    return _chunk(_event({"type": "content_block_delta", "index": 0, "delta": delta}))


MESSAGE = {
    "id": "msg_bench",
    "type": "message",
    "role": "assistant",
    "model": "claude-opus-5-5",
    "content": [],
    "stop_reason": None,
    "stop_sequence": None,
    "usage": {"input_tokens": 25, "output_tokens": 1},
}
BLOCK = {"type": "text", "text": ""}
OPENING = _chunk(
    _event({"type": "message_start", "message": MESSAGE})
    + _event({"type": "content_block_start", "index": 0, "content_block": BLOCK})
    + _event({"type": "ping"})
)
ENDING = (
    _chunk(
        _event({"type": "content_block_stop", "index": 0})
        + _event(
            {
                "type": "message_delta",
                "delta": {"stop_reason": "end_turn", "stop_sequence": None},
                "usage": {"output_tokens": 100},
            }
        )
        + _event({"type": "message_stop"})
    )
    + b"0\r\n\r\n"
)


async def _serve() -> None:
    ledger = Ledger([_delta(token) for token in tokens(LONGEST)])
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(ledger), "127.0.0.1", 0, backlog=2_000)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await loop.run_in_executor(None, sys.stdin.buffer.read)
    server.close()


if __name__ == "__main__":
    uvloop.run(_serve())
