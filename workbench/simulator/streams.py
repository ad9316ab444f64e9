"""An answer as the events of a stream, and events as bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from workbench.simulator.answers import Answer
from workbench.simulator.blocks import Block
from workbench.simulator.replies import Fault, Framing, Piece, Reply

Event = dict[str, Any]

DELAY = 0.02  # seconds between two events: about 50 words a second
CONTENT_TYPE = "text/event-stream; charset=utf-8"


def events_of(answer: Answer) -> list[Event]:
    """Return the events of a whole, healthy stream."""
    events: list[Event] = [
        {"type": "message_start", "message": answer.opening()},
        {"type": "ping"},
    ]
    for index, block in enumerate(answer.blocks):
        events += block_events(index, block)
    ending = {
        "stop_reason": answer.stop_reason,
        "stop_sequence": answer.stop_sequence,
        "stop_details": answer.stop_details,
        "container": answer.container,
    }
    events.append({"type": "message_delta", "delta": ending, "usage": answer.output_usage()})
    events.append({"type": "message_stop"})
    return events


def block_events(index: int, block: Block) -> Iterator[Event]:
    """Yield start, deltas and stop of one block."""
    yield {"type": "content_block_start", "index": index, "content_block": block.start}
    for delta in block.deltas:
        yield {"type": "content_block_delta", "index": index, "delta": delta}
    yield {"type": "content_block_stop", "index": index}


def frame(event: Event) -> bytes:
    """Return the bytes of one event."""
    return raw_frame(event["type"], orjson.dumps(event))


def ascii_frame(event: Event) -> bytes:
    """Return the bytes of one event with every other character escaped, lone surrogates too."""
    return raw_frame(event["type"], json.dumps(event).encode())


def raw_frame(name: str, data: bytes) -> bytes:
    """Return the bytes of an event with any data."""
    return b"event: " + name.encode() + b"\ndata: " + data + b"\n\n"


def text_event(text: str, index: int) -> Event:
    """Return the event that adds text to the block at `index`."""
    delta = {"type": "text_delta", "text": text}
    return {"type": "content_block_delta", "index": index, "delta": delta}


def text_index(events: list[Event]) -> int:
    """Return the index of the first text block, 0 when there is none."""
    return next((int(event["index"]) for event in events if is_text(event)), 0)


def is_text(event: Event) -> bool:
    """Return whether an event carries text of the answer."""
    delta = event.get("delta")
    return isinstance(delta, dict) and delta.get("type") == "text_delta"


def position_after(events: list[Event], count: int) -> int:
    """Return the position behind the `count`-th piece of text; 0 for a negative count.

    With a count of 0 it is the position in front of the first piece of text. An answer that is
    shorter gives the position in front of its end.
    """
    if count < 0:
        return 0
    texts = [at for at, event in enumerate(events) if is_text(event)]
    if count < len(texts):
        return texts[count] if count == 0 else texts[count - 1] + 1
    return texts[-1] + 1 if texts else max(len(events) - 2, 0)


def paced(frames: Iterable[bytes], delay: float) -> Iterator[Piece]:
    """Yield one piece per frame; the first one comes at once."""
    wait = 0.0
    for data in frames:
        yield Piece(data, wait)
        wait = delay


def stream_reply(pieces: Iterable[Piece], **changes: Any) -> Reply:
    """Return a streaming answer made of pieces."""
    headers = [("content-type", CONTENT_TYPE), ("cache-control", "no-cache")]
    return Reply(200, headers, pieces, **changes)


def broken_off(frames: Iterable[bytes], delay: float, fault: Fault, rest: bytes = b"") -> Reply:
    """Return a stream of frames that ends in a fault; `rest` is sent right before it."""

    def pieces() -> Iterator[Piece]:
        yield from paced(frames, delay)
        yield Piece(rest, delay, fault)

    return stream_reply(pieces())


def whole(frames: Iterable[bytes], delay: float, framing: Framing = Framing.CHUNKED) -> Reply:
    """Return a stream that ends cleanly."""
    return stream_reply(paced(frames, delay), framing=framing)
