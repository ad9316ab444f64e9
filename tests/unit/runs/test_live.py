"""What viewers of a live run are sent: frames, and the whole when they fell behind."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from workbench.messages_api import decode_event
from workbench.runs.live import FRAMES_KEPT, LiveRun, Viewer


def event(number: int, **data: Any) -> Any:
    return decode_event(number, json.dumps(data).encode())


def begin(live: LiveRun) -> None:
    message = {"id": "m", "type": "message", "role": "assistant", "content": [], "usage": {}}
    live.receive(event(1, type="message_start", message=message))
    block = {"type": "text", "text": ""}
    live.receive(event(2, type="content_block_start", index=0, content_block=block))


def say(live: LiveRun, number: int, text: str) -> None:
    delta = {"type": "text_delta", "text": text}
    live.receive(event(number, type="content_block_delta", index=0, delta=delta))


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch) -> LiveRun:
    return LiveRun(7, "acme", frame_seconds=0)


async def test_nothing_is_rendered_while_nobody_watches(live: LiveRun) -> None:
    begin(live)
    say(live, 3, "Hello")
    assert live.frame_number == 0
    assert live.accumulator.message["content"][0]["text"] == "Hello"


async def test_a_late_viewer_is_sent_the_whole_first(live: LiveRun) -> None:
    begin(live)
    say(live, 3, "Hello **there**")
    live.viewers.add(Viewer(1, 1, "s", "viewer"))
    assert b"<strong>there</strong>" in live.snapshot()


async def test_frames_carry_what_came_after_the_snapshot(live: LiveRun) -> None:
    viewer = Viewer(1, 1, "s", "viewer")
    live.viewers.add(viewer)
    begin(live)
    live.snapshot()
    seen = live.frame_number
    say(live, 3, "Later")
    await asyncio.sleep(0.01)
    frames = live.frames_after(seen)
    assert frames is not None
    assert b"Later" in b"".join(frame.message for frame in frames)
    assert viewer.bell.is_set()


async def test_who_fell_too_far_behind_needs_the_whole(live: LiveRun) -> None:
    live.viewers.add(Viewer(1, 1, "s", "viewer"))
    begin(live)
    live.snapshot()
    seen = live.frame_number
    for number in range(FRAMES_KEPT + 5):
        say(live, 3 + number, f"word {number} ")
        await asyncio.sleep(0.001)
    assert live.frames_after(seen) is None
    assert live.frames_after(live.frame_number) == []


async def test_the_last_frame_leads_to_the_ending(live: LiveRun) -> None:
    live.viewers.add(Viewer(1, 1, "s", "viewer"))
    begin(live)
    live.snapshot()
    seen = live.frame_number
    live.end("succeeded")
    frames = live.frames_after(seen)
    assert frames
    assert b'hx-get="/t/acme/runs/7/outcome/"' in frames[-1].message


async def test_the_time_to_the_first_token_is_that_of_the_first_text(live: LiveRun) -> None:
    begin(live)
    assert live.first_token_ms is None
    live.receive(
        event(3, type="content_block_delta", index=0, delta={"type": "text_delta", "text": "a"}),
        120,
    )
    live.receive(
        event(4, type="content_block_delta", index=0, delta={"type": "text_delta", "text": "b"}),
        150,
    )
    assert live.first_token_ms == 120
