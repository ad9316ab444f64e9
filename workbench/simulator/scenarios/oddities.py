"""Streams with more, less or other things than expected that a client can live with."""

from __future__ import annotations

from typing import Any

from workbench.simulator.blocks import tool_block
from workbench.simulator.replies import Reply
from workbench.simulator.stage import Register, Scope, Stage
from workbench.simulator.streams import Event, ascii_frame, frame, text_event, text_index, whole

REGISTER = Register()
STREAMS = Scope.STREAMS


@REGISTER.add("dup-delta", STREAMS)
def dup_delta(stage: Stage) -> Reply:
    """One piece of text comes twice (after=)."""
    before, after = stage.split()
    return _frames(stage, [*before, *before[-1:], *after])


@REGISTER.add("dup-start", STREAMS)
def dup_start(stage: Stage) -> Reply:
    """The start of the message and of every block come twice."""
    return _frames(stage, _doubled(stage, {"message_start", "content_block_start"}))


@REGISTER.add("dup-stop", STREAMS)
def dup_stop(stage: Stage) -> Reply:
    """The stop of every block and of the message come twice."""
    return _frames(stage, _doubled(stage, {"content_block_stop", "message_stop"}))


@REGISTER.add("after-stop", STREAMS)
def after_stop(stage: Stage) -> Reply:
    """Events and nonsense behind the end of the message."""
    events = stage.events()
    late = text_event("too late ", text_index(events))
    error = {"type": "error", "error": {"type": "api_error", "message": "too late"}}
    return whole([*map(frame, [*events, late, error]), b"data: {nonsense\n\nxyz"], stage.delay)


@REGISTER.add("unknown-event", STREAMS)
def unknown_event(stage: Stage) -> Reply:
    """Events of types that do not exist yet (after=)."""
    strange: list[Event] = [
        {"type": "execute", "code": "document.title = 'event ran'"},
        {"type": "message", "text": "<script>alert(1)</script>"},
    ]
    return _inserted(stage, strange)


@REGISTER.add("early-unknown", STREAMS)
def early_unknown(stage: Stage) -> Reply:
    """An unknown event before the start of the message."""
    return _frames(stage, [{"type": "queue_position", "position": 3}, *stage.events()])


@REGISTER.add("unknown-delta", STREAMS)
def unknown_delta(stage: Stage) -> Reply:
    """A delta of a type that does not exist yet (after=)."""
    index = text_index(stage.events())
    delta = {"type": "hologram_delta", "frames": [1, 2]}
    return _inserted(stage, [{"type": "content_block_delta", "index": index, "delta": delta}])


@REGISTER.add("unknown-stop-reason")
def unknown_stop_reason(stage: Stage) -> Reply:
    """A stop reason that does not exist yet."""
    answer = stage.answer()
    answer.stop_reason = "quantum_pause"
    return stage.respond(answer)


@REGISTER.add("extra-fields", STREAMS)
def extra_fields(stage: Stage) -> Reply:
    """Unknown fields in every event."""
    extra = {"zz_new": {"deep": [None, True, 1.5]}, "__proto__": {"polluted": True}}
    events = [{**event, **extra} for event in stage.events()]
    events[0]["message"] = {**events[0]["message"], **extra}
    return _frames(stage, events)


@REGISTER.add("usage-missing", STREAMS)
def usage_missing(stage: Stage) -> Reply:
    """No usage anywhere."""
    events = stage.events()
    for holder in _usage_holders(events):
        holder.pop("usage", None)
    return _frames(stage, events)


@REGISTER.add("usage-null", STREAMS)
def usage_null(stage: Stage) -> Reply:
    """Usage is null."""
    return _with_usage(stage, None)


@REGISTER.add("usage-null-fields", STREAMS)
def usage_null_fields(stage: Stage) -> Reply:
    """Every number of the usage is null."""
    return _with_usage(stage, {"input_tokens": None, "output_tokens": None, "cache_creation": None})


@REGISTER.add("usage-absurd", STREAMS)
def usage_absurd(stage: Stage) -> Reply:
    """Usage of 2^63, -1, fractions, text and lists."""
    absurd = {
        "input_tokens": 2**63,
        "output_tokens": -1,
        "cache_read_input_tokens": 1.5,
        "cache_creation_input_tokens": "many",
        "cache_creation": [1, 2],
        "output_tokens_details": {"thinking_tokens": True},
        "server_tool_use": {"web_search_requests": 10**400},
    }
    return _with_usage(stage, absurd)


@REGISTER.add("tool-broken")
def tool_broken(stage: Stage) -> Reply:
    """A tool call whose JSON is broken although the answer is whole."""
    block = tool_block(1, "get_weather", None, raw='{"city": "Zürich", "days": 3,, ]')
    return stage.respond(stage.made_of([block], "tool_use"))


def _with_usage(stage: Stage, usage: dict[str, Any] | None) -> Reply:
    events = stage.events()
    for holder in _usage_holders(events):
        holder["usage"] = usage
    return _frames(stage, events)


def _usage_holders(events: list[Event]) -> list[dict[str, Any]]:
    start = next(event for event in events if event["type"] == "message_start")
    return [start["message"], *(event for event in events if event["type"] == "message_delta")]


def _doubled(stage: Stage, types: set[str]) -> list[Event]:
    doubled: list[Event] = []
    for event in stage.events():
        doubled += [event, event] if event["type"] in types else [event]
    return doubled


def _inserted(stage: Stage, strange: list[Event]) -> Reply:
    before, after = stage.split()
    return _frames(stage, [*before, *strange, *after])


def _frames(stage: Stage, events: list[Event]) -> Reply:
    return whole(map(ascii_frame, events), stage.delay)
