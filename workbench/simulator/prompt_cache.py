"""What the simulator remembers of earlier requests: cached prefixes, and what was sent.

Order of a prefix: tools, system, messages. Source: prompt-caching (2026-08-22).
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from workbench.simulator.calls import Call

REMEMBERED_PREFIXES = 1000
REMEMBERED_MESSAGES = 1000
LARGEST_REMEMBERED = 2_000_000  # bytes of a request; larger ones are not worth the time
# A change of one of these starts a new prefix, besides a change of the text itself.
_PART_OF_THE_PREFIX = ("model", "tool_choice", "thinking", "output_config", "speed")


@dataclass(frozen=True, slots=True)
class Prefix:
    """The beginning of a request up to a place; `added` is what the prefix before it lacks."""

    digest: bytes
    added: Any
    mark: Any = None


@dataclass(frozen=True, slots=True)
class _Sent:
    """The parts of an answered request that its cached prefix consists of."""

    model: str
    system: bytes
    tools: bytes
    turns: tuple[bytes, ...]


class PromptCache:
    """Remembers prefixes and answered requests, the newest of each."""

    def __init__(self) -> None:
        self._seen: OrderedDict[bytes, None] = OrderedDict()
        self._sent: OrderedDict[str, _Sent] = OrderedDict()

    def knows(self, prefix: Prefix) -> bool:
        """Return whether the prefix was written before."""
        return prefix.digest in self._seen

    def write(self, prefix: Prefix) -> None:
        """Remember a prefix."""
        _remember(self._seen, prefix.digest, None, REMEMBERED_PREFIXES)

    def diagnosis(self, call: Call, missed: int) -> dict[str, Any] | None:
        """Return why the cache was missed, when the request asks; None when nothing differs.

        `missed` is the number of input tokens that could not be read from the cache.
        """
        if len(call.raw) > LARGEST_REMEMBERED:
            return None
        asked = call.body.get("diagnostics")
        now = _sent(call)
        _remember(self._sent, call.message_id, now, REMEMBERED_MESSAGES)
        before_id = asked.get("previous_message_id") if isinstance(asked, dict) else None
        if before_id is None:
            return None
        before = self._sent.get(str(before_id))
        if before is None:
            return {"cache_miss_reason": {"type": "previous_message_not_found"}}
        kind = _difference(before, now)
        if kind is None:
            return None
        return {"cache_miss_reason": {"type": kind, "cache_missed_input_tokens": missed}}


def prefixes(call: Call) -> Iterator[Prefix]:
    """Yield the places a prefix may end at, shortest first: behind the system, behind each turn.

    The mark is the `cache_control` in the part that ends there, or the one of the whole request at
    the end. Marks are no part of the text: moving one leaves the prefix as it was.
    """
    body = call.body
    digest = hashlib.sha256(_text({name: body.get(name) for name in _PART_OF_THE_PREFIX}))
    opening = [body.get("tools"), body.get("system")]
    digest.update(_text(opening))
    yield Prefix(digest.digest(), opening, _mark_in(opening))
    for number, turn in enumerate(call.turns, start=1):
        digest.update(_text(turn))
        mark = _mark_in(turn)
        if number == len(call.turns):
            mark = mark or body.get("cache_control")
        yield Prefix(digest.digest(), turn, mark)


def _sent(call: Call) -> _Sent:
    turns = tuple(hashlib.sha256(_text(turn)).digest() for turn in call.turns)
    system, tools = (
        hashlib.sha256(_text(call.body.get(name))).digest() for name in ("system", "tools")
    )
    return _Sent(call.model, system, tools, turns)


def _difference(before: _Sent, now: _Sent) -> str | None:
    if before.model != now.model:
        return "model_changed"
    if before.tools != now.tools:
        return "tools_changed"
    if before.system != now.system:
        return "system_changed"
    return None if before.turns == now.turns[: len(before.turns)] else "messages_changed"


def _text(value: Any) -> bytes:
    return json.dumps(_unmarked(value)).encode()


def _unmarked(value: Any) -> Any:
    match value:
        case dict():
            return {k: _unmarked(item) for k, item in value.items() if k != "cache_control"}
        case list():
            return [_unmarked(item) for item in value]
        case _:
            return value


def _mark_in(value: Any) -> Any:
    """Return the last `cache_control` inside a value."""
    match value:
        case dict():
            inside = [_mark_in(item) for key, item in value.items() if key != "input"]
            return value.get("cache_control") or next(filter(None, reversed(inside)), None)
        case list():
            return next(filter(None, map(_mark_in, reversed(value))), None)
        case _:
            return None


def _remember(store: OrderedDict[Any, Any], key: Any, value: Any, most: int) -> None:
    store[key] = value
    store.move_to_end(key)
    if len(store) > most:
        store.popitem(last=False)
