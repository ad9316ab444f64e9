"""The life of the web server's application."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from workbench.asgi import Application

Message = dict[str, Any]


class Recorder:
    """An engine that writes down what it is told; it may fail at one step."""

    def __init__(self, failing: str = "") -> None:
        self.told: list[str] = []
        self.failing = failing

    async def start(self) -> None:
        self._do("start")

    def drain(self) -> None:
        self._do("drain")

    async def stop(self) -> None:
        self._do("stop")

    def _do(self, what: str) -> None:
        self.told.append(what)
        if what == self.failing:
            raise RuntimeError(f"cannot {what}")


@pytest.fixture(autouse=True)
def _own_signal_handlers() -> Iterator[None]:
    """The application listens to signals; the tests' process goes on without that."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


async def _pages(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})


async def _live(engine: Recorder) -> list[Message]:
    incoming: asyncio.Queue[Message] = asyncio.Queue()
    for name in ("startup", "shutdown"):
        incoming.put_nowait({"type": f"lifespan.{name}"})
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    application: Any = Application(_pages, engine)
    await application({"type": "lifespan"}, incoming.get, send)
    return sent


async def test_the_engine_starts_before_and_stops_after_the_requests() -> None:
    engine = Recorder()
    sent = await _live(engine)
    assert [message["type"] for message in sent] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]
    assert engine.told == ["start", "stop"]


@pytest.mark.parametrize(("failing", "step"), [("start", "startup"), ("stop", "shutdown")])
async def test_a_failing_engine_is_told_to_the_server_with_its_sentence(
    failing: str, step: str
) -> None:
    sent = await _live(Recorder(failing))
    assert sent[-1] == {"type": f"lifespan.{step}.failed", "message": f"cannot {failing}"}


async def test_requests_go_to_the_pages() -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    application: Any = Application(_pages, Recorder())
    await application({"type": "http"}, None, send)
    assert sent[0]["status"] == 200
