"""The streams of viewers at the moments that a slow or unlucky viewer meets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from workbench.messages_api import BadStream, decode_event
from workbench.runs.answer.fragments import AnswerView
from workbench.runs.limits import RunLimits
from workbench.runs.live import LiveRun, Viewer
from workbench.runs.stream import event_stream, page_stream

BEGINNING: list[dict[str, Any]] = [
    {"type": "message_start", "message": {"id": "m", "content": [], "usage": {}}},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
]


@dataclass
class Engine:
    """What a stream knows of the engine."""

    limits: RunLimits = field(default_factory=RunLimits)
    viewers: set[Viewer] = field(default_factory=set)
    is_draining: bool = False


class Undrawable(AnswerView):
    """A view whose renderer has a bug."""

    def feed(self, *_: Any) -> None:
        raise RecursionError

    def patches(self) -> str:
        raise ZeroDivisionError


class Model:
    """Writes one word after the other into a live run."""

    def __init__(self, live: LiveRun) -> None:
        self.live = live
        self.number = 0
        for event in BEGINNING:
            self.send(event)

    def write(self, text: str) -> None:
        delta = {"type": "text_delta", "text": text}
        self.send({"type": "content_block_delta", "index": 0, "delta": delta})

    def send(self, event: dict[str, Any]) -> None:
        self.number += 1
        self.live.receive(decode_event(self.number, json.dumps(event).encode()))


@pytest.fixture
def live() -> Iterator[LiveRun]:
    live = LiveRun(7, "acme", frame_seconds=0)
    yield live
    if not live.is_over:
        live.end("succeeded")


@pytest.fixture
def viewer() -> Viewer:
    return Viewer(1, 1, "session", "editor")


async def rest(stream: AsyncIterator[bytes]) -> str:
    async with asyncio.timeout(5):
        return b"".join([piece async for piece in stream]).decode()


async def test_a_page_gets_what_came_while_its_first_piece_was_on_its_way(
    live: LiveRun, viewer: Viewer
) -> None:
    model = Model(live)
    model.write("Early. ")
    stream = page_stream(Engine(), [live], viewer)  # type: ignore[arg-type]
    assert b"Early." in await anext(stream)
    model.write("Meanwhile. ")
    live.end("succeeded")
    assert "Meanwhile." in await rest(stream)


async def test_a_page_opened_after_the_answer_broke_off_shows_it(
    live: LiveRun, viewer: Viewer
) -> None:
    model = Model(live)
    model.write("Before. ")
    delta = {"type": "text_delta", "text": "Lost. "}
    with pytest.raises(BadStream):
        model.send({"type": "content_block_delta", "index": 9, "delta": delta})
    live.end("interrupted")
    page = await rest(page_stream(Engine(), [live], viewer))  # type: ignore[arg-type]
    assert "Before." in page
    assert page.endswith("event: done\ndata: 1\n\n")


async def test_an_answer_that_cannot_be_drawn_is_received_all_the_same(
    viewer: Viewer, caplog: pytest.LogCaptureFixture
) -> None:
    live = LiveRun(7, "acme", frame_seconds=0, make_view=Undrawable)
    model = Model(live)
    stream = page_stream(Engine(), [live], viewer)  # type: ignore[arg-type]
    await anext(stream)
    model.write("Unseen. ")
    live.end("succeeded")
    page = await rest(stream)
    assert 'id="run-7-outcome"' in page
    assert live.accumulator.message["content"][0]["text"] == "Unseen. "
    assert caplog.text.count("The answer of run 7 cannot be drawn") == 1


async def test_events_behind_a_reset_follow_without_a_gap(live: LiveRun, viewer: Viewer) -> None:
    model = Model(live)
    stream = event_stream(Engine(), live, viewer, "nonsense")  # type: ignore[arg-type]
    assert b"event: reset" in await anext(stream)
    model.write("Meanwhile. ")
    live.end("succeeded")
    assert "id: 7-3\n" in await rest(stream)


async def test_a_viewer_without_the_right_is_sent_nothing_more_of_a_fast_answer(
    live: LiveRun, viewer: Viewer
) -> None:
    model = Model(live)
    stream = event_stream(Engine(), live, viewer, "")  # type: ignore[arg-type]
    await anext(stream)
    await anext(stream)
    model.write("Secret. ")
    viewer.farewell = "You may not."
    assert await rest(stream) == 'event: done\ndata: {"state":"forbidden"}\n\n'


async def test_a_page_is_told_why_its_stream_ends(live: LiveRun, viewer: Viewer) -> None:
    model = Model(live)
    stream = page_stream(Engine(), [live], viewer)  # type: ignore[arg-type]
    await anext(stream)
    model.write("Secret. ")
    viewer.farewell = "You may <not>."
    viewer.bell.set()
    told = await rest(stream)
    assert "You may &lt;not&gt;." in told
    assert "Secret" not in told
    assert told.endswith("event: done\ndata: 1\n\n")


async def test_a_process_that_stops_lets_viewers_of_a_fast_answer_go(
    live: LiveRun, viewer: Viewer
) -> None:
    engine, model = Engine(), Model(live)
    stream = event_stream(engine, live, viewer, "")  # type: ignore[arg-type]
    await anext(stream)
    engine.is_draining = True
    model.write("More. ")
    assert await rest(stream) == "", "without done, so that the viewer connects again"
    assert not engine.viewers
