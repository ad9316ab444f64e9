"""The differences of two JSON values: a tree from which both can be made again, exactly.

Values are told apart by their JSON: ``1`` is not ``true`` nor ``1.0``, and objects with the same
keys in another order differ, as their digests do.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from workbench.prompts.word_diff import Part, word_diff

from .alignment import aligned, exact_json

Side = Literal["before", "after"]

LONG_TEXT = 40
"""Texts with more characters are compared by words, shorter values stand beside each other."""


@dataclass(frozen=True)
class Same:
    """A value that both sides have."""

    value: Any


@dataclass(frozen=True)
class Removed:
    """A value that only the side before has."""

    value: Any


@dataclass(frozen=True)
class Added:
    """A value that only the side after has."""

    value: Any


@dataclass(frozen=True)
class Replaced:
    """A short value that another took the place of."""

    before: Any
    after: Any


@dataclass(frozen=True)
class Text:
    """A text compared by words; ``is_json`` when it is the JSON of the value."""

    parts: tuple[Part, ...]
    is_json: bool = False


@dataclass(frozen=True)
class Entries:
    """An object or a list of which some entries differ, in reading order.

    ``order`` holds the keys in the order of each side, when those that both have changed places.
    """

    entries: tuple[tuple[str, Node], ...]
    is_list: bool = False
    order: Replaced | None = None


Node = Same | Removed | Added | Replaced | Text | Entries
Way = Callable[[Any, Any], Node]


def compared(before: Any, after: Any, *, depth: int, is_prose: bool = False) -> Node:
    """The tree of two values.

    Objects and lists are compared entry by entry down to ``depth``, and as JSON text below.
    In prose short texts are compared by words too.
    """
    if exact_json(before) == exact_json(after):
        return Same(before)
    if isinstance(before, str) and isinstance(after, str):
        return _texts(before, after, is_prose=is_prose)
    if depth and isinstance(before, dict) and isinstance(after, dict):
        return by_key(before, after, depth=depth - 1, is_prose=is_prose)
    if depth and isinstance(before, list) and isinstance(after, list):
        return by_place(before, after, depth=depth - 1, is_prose=is_prose)
    is_structure = isinstance(before, dict | list) and isinstance(after, dict | list)
    old, new = shown_json(before), shown_json(after)
    if is_structure and max(len(old), len(new)) > LONG_TEXT:
        return Text(tuple(word_diff(old, new)), is_json=True)
    return Replaced(before, after)


def by_key(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    depth: int,
    is_prose: bool = False,
    ways: Mapping[str, Way] | None = None,
) -> Entries:
    """The tree of two objects, whose values are compared with ``depth``, or by their ``ways``."""

    def node(key: str) -> Node:
        if key not in after:
            return Removed(before[key])
        if key not in before:
            return Added(after[key])
        if ways and key in ways:
            return ways[key](before[key], after[key])
        return compared(before[key], after[key], depth=depth, is_prose=is_prose)

    old, new = list(before), list(after)
    nodes = tuple((key, node(key)) for key in _merged(old, new))
    is_moved = [key for key in old if key in after] != [key for key in new if key in before]
    return Entries(nodes, order=Replaced(old, new) if is_moved else None)


def by_place(
    before: Sequence[Any], after: Sequence[Any], *, depth: int, is_prose: bool = False
) -> Node:
    """The tree of two lists, whose items are paired by what they say."""
    nodes: list[tuple[str, Node]] = []
    for i, j in aligned(before, after):
        if j is None:
            nodes.append((str(i), Removed(before[i or 0])))
        elif i is None:
            nodes.append((str(j), Added(after[j])))
        else:
            nodes.append((str(j), compared(before[i], after[j], depth=depth, is_prose=is_prose)))
    return Entries(tuple(nodes), is_list=True)


def by_name(before: Sequence[Any], after: Sequence[Any], *, depth: int) -> Node:
    """The tree of two lists of objects with names; paired by what they say if a name is missing."""
    old, new = _named(before), _named(after)
    if old is None or new is None:
        return by_place(before, after, depth=depth, is_prose=True)
    found = by_key(old, new, depth=depth, is_prose=True)
    return Entries(found.entries, is_list=True, order=found.order)


def side(node: Node, which: Side) -> Any:
    """The value as it was, or as it is now, made from nothing but the tree."""
    match node:
        case Same(value) | Removed(value) | Added(value):
            return value
        case Replaced():
            return getattr(node, which)
        case Text(parts, is_json):
            absent = "insert" if which == "before" else "delete"
            text = "".join(part.text for part in parts if part.kind != absent)
            return json.loads(text) if is_json else text
    return _side_of_entries(node, which)


def shown_json(value: Any) -> str:
    """A value as JSON for reading."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def _side_of_entries(node: Entries, which: Side) -> Any:
    absent = Added if which == "before" else Removed
    there = {key: child for key, child in node.entries if not isinstance(child, absent)}
    if node.is_list and node.order is None:
        children = [child for _, child in node.entries if not isinstance(child, absent)]
        return [side(child, which) for child in children]
    keys = getattr(node.order, which) if node.order else list(there)
    values = {key: side(there[key], which) for key in keys}
    return list(values.values()) if node.is_list else values


def _texts(before: str, after: str, *, is_prose: bool) -> Node:
    longest = max(len(before), len(after))
    if is_prose or longest > LONG_TEXT or "\n" in before or "\n" in after:
        return Text(tuple(word_diff(before, after)))
    return Replaced(before, after)


def _merged(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """The keys of both in the order of ``after``, removed ones behind the one they stood behind."""
    found, known = list(after), set(after)
    for place, key in enumerate(before):
        if key not in known:
            found.insert(found.index(before[place - 1]) + 1 if place else 0, key)
    return found


def _named(items: Sequence[Any]) -> dict[str, Any] | None:
    names = [item.get("name") if isinstance(item, dict) else None for item in items]
    if not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
        return None
    return dict(zip(map(str, names), items, strict=True))
