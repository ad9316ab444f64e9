"""Thinking among the turns: where it came from, and when it has to stay behind.

A model takes its own thinking back, and newer models only behind the system prompt, tools and
turns that it was made from; anything else is refused (platform.claude.com: thinking and the
"what's new" pages, read 2026-10-10). So a draft notes beside its body where the thinking of its
answers came from, by a hash of each block's signature. Thinking without such a note, for instance
pasted, is sent as it is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workbench import catalogue

SEALS = {"thinking": "signature", "redacted_thinking": "data"}
"""The kinds of thinking blocks, and the key of each that nobody else can make up."""

CHANGES = {
    "model": "the model has changed since",
    "upstream": "it came from another upstream",
    "system": "the system prompt has changed since",
    "tools": "the tools have changed since",
    "messages": "an earlier turn has changed since",
}
"""What differs from the note, by its key there, in the order in which it is looked at."""


@dataclass(frozen=True)
class Fitting:
    """A body without the thinking that would be refused; ``sentences`` say what was left out.

    ``moved`` holds the paths that mean something else now, with what they were before.
    """

    body: dict[str, Any]
    sentences: tuple[str, ...]
    moved: dict[str, str]


def is_thought(block: Any) -> bool:
    """Whether a content block holds thinking, readable or not."""
    kind = block.get("type") if isinstance(block, dict) else None
    return isinstance(kind, str) and kind in SEALS


def origins_of(content: Any, body: Mapping[str, Any], upstream: str) -> dict[str, Any]:
    """The notes for the thinking in an answer's ``content``; ``body`` is what was sent for it."""
    origin = _surroundings(body, upstream) | {"messages": _digest_of_all(body.get("messages"))}
    return dict.fromkeys(_keys([{"content": content}]), origin)


def still_needed(origins: Mapping[str, Any], messages: Iterable[Any]) -> dict[str, Any]:
    """The notes whose thinking stands among ``messages``."""
    keys = set(_keys(messages))
    return {key: origin for key, origin in origins.items() if key in keys}


def fitting(body: Mapping[str, Any], origins: Mapping[str, Any], upstream: str = "") -> Fitting:
    """``body`` without thinking that its model would not take back.

    A turn that held nothing else goes with it; the API reads its neighbours as one turn.
    """
    messages = body.get("messages")
    if not isinstance(messages, list) or not origins:
        return Fitting(dict(body), (), {})
    now = _surroundings(body, upstream)
    is_bound = catalogue.get(now["model"]).rules.thinking_bound is not False
    sent: list[Any] = []
    moved: dict[str, str] = {}
    history = hashlib.sha256()
    shortened: dict[tuple[str, bool], list[int]] = {}
    for place, message in enumerate(messages):
        now["messages"] = history.hexdigest()
        left = message
        if change := _change(message, origins, now, is_bound=is_bound):
            left = _without_thoughts(message)
            shortened.setdefault((change, not left["content"]), []).append(place + 1)
            if not left["content"]:
                continue
        moved |= _moved(message, left, place, len(sent))
        sent.append(left)
        history.update(_bytes_of(left))
    sentences = tuple(_sentence(*why, numbers) for why, numbers in shortened.items())
    return Fitting({**body, "messages": sent}, sentences, moved)


def _change(
    message: Any, origins: Mapping[str, Any], now: Mapping[str, str], *, is_bound: bool
) -> str:
    """What keeps the thinking of a turn from being sent back, as a key of ``CHANGES``; or ""."""
    found = (origins.get(key) for key in _keys([message]))
    for origin in found:
        if isinstance(origin, Mapping) and (name := _difference(origin, now, is_bound=is_bound)):
            return name
    return ""


def _difference(origin: Mapping[str, Any], now: Mapping[str, str], *, is_bound: bool) -> str:
    for name in CHANGES:
        is_asked = is_bound or name in ("model", "upstream")
        has_both = bool(origin.get(name)) and bool(now[name])
        if is_asked and has_both and origin[name] != now[name]:
            return name
    return ""


def _surroundings(body: Mapping[str, Any], upstream: str) -> dict[str, str]:
    model = body.get("model")
    return {
        "model": catalogue.get(model).id if isinstance(model, str) else "",
        "upstream": upstream,
        "system": hashlib.sha256(_bytes_of({"content": body.get("system", "")})).hexdigest(),
        "tools": hashlib.sha256(_bytes_of({"content": body.get("tools") or []})).hexdigest(),
    }


def _digest_of_all(messages: Any) -> str:
    history = hashlib.sha256()
    for message in messages if isinstance(messages, list) else []:
        history.update(_bytes_of(message))
    return history.hexdigest()


def _bytes_of(message: Any) -> bytes:
    """A message as the model reads it: a string is one text, cache breakpoints are not read."""
    if isinstance(message, dict) and isinstance(text := message.get("content"), str):
        message = {**message, "content": [{"type": "text", "text": text}] if text else []}
    return json.dumps(_read(message), ensure_ascii=True, sort_keys=True).encode() + b"\n"


def _read(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _read(item) for key, item in value.items() if key != "cache_control"}
    return [_read(item) for item in value] if isinstance(value, list) else value


def _keys(messages: Iterable[Any]) -> Iterator[str]:
    """The keys of the notes for all thinking in the messages."""
    for message in messages:
        content = message.get("content") if isinstance(message, Mapping) else None
        for block in content if isinstance(content, list) else []:
            seal = block.get(SEALS[block["type"]]) if is_thought(block) else None
            if isinstance(seal, str) and seal:
                yield hashlib.sha256(
                    f"{block['type']} {seal}".encode("utf-8", "replace")
                ).hexdigest()[:32]


def _without_thoughts(message: dict[str, Any]) -> dict[str, Any]:
    return {**message, "content": [part for part in message["content"] if not is_thought(part)]}


def _moved(message: Any, left: Any, before: int, now: int) -> dict[str, str]:
    """The paths inside a message that was moved, or left without its thinking."""
    moved = {f"messages.{now}": f"messages.{before}"} if now != before else {}
    if left is message:
        return moved
    places = [n for n, block in enumerate(message["content"]) if not is_thought(block)]
    return moved | {
        f"messages.{now}.content.{n}": f"messages.{before}.content.{place}"
        for n, place in enumerate(places)
    }


def _sentence(change: str, is_empty: bool, numbers: list[int]) -> str:
    """For instance: The model's thinking was left out of turn 2: the model has changed since."""
    *first, last = [str(number) for number in numbers]
    listed = f"turns {', '.join(first)} and {last}" if first else f"turn {last}"
    if is_empty:
        verb, it = ("were", "they") if first else ("was", "it")
        return (
            f"{listed.capitalize()} {verb} left out: {it} held nothing but the model's thinking, "
            f"and {CHANGES[change]}."
        )
    return f"The model's thinking was left out of {listed}: {CHANGES[change]}."
