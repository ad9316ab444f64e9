"""Connections that fail: before the answer, in the middle of it, or quietly at its end."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from workbench.simulator.replies import Fault, Framing, Piece, Reply, error_reply
from workbench.simulator.stage import Register, Scope, Stage
from workbench.simulator.streams import (
    Event,
    broken_off,
    frame,
    paced,
    stream_reply,
    text_event,
    text_index,
    whole,
)

REGISTER = Register()
EVERYWHERE, STREAMS = Scope.EVERYWHERE, Scope.STREAMS
_WORD = "überraschend "
_CUT_BYTE = _WORD.encode()[:1]  # the first of two bytes


@REGISTER.add("hang", EVERYWHERE)
def hang(stage: Stage) -> Reply:
    """The connection is accepted, then nothing comes."""
    return Reply(200, [], [], early=Fault.SILENCE)


@REGISTER.add("close-early", EVERYWHERE)
def close_early(stage: Stage) -> Reply:
    """The connection is closed before the answer."""
    return Reply(200, [], [], early=Fault.CLOSE)


@REGISTER.add("rst-early", EVERYWHERE)
def rst_early(stage: Stage) -> Reply:
    """The connection is reset before the answer."""
    return Reply(200, [], [], early=Fault.RESET)


@REGISTER.add("half-headers", EVERYWHERE)
def half_headers(stage: Stage) -> Reply:
    """The connection is closed in the middle of the headers."""
    half = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-str"
    return Reply(200, [], [], instead=half, early=Fault.CLOSE)


@REGISTER.add("garbage", EVERYWHERE)
def garbage(stage: Stage) -> Reply:
    """The answer is not HTTP."""
    return Reply(200, [], [], instead=b"SSH-2.0-OpenSSH_9.7\r\nthis is not HTTP\r\n\r\n")


def _no_connection(name: str) -> None:
    @REGISTER.add(f"connect-{name}", EVERYWHERE)
    def no_connection(stage: Stage) -> Reply:
        """There is no connection at all; in-process only, see DeadPorts for sockets."""
        reply = error_reply(
            400,
            "invalid_request_error",
            f"This fault exists without a connection only: use the {name} port of DeadPorts.",
            request_id=stage.call.request_id,
        )
        reply.connect = name
        return reply


for _name in ("refused", "timeout", "dns", "tls"):
    _no_connection(_name)


@REGISTER.add("error-event", STREAMS)
def error_event(stage: Stage) -> Reply:
    """An error event (type=) after some words; after=-1: first."""
    before, _ = stage.split()
    kind = stage.call.wish.options.get("type", "overloaded_error")
    error = {"type": kind, "message": kind.removesuffix("_error").replace("_", " ").capitalize()}
    last = {"type": "error", "error": error, "request_id": stage.call.request_id}
    return whole(map(frame, [*before, last]), stage.delay)


@REGISTER.add("drop")
def drop(stage: Stage) -> Reply:
    """The connection is cut between two events (after=)."""
    return _cut(stage, Fault.CLOSE, b"")


@REGISTER.add("drop-mid-event")
def drop_mid_event(stage: Stage) -> Reply:
    """The connection is cut inside an event, before its data."""
    return _cut(stage, Fault.CLOSE, b"event: content_block_delta\n")


@REGISTER.add("drop-mid-json")
def drop_mid_json(stage: Stage) -> Reply:
    """The connection is cut inside the JSON of an event."""
    return _cut(stage, Fault.CLOSE, b"json")


@REGISTER.add("drop-mid-utf8")
def drop_mid_utf8(stage: Stage) -> Reply:
    """The connection is cut inside a character."""
    return _cut(stage, Fault.CLOSE, _CUT_BYTE)


@REGISTER.add("rst")
def rst(stage: Stage) -> Reply:
    """The connection is reset between two events (after=)."""
    return _cut(stage, Fault.RESET, b"")


@REGISTER.add("rst-mid-json")
def rst_mid_json(stage: Stage) -> Reply:
    """The connection is reset inside the JSON of an event."""
    return _cut(stage, Fault.RESET, b"json")


@REGISTER.add("drop-clean", STREAMS)
def drop_clean(stage: Stage) -> Reply:
    """The stream ends properly after some words, without its end."""
    before, _ = stage.split()
    return whole(map(frame, before), stage.delay)


@REGISTER.add("end-mid-json", STREAMS)
def end_mid_json(stage: Stage) -> Reply:
    """The stream ends properly inside the JSON of an event."""
    return _ended(stage, b"json")


@REGISTER.add("end-mid-utf8", STREAMS)
def end_mid_utf8(stage: Stage) -> Reply:
    """The stream ends properly inside a character."""
    return _ended(stage, _CUT_BYTE)


@REGISTER.add("drop-before-stop", STREAMS)
def drop_before_stop(stage: Stage) -> Reply:
    """The stream ends after the stop reason, before its end."""
    return whole(map(frame, stage.events()[:-1]), stage.delay)


@REGISTER.add("end-no-blank-line", STREAMS)
def end_no_blank_line(stage: Stage) -> Reply:
    """A whole stream whose last blank line is missing."""
    frames = [frame(event) for event in stage.events()]
    frames[-1] = frames[-1].rstrip(b"\n")
    return whole(frames, stage.delay)


@REGISTER.add("length", STREAMS)
def length(stage: Stage) -> Reply:
    """A whole stream framed by Content-Length."""
    frames = [frame(event) for event in stage.events()]
    return stream_reply(list(paced(frames, stage.delay)), framing=Framing.LENGTH)


@REGISTER.add("length-short", STREAMS)
def length_short(stage: Stage) -> Reply:
    """Content-Length is too small: the stream seems to end."""
    before, after = stage.split()
    sent = sum(len(frame(event)) for event in before)
    return _declared(stage, before + after, sent + 20)


@REGISTER.add("length-long", STREAMS)
def length_long(stage: Stage) -> Reply:
    """Content-Length is too large, the stream is whole."""
    events = stage.events()
    return _declared(stage, events, sum(len(frame(event)) for event in events) + 100)


def _cut(stage: Stage, fault: Fault, rest: bytes) -> Reply:
    """Return an answer that breaks off behind `rest`; a whole JSON answer breaks in its middle."""
    if not stage.call.streaming:
        data = orjson.dumps(stage.answer().message())
        half = Piece(data[: len(data) // 2], 0.0, fault)
        return Reply(200, [("content-type", "application/json")], [half])
    before, after = stage.split()
    return broken_off(map(frame, before), stage.delay, fault, _rest(before + after, rest))


def _ended(stage: Stage, rest: bytes) -> Reply:
    before, after = stage.split()

    def frames() -> Iterator[bytes]:
        yield from map(frame, before)
        yield _rest(before + after, rest)

    return whole(frames(), stage.delay)


def _rest(events: list[Event], where: bytes) -> bytes:
    """Return the beginning of one more event, cut at the place that `where` names."""
    event = frame(text_event(_WORD, text_index(events)))
    if where == b"json":
        return event[: event.index(b'"text":') + 3]
    if where == _CUT_BYTE:
        return event[: event.index(_WORD.encode()) + 1]
    return where


def _declared(stage: Stage, events: list[Event], size: int) -> Reply:
    pieces = paced(map(frame, events), stage.delay)
    return stream_reply(pieces, framing=Framing.LENGTH, declared_length=size)
