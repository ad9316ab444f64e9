"""The event log of a run as compact bytes: what arrived, in order, with the time it arrived.

Each event keeps the bytes of its data field as they came. A preset dictionary makes packing small
even for the handful of events that arrive within 150 ms, where plain deflate gains nothing.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from workbench.messages_api import (
    Accumulator,
    BadStream,
    StreamEvent,
    clean_text,
    decode_event,
)

# Typical events; the most frequent one stands last, where deflate reaches it with short distances.
# Changing a byte of it makes every stored log unreadable: make a second one beside it instead.
DICTIONARY = (
    b'{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_'
    b'{"type":"message_start","message":{"id":"msg_01","type":"message","role":"assistant",'
    b'"model":"claude-opus-5-5","content":[],"stop_reason":null,"stop_sequence":null,"usage":{'
    b'"input_tokens":25,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,'
    b'"output_tokens":1,"service_tier":"standard"}}}'
    b'{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{'
    b'"output_tokens":42}}{"type":"message_stop"}{"type":"ping"}'
    b'{"type":"content_block_stop","index":0}'
    b'{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}'
    b'{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"",'
    b'"signature":""}}'
    b'{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"'
    b'{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"'
    b'{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":" the"}}'
    b'"}}\n20 90 content_block_delta\n{"type":"content_block_delta","index":0,"delta":{'
    b'"type":"text_delta","text":" the"}}\n'
)


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """One upstream event: its number (1, 2, …), when it came (ms since the run began), its bytes.

    ``type`` is what the event or its JSON named, on one line.
    """

    number: int
    ms: int
    raw: bytes
    type: str

    @classmethod
    def of(cls, event: StreamEvent, ms: int) -> LoggedEvent:
        return cls(event.number, ms, event.raw, " ".join(clean_text(event.type).split()))

    def decoded(self) -> StreamEvent:
        return decode_event(self.number, self.raw, self.type)


def pack(events: Iterable[LoggedEvent]) -> bytes:
    """The events as bytes that ``unpack`` reads back; their numbers must be consecutive."""
    pieces = []
    before = 0
    for event in events:
        head = f"{event.ms - before} {len(event.raw)} {event.type}\n"
        pieces.append(head.encode() + event.raw + b"\n")
        before = event.ms
    packer = zlib.compressobj(6, zlib.DEFLATED, -15, zdict=DICTIONARY)
    return packer.compress(b"".join(pieces)) + packer.flush()


def unpack(packed: bytes, first: int = 1) -> Iterator[LoggedEvent]:
    """The events of ``pack``, numbered from ``first``."""
    opener = zlib.decompressobj(-15, zdict=DICTIONARY)
    text = opener.decompress(packed) + opener.flush()
    position, number, ms = 0, first, 0
    while position < len(text):
        end = text.index(b"\n", position)
        wait, length, type_ = text[position:end].split(b" ", 2)
        position, ms = end + 1, ms + int(wait)
        raw = text[position : position + int(length)]
        yield LoggedEvent(number, ms, raw, type_.decode())
        position, number = position + int(length) + 1, number + 1


def accumulated(events: Iterable[LoggedEvent]) -> Accumulator:
    """What the events come to, up to the one with which the answer broke off."""
    accumulator = Accumulator()
    for event in events:
        try:
            accumulator.apply(event.decoded())
        except BadStream:
            break
    return accumulator
