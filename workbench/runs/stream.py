"""The two streams a viewer can attach to: HTML pieces for the page, upstream events for programs.

Nothing depends on a viewer. A stream holds no database connection; whether its viewer may still
watch is looked up by the engine for all viewers at once. Each ends with an explicit ``done``.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

import orjson

from . import pieces
from .engine import Engine
from .live import LiveRun, Viewer
from .log import LoggedEvent

RETRY = b"retry: 1000\n\n"
EVENTS_FRAME_SECONDS = 0.03
AHEAD_SECONDS = 1.0
EVENT_ID = re.compile(r"(\d{1,18})-(\d{1,9})")


async def page_stream(
    engine: Engine, lives: Sequence[LiveRun], viewer: Viewer
) -> AsyncIterator[bytes]:
    """Server-sent events of HTML pieces: for each run the whole answer first, then what changes.

    Ends with ``done`` when every run is over or the viewer lost the right to watch, without it when
    the process is about to stop, so that the browser connects again.
    """
    _enter(engine, lives, viewer)
    try:
        first = RETRY + b"".join(live.snapshot() for live in lives)
        # Before the yield: while it waits for a slow viewer, new frames come.
        shown = {live.run_id: live.frame_number for live in lives}
        yield first
        while not all(live.is_over and shown[live.run_id] == live.frame_number for live in lives):
            rang = await _bell(viewer, engine.limits.ping_interval)
            if viewer.farewell:
                yield b"".join(_farewell(live, viewer.farewell) for live in lives)
                break
            if engine.is_draining:
                yield RETRY
                return
            if not rang:
                for live in lives:
                    live.refresh()
            messages = [message for live in lives for message in _news(live, shown)]
            if messages or not rang:
                yield b"".join(messages) or pieces.event("ping")
        yield pieces.event("done")
    finally:
        _leave(engine, lives, viewer)


async def event_stream(
    engine: Engine, live: LiveRun, viewer: Viewer, last_event_id: str
) -> AsyncIterator[bytes]:
    """The upstream's own events behind ``last_event_id`` ("<run>-<number>"), then the live ones.

    An id that is not of this run or lies ahead is answered with ``reset`` and the whole message so
    far. Ends with ``done``, whose data names the state.
    """
    _enter(engine, [live], viewer)
    try:
        await _catch_up(live, viewer, last_event_id)
        number = _number_of(live, last_event_id)
        first = RETRY
        if number is None:
            first += _reset(live)
            number = len(live.events)
        yield first
        while not viewer.farewell:
            if engine.is_draining:
                return
            news = live.events[number:]
            number += len(news)
            if news:
                yield b"".join(_upstream_event(live.run_id, logged) for logged in news)
                await asyncio.sleep(EVENTS_FRAME_SECONDS)
                continue
            if live.is_over:
                break
            if not await _bell(viewer, engine.limits.ping_interval):
                yield b": ping\n\n"
        state = "forbidden" if viewer.farewell else live.state
        yield pieces.event("done", orjson.dumps({"state": state}).decode())
    finally:
        _leave(engine, [live], viewer)


def _enter(engine: Engine, lives: Sequence[LiveRun], viewer: Viewer) -> None:
    engine.viewers.add(viewer)
    for live in lives:
        live.viewers.add(viewer)


def _leave(engine: Engine, lives: Sequence[LiveRun], viewer: Viewer) -> None:
    engine.viewers.discard(viewer)
    for live in lives:
        live.viewers.discard(viewer)


async def _bell(viewer: Viewer, seconds: float) -> bool:
    """Wait until something happens; False when nothing did for ``seconds``."""
    try:
        async with asyncio.timeout(seconds):
            await viewer.bell.wait()
    except TimeoutError:
        return False
    viewer.bell.clear()
    return True


def _news(live: LiveRun, shown: dict[int, int]) -> list[bytes]:
    frames = live.frames_after(shown[live.run_id])
    messages = [live.snapshot()] if frames is None else [frame.message for frame in frames]
    shown[live.run_id] = live.frame_number
    return messages


def _farewell(live: LiveRun, sentence: str) -> bytes:
    return pieces.message(live.frame_number, pieces.notice(live.run_id, sentence))


async def _catch_up(live: LiveRun, viewer: Viewer, last_event_id: str) -> None:
    """Give the executing process a moment to store what the viewer has already seen from it."""
    match = EVENT_ID.fullmatch(last_event_id)
    if match is None or int(match[1]) != live.run_id:
        return
    with suppress(TimeoutError):
        async with asyncio.timeout(AHEAD_SECONDS):
            while len(live.events) < int(match[2]) and not live.is_over:
                viewer.bell.clear()
                await viewer.bell.wait()


def _number_of(live: LiveRun, last_event_id: str) -> int | None:
    """How many events the viewer has; None when the id cannot be one of this run's."""
    if not last_event_id:
        return 0
    match = EVENT_ID.fullmatch(last_event_id)
    if match is None or int(match[1]) != live.run_id or int(match[2]) > len(live.events):
        return None
    return int(match[2])


def _reset(live: LiveRun) -> bytes:
    whole = orjson.dumps({"message": live.accumulator.result(), "state": live.state}).decode()
    return f"id: {live.run_id}-{len(live.events)}\n".encode() + pieces.event("reset", whole)


def _upstream_event(run_id: int, logged: LoggedEvent) -> bytes:
    data = b"".join(b"data: " + line + b"\n" for line in logged.raw.split(b"\n"))
    head = f"id: {run_id}-{logged.number}\nevent: {logged.type or 'message'}\n"
    return head.encode() + data + b"\n"
