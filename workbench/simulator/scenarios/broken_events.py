"""Whole streams in which one event is broken."""

from __future__ import annotations

from workbench.simulator.replies import Reply
from workbench.simulator.stage import Register, Scope, Stage
from workbench.simulator.streams import (
    frame,
    position_after,
    raw_frame,
    text_event,
    text_index,
    whole,
)

REGISTER = Register()
STREAMS = Scope.STREAMS
DEEPEST = 100_000  # levels


@REGISTER.add("bad-index", STREAMS)
def bad_index(stage: Stage) -> Reply:
    """A delta for a block that was never started (after=)."""
    return _with(stage, frame(text_event("lost ", 99)))


@REGISTER.add("no-message-start", STREAMS)
def no_message_start(stage: Stage) -> Reply:
    """The start of the message is missing."""
    events = [event for event in stage.events() if event["type"] != "message_start"]
    return whole(map(frame, events), stage.delay)


@REGISTER.add("no-block-start", STREAMS)
def no_block_start(stage: Stage) -> Reply:
    """The start of the text block is missing."""
    events = stage.events()
    at = position_after(events, 0) - 1
    return whole(map(frame, events[:at] + events[at + 1 :]), stage.delay)


@REGISTER.add("null-delta", STREAMS)
def null_delta(stage: Stage) -> Reply:
    """An event whose delta is null (after=)."""
    index = text_index(stage.events())
    return _with(stage, frame({"type": "content_block_delta", "index": index, "delta": None}))


@REGISTER.add("json-array", STREAMS)
def json_array(stage: Stage) -> Reply:
    """An event whose data is an array (after=)."""
    return _with(stage, raw_frame("content_block_delta", b'["content_block_delta", 0, {}]'))


@REGISTER.add("bad-json", STREAMS)
def bad_json(stage: Stage) -> Reply:
    """An event whose data is not JSON (after=)."""
    data = b'{"type": "content_block_delta", "index": 0, "delta": {"type": "text_de'
    return _with(stage, raw_frame("content_block_delta", data))


@REGISTER.add("nan", STREAMS)
def nan(stage: Stage) -> Reply:
    """NaN and Infinity in an unknown block and an unknown field."""
    events = stage.events()
    index = 1 + max((int(event.get("index", -1)) for event in events), default=0)
    block = b'{"type": "measurement", "value": NaN, "more": [Infinity, -Infinity]}'
    start = b'{"type": "content_block_start", "index": %d, "content_block": %b}' % (index, block)
    stop = b'{"type": "content_block_stop", "index": %d}' % index
    extra = [raw_frame("content_block_start", start), raw_frame("content_block_stop", stop)]
    frames = [frame(event) for event in events]
    return whole([*frames[:-2], *extra, *frames[-2:]], stage.delay)


@REGISTER.add("deep-json", STREAMS)
def deep_json(stage: Stage) -> Reply:
    """An event nested 100,000 levels deep (after=)."""
    deep = b"[" * DEEPEST + b"]" * DEEPEST
    data = b'{"type": "content_block_delta", "index": 0, "delta": {"type": "deep", "x": %b}}'
    return _with(stage, raw_frame("content_block_delta", data % deep))


def _with(stage: Stage, broken: bytes) -> Reply:
    before, after = stage.split()
    return whole([*map(frame, before), broken, *map(frame, after)], stage.delay)
