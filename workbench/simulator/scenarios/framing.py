"""The same events in every form that a stream of server-sent events may legally take.

Grammar: https://html.spec.whatwg.org/multipage/server-sent-events.html (2026-11).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator

import orjson

from workbench.simulator.replies import Framing, Piece, Reply
from workbench.simulator.stage import Register, Scope, Stage
from workbench.simulator.streams import CONTENT_TYPE, Event, frame, paced, stream_reply, whole

REGISTER = Register()
STREAMS = Scope.STREAMS


@REGISTER.add("crlf", STREAMS)
def crlf(stage: Stage) -> Reply:
    """Lines end in CR LF."""
    return _each(stage, lambda event: frame(event).replace(b"\n", b"\r\n"))


@REGISTER.add("cr", STREAMS)
def cr(stage: Stage) -> Reply:
    """Lines end in CR."""
    return _each(stage, lambda event: frame(event).replace(b"\n", b"\r"))


@REGISTER.add("bom", STREAMS)
def bom(stage: Stage) -> Reply:
    """The stream starts with a byte order mark."""
    frames = [frame(event) for event in stage.events()]
    return whole([b"\xef\xbb\xbf" + frames[0], *frames[1:]], stage.delay)


@REGISTER.add("comments", STREAMS)
def comments(stage: Stage) -> Reply:
    """Comments and unused fields between and inside the events."""

    def with_comments(event: Event) -> bytes:
        inside = frame(event).replace(b"\ndata:", b"\n: keep-alive\nid: 7\nretry: 100\ndata:")
        return b": comment\n\n:\n" + inside

    return _each(stage, with_comments)


@REGISTER.add("multiline", STREAMS)
def multiline(stage: Stage) -> Reply:
    """The JSON of an event is spread over several data lines."""

    def over_lines(event: Event) -> bytes:
        lines = orjson.dumps(event, option=orjson.OPT_INDENT_2).split(b"\n")
        name = b"event: " + str(event["type"]).encode()
        return name + b"".join(b"\ndata: " + line for line in lines) + b"\n\n"

    return _each(stage, over_lines)


@REGISTER.add("no-space", STREAMS)
def no_space(stage: Stage) -> Reply:
    """No blank behind the colons."""
    return _each(stage, lambda event: _lines(event, b"event:", b"data:"))


@REGISTER.add("unnamed", STREAMS)
def unnamed(stage: Stage) -> Reply:
    """No event lines; the type is in the JSON only."""
    return _each(stage, lambda event: b"data: " + orjson.dumps(event) + b"\n\n")


@REGISTER.add("gzip", STREAMS)
def gzip(stage: Stage) -> Reply:
    """The stream is compressed with gzip."""
    return _compressed(stage, "gzip", 31)


@REGISTER.add("deflate", STREAMS)
def deflate(stage: Stage) -> Reply:
    """The stream is compressed with deflate."""
    return _compressed(stage, "deflate", 15)


@REGISTER.add("gzip-lie", STREAMS)
def gzip_lie(stage: Stage) -> Reply:
    """The stream claims to be gzip and is not."""
    reply = whole(map(frame, stage.events()), stage.delay)
    reply.headers.append(("content-encoding", "gzip"))
    return reply


@REGISTER.add("http10", STREAMS)
def http10(stage: Stage) -> Reply:
    """An HTTP/1.0 answer that ends with the connection."""
    reply = whole(map(frame, stage.events()), stage.delay, Framing.UNTIL_CLOSE)
    reply.http_version = "HTTP/1.0"
    return reply


@REGISTER.add("until-close", STREAMS)
def until_close(stage: Stage) -> Reply:
    """An HTTP/1.1 answer without a length that ends when closed."""
    return whole(map(frame, stage.events()), stage.delay, Framing.UNTIL_CLOSE)


def _each(stage: Stage, form: Callable[[Event], bytes]) -> Reply:
    return whole(map(form, stage.events()), stage.delay)


def _lines(event: Event, name: bytes, data: bytes) -> bytes:
    return name + str(event["type"]).encode() + b"\n" + data + orjson.dumps(event) + b"\n\n"


def _compressed(stage: Stage, coding: str, window: int) -> Reply:
    """Return the stream compressed, every event flushed so that it can be read at once."""

    def frames(events: Iterable[Event]) -> Iterator[bytes]:
        packer = zlib.compressobj(wbits=window)
        for event in events:
            yield packer.compress(frame(event)) + packer.flush(zlib.Z_SYNC_FLUSH)
        yield packer.flush()

    pieces: Iterator[Piece] = paced(frames(stage.events()), stage.delay)
    reply = stream_reply(pieces)
    reply.headers = [("content-type", CONTENT_TYPE), ("content-encoding", coding)]
    return reply
