"""Healthy bytes at an unusual pace, and streams that never end."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from workbench.simulator.content import prose, stretched
from workbench.simulator.replies import Fault, Piece, Reply
from workbench.simulator.stage import Register, Scope, Stage
from workbench.simulator.streams import (
    broken_off,
    events_of,
    frame,
    paced,
    stream_reply,
    text_event,
    text_index,
    whole,
)

REGISTER = Register()

LINE_PIECE = 65_536  # bytes
MOST_BYTES = 32 * 1024 * 1024  # of the long line; any prompt can ask for it
_SPLITS = (1, 2, 3, 5, 7, 11, 64)


@REGISTER.add("slow", Scope.STREAMS)
def slow(stage: Stage) -> Reply:
    """One word every 0.3 seconds (delay=)."""
    return whole(map(frame, stage.events()), stage.call.wish.number("delay", 0.3))


@REGISTER.add("drip", Scope.STREAMS)
def drip(stage: Stage) -> Reply:
    """Every byte on its own (tokens=, delay= between bytes)."""
    length = stage.call.wish.count("tokens", 40)
    text = stretched(prose(stage.call), length)
    data = b"".join(map(frame, events_of(stage.answer(text))))
    delay = stage.call.wish.number("delay", 0.001)
    return stream_reply(paced((data[at : at + 1] for at in range(len(data))), delay))


@REGISTER.add("split", Scope.STREAMS)
def split(stage: Stage) -> Reply:
    """Pieces of 1 to 64 bytes, cut anywhere."""
    data = b"".join(map(frame, stage.events()))
    return stream_reply(paced(_cut(data), min(stage.delay, 0.001)))


@REGISTER.add("burst", Scope.STREAMS)
def burst(stage: Stage) -> Reply:
    """The whole stream at once after a pause (first=)."""
    return stream_reply([Piece(b"".join(map(frame, stage.events())), wait=stage.delay)])


@REGISTER.add("many", Scope.STREAMS)
def many(stage: Stage) -> Reply:
    """5,000 words (tokens=) as fast as they can be sent."""
    text = stretched(prose(stage.call), stage.call.wish.count("tokens", 5000))
    delay = stage.call.wish.number("delay", 0.0)
    return whole(map(frame, events_of(stage.answer(text))), delay)


@REGISTER.add("endless", Scope.STREAMS)
def endless(stage: Stage) -> Reply:
    """Text that never ends (after= words with pauses first)."""
    before, _ = stage.split()
    more = frame(text_event("and so on and on ", text_index(before)))
    delay = stage.call.wish.number("delay", 0.0)
    return whole(itertools.chain(map(frame, before), itertools.repeat(more)), delay)


@REGISTER.add("flood-line", Scope.STREAMS)
def flood_line(stage: Stage) -> Reply:
    """A line of data that never ends."""
    before, _ = stage.split()
    opening = b'event: content_block_delta\ndata: {"type":"content_block_delta","text":"'
    flood = itertools.repeat(b"x" * LINE_PIECE)
    return whole(itertools.chain(map(frame, before), [opening], flood), 0.0)


@REGISTER.add("stall", Scope.STREAMS)
def stall(stage: Stage) -> Reply:
    """Some words (after=), then silence on an open connection."""
    before, _ = stage.split()
    return broken_off(map(frame, before), stage.delay, Fault.SILENCE)


@REGISTER.add("pings", Scope.STREAMS)
def pings(stage: Stage) -> Reply:
    """Some words (after=), then pings for ever (every=)."""
    before, _ = stage.split()
    every = stage.call.wish.number("every", 1.0)
    ping = Piece(frame({"type": "ping"}), every)
    return stream_reply(
        itertools.chain(paced(map(frame, before), stage.delay), itertools.repeat(ping))
    )


@REGISTER.add("long-line", Scope.STREAMS)
def long_line(stage: Stage) -> Reply:
    """One event of 10 MB (bytes=) on a single line."""
    events = stage.events()
    at = stage.place(events)
    size = min(stage.call.wish.count("bytes", 10_000_000), MOST_BYTES)
    long = frame(text_event("y" * size + " ", text_index(events)))
    parts = (long[start : start + LINE_PIECE] for start in range(0, len(long), LINE_PIECE))
    before, after = map(frame, events[:at]), map(frame, events[at:])
    return whole(itertools.chain(before, parts, after), min(stage.delay, 0.001))


def _cut(data: bytes) -> Iterator[bytes]:
    at = 0
    for size in itertools.cycle(_SPLITS):
        if at >= len(data):
            return
        yield data[at : at + size]
        at += size
