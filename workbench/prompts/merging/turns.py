"""The merge of turns and of the blocks in them.

A turn is an entry ``{"message": …, "notes": …}``: the notes hold what was typed into it and cannot
be part of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from .conflict import MISSING
from .merger import Merger, is_same, token
from .three_way import Hunk, hunks_of

LIKE_ENOUGH = 0.4
"""The share of the words of the shorter turn that both have, from which one became the other."""
MOST_CHARACTERS = 20_000
WORD = re.compile(r"\w+")


def entries_of(messages: Sequence[Any], notes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The turns of a body with the notes about each."""
    return [
        {"message": message, "notes": notes.get(str(place), {})}
        for place, message in enumerate(messages)
    ]


def merge_turns(
    merger: Merger,
    base: Sequence[dict[str, Any]],
    theirs: Sequence[dict[str, Any]],
    mine: Sequence[dict[str, Any]],
) -> list[dict[str, Any]]:
    """The merged entries, in order."""
    names = {token(entry): f"Turn {place}" for place, entry in enumerate(base, 1)}
    pair = partial(_merge_turn, merger)
    return merger.entries("Turns", base, theirs, mine, pair=pair, hunks=turn_hunks, names=names)


def turn_hunks(base: Sequence[str], side: Sequence[str]) -> list[Hunk]:
    """The changes of turns, each turn that became another one for itself."""
    found: list[Hunk] = []
    for hunk in hunks_of(base, side):
        found += _refined(base, hunk)
    return found


def _refined(base: Sequence[str], hunk: Hunk) -> Iterator[Hunk]:
    place, done = hunk.start, 0
    for old, new in _pairs(base[hunk.start : hunk.end], hunk.tokens):
        before = hunk.tokens[done:new]
        if place < hunk.start + old or before:
            yield Hunk(place, hunk.start + old, before)
        place, done = hunk.start + old + 1, new + 1
        yield Hunk(place - 1, place, hunk.tokens[new:done])
    if place < hunk.end or hunk.tokens[done:]:
        yield Hunk(place, hunk.end, hunk.tokens[done:])


def _pairs(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Which turns became which, by their places; in order, each at most once."""
    before, after = [_Turn(each) for each in old], [_Turn(each) for each in new]
    roles = [turn.role for turn in before]
    if roles == [turn.role for turn in after]:
        return [(place, place) for place in range(len(old))]
    found: list[tuple[int, int]] = []
    start = 0
    for place, turn in enumerate(before):
        rest = range(start, len(after))
        match = next((k for k in rest if turn.is_like(after[k])), None)
        if match is None and len(new) >= len(old):  # it was written anew
            match = next((k for k in rest if turn.role == after[k].role), None)
        if match is not None:
            found.append((place, match))
            start = match + 1
    return found


class _Turn:
    """What tells whether one turn became another."""

    def __init__(self, entry: str) -> None:
        message = json.loads(entry)["message"]
        is_usual = isinstance(message, dict)
        self.role = str(message.get("role")) if is_usual else ""
        content = message.get("content") if is_usual else message
        text = content if isinstance(content, str) else json.dumps(content)
        self._words = set(WORD.findall(text[:MOST_CHARACTERS]))

    def is_like(self, other: _Turn) -> bool:
        """Whether the roles are the same, and enough of the words."""
        shorter = min(len(self._words), len(other._words))
        shared = len(self._words & other._words)
        return self.role == other.role and shared >= LIKE_ENOUGH * shorter


def _merge_turn(merger: Merger, part: str, base: Any, theirs: Any, mine: Any) -> list[Any]:
    """One turn that both sides changed."""
    messages = [each["message"] for each in (base, theirs, mine)]
    notes = _notes(base["notes"], theirs["notes"], mine["notes"])
    if notes is None or not all(isinstance(each, dict) for each in messages):
        both: list[Any] = merger.conflict(part, "list", [base], [theirs], [mine])
        return both

    def leaf(name: str, *three: Any) -> Any:
        if name == f"{part} content":
            return merge_blocks(merger, part, *three)
        return merger.value(name, *three)

    message = merger.mapping(lambda key: f"{part} {key}", *messages, by=leaf)
    return [{"message": message, "notes": notes}]


def _notes(base: Any, theirs: Any, mine: Any) -> Any:
    """The notes when at most one side has others than the base; None when both have."""
    if is_same(theirs, base) or is_same(theirs, mine):
        return mine
    return theirs if is_same(mine, base) else None


def merge_blocks(merger: Merger, part: str, base: Any, theirs: Any, mine: Any) -> Any:
    """A system prompt or the content of a turn that both sides changed: text, or blocks."""
    three = (base, theirs, mine)
    is_text = all(isinstance(each, str) or each is MISSING for each in three)
    is_gone = MISSING in (theirs, mine)
    if is_text and not is_gone:
        return merger.text(part, *three)
    if is_text:
        lines = [[] if each is MISSING else each.split("\n") for each in three]
        return "\n".join(merger.conflict(part, "text", *lines)) or MISSING
    blocks = [_as_blocks(each) for each in three]
    if any(each is None for each in blocks):
        return merger.value(part, *three)
    pair = partial(_pair, merger)
    return merger.entries(part, *(each or [] for each in blocks), pair=pair) or (
        MISSING if is_gone else []
    )


def _as_blocks(value: Any) -> list[Any] | None:
    if value is MISSING or value == "":
        return []
    if isinstance(value, str):
        return [{"type": "text", "text": value}]
    return value if isinstance(value, list) else None


def _pair(merger: Merger, part: str, base: Any, theirs: Any, mine: Any) -> list[Any]:
    """One block that both sides changed: the text by lines, other keys as values."""
    three = (base, theirs, mine)
    kinds = [each.get("type") if isinstance(each, dict) else None for each in three]
    if kinds != [kinds[0]] * 3 or kinds[0] is None:
        both: list[Any] = merger.conflict(part, "list", [base], [theirs], [mine])
        return both

    def leaf(name: str, *values: Any) -> Any:
        if name == f"{part} text":
            return merger.text(part, *values)
        return merger.value(name, *values)

    return [merger.mapping(lambda key: f"{part} {key}", *three, by=leaf)]
