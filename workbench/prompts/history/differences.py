"""What differs between two contents of a prompt, part by part, for people to read.

``difference`` makes a tree of both (``json_diff``), from which either can be made again, and reads
it as the sections of a prompt: system prompt, turns, tools, parameters, variables and so on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from workbench.prompts.content import Content
from workbench.prompts.media.sources import places
from workbench.prompts.turns import ROLES
from workbench.prompts.word_diff import Part, Passage, counts, passages, shortened

from .json_diff import (
    Added,
    Entries,
    Node,
    Removed,
    Replaced,
    Same,
    Side,
    Text,
    by_key,
    by_name,
    by_place,
    compared,
    shown_json,
    side,
)

Kind = Literal["changed", "added", "removed"]
Group = Literal[
    "system", "turn", "tool", "parameter", "beta", "variable", "mock", "order", "origin"
]

TURN_DEPTH = 4
"""A turn, its content, a block of it, the source of that."""
IN_TITLES = ("role", "name")
"""Keys of an item that the title of its section says."""
TITLES = {"tool_choice": "Tool choice", "stop_sequences": "Stop sequences", "messages": "Turns"}


@dataclass(frozen=True)
class Change:
    """One place that differs; ``path`` is written as the API writes it, "" for a whole section.

    ``parts`` are the words, or for ``is_value`` what was deleted beside what was inserted.
    """

    path: str
    kind: Kind
    parts: tuple[Part, ...]
    is_text: bool = False
    is_value: bool = False

    @cached_property
    def passages(self) -> list[Passage]:
        """What is shown: very long texts are cut, with a sentence that says so."""
        return shortened(passages(self.parts))


@dataclass(frozen=True)
class Section:
    """A part of the prompt that differs. What was added or removed may be empty of changes."""

    group: Group
    title: str
    kind: Kind
    changes: tuple[Change, ...]

    @property
    def words(self) -> tuple[int, int]:
        """How many words of its texts were inserted and deleted."""
        found = [counts(change.parts) for change in self.changes if change.is_text]
        return sum(inserted for inserted, _ in found), sum(deleted for _, deleted in found)


@dataclass(frozen=True)
class Difference:
    """All that differs; ``unchanged`` are the titles of what does not.

    ``files_added`` and ``files_removed`` are the hashes of kept files.
    """

    tree: Node
    sections: tuple[Section, ...]
    unchanged: tuple[str, ...]
    files_added: tuple[str, ...] = ()
    files_removed: tuple[str, ...] = ()

    def side(self, which: Side) -> Content:
        """The content before or after, made from what the difference says."""
        return Content.from_dict(side(self.tree, which))


def difference(before: Content, after: Content) -> Difference:
    """What has to be done to ``before`` to get ``after``, exactly."""
    ways = {
        "body": _bodies,
        "variables": lambda old, new: by_name(old, new, depth=1),
        "mocks": lambda old, new: compared(old, new, depth=2, is_prose=True),
    }
    tree = by_key(before.to_dict(), after.to_dict(), depth=2, ways=ways)
    sections: list[Section] = []
    unchanged: list[str] = []
    for group, title, node in _titled(tree):
        if isinstance(node, Same):
            unchanged.append(title)
        else:
            sections.append(Section(group, title, _kind(node), tuple(_changes(node))))
    old, new = _files(before.body), _files(after.body)
    return Difference(
        tree,
        tuple(sections),
        tuple(unchanged),
        tuple(sha256 for sha256 in new if sha256 not in old),
        tuple(sha256 for sha256 in old if sha256 not in new),
    )


def _bodies(before: Mapping[str, Any], after: Mapping[str, Any]) -> Node:
    ways = {
        "system": lambda old, new: compared(old, new, depth=TURN_DEPTH - 1, is_prose=True),
        "messages": _turns,
        "tools": _tools,
    }
    return by_key(before, after, depth=2, ways=ways)


def _turns(before: Any, after: Any) -> Node:
    if isinstance(before, list) and isinstance(after, list):
        return _same_or(by_place(before, after, depth=TURN_DEPTH, is_prose=True))
    return compared(before, after, depth=0)


def _tools(before: Any, after: Any) -> Node:
    if isinstance(before, list) and isinstance(after, list):
        return _same_or(by_name(before, after, depth=1))
    return compared(before, after, depth=0)


def _same_or(node: Node) -> Node:
    """The tree of two lists, in one piece when nothing in it differs."""
    is_same = isinstance(node, Entries) and not node.order
    if is_same and all(isinstance(child, Same) for _, child in _spread(node)):
        return Same(side(node, "after"))
    return node


# The sections ------------------------------------------------------------------------------


def _titled(tree: Entries) -> Iterator[tuple[Group, str, Node]]:
    """Each part of a prompt with its group and title, in the order of the editor."""
    nodes = dict(tree.entries)
    body = nodes["body"]
    parts = dict(_spread(body))
    yield "parameter", "API version", nodes["api_version"]
    for key, node in parts.items():
        if key not in ("system", "messages", "tools"):
            yield "parameter", _title(key), node
    yield from _each("beta", "Beta", nodes["betas"])
    if "system" in parts:
        yield "system", "System prompt", parts["system"]
    if "messages" in parts:
        yield from _titled_turns(parts["messages"])
    if "tools" in parts:
        yield from _each("tool", "Tool", parts["tools"])
    yield from _each("variable", "Variable", nodes["variables"])
    yield from _each("mock", "Mocked result", nodes.get("mocks", Same({})))
    if "copied_from" in nodes:
        yield "origin", "Copied from the library", nodes["copied_from"]
    if "origins" in nodes:
        yield "origin", "Where thinking came from", nodes["origins"]
    if isinstance(body, Entries) and body.order:
        yield "order", "Order of the parts of the request", _order(body.order)


def _title(key: str) -> str:
    words = key.replace("_", " ").strip()
    return TITLES.get(key) or words.capitalize() or f"“{key}”"


def _titled_turns(node: Node) -> Iterator[tuple[Group, str, Node]]:
    if not _has_items(node):
        yield from _in_one("turn", TITLES["messages"], node)
        return
    before = after = 0
    for _, child in _spread(node):
        before += not isinstance(child, Added)
        after += not isinstance(child, Removed)
        number = before if isinstance(child, Removed) else after
        was = f" (was {before})" if before != after and isinstance(child, Entries) else ""
        yield "turn", f"{_role(child)} turn {number}{was}", child


def _each(group: Group, word: str, node: Node) -> Iterator[tuple[Group, str, Node]]:
    """The items of a list or object, each under its own name."""
    if not _has_items(node):
        yield from _in_one(group, f"{word}s", node)
        return
    for key, child in _spread(node):
        yield group, f"{word} {_name(child, key)}", child
    if isinstance(node, Entries) and node.order:
        yield "order", f"Order of the {word.lower()}s", _order(node.order)


def _has_items(node: Node) -> bool:
    """Whether the value is a list or an object that can be shown item by item."""
    if isinstance(node, Entries):
        return True
    if not isinstance(node, Same | Added | Removed):
        return False
    return isinstance(node.value, dict | list) and bool(node.value)


def _in_one(group: Group, title: str, node: Node) -> Iterator[tuple[Group, str, Node]]:
    """A list without items, or something in its place; one that stays empty says nothing."""
    if not isinstance(node, Same):
        yield group, title, node


def _order(order: Replaced) -> Node:
    """The keys in their order, as texts whose words are compared."""
    old, new = ("\n".join(map(str, keys)) + "\n" for keys in (order.before, order.after))
    return compared(old, new, depth=0)


def _spread(node: Node) -> list[tuple[str, Node]]:
    """The entries of a value; those of one that is on one side only are on that side only too."""
    if isinstance(node, Entries):
        return list(node.entries)
    if not isinstance(node, Same | Added | Removed):
        return []
    make, value = type(node), node.value
    items = value.items() if isinstance(value, dict) else enumerate(value)
    return [(str(key), make(item)) for key, item in items]


def _value(node: Node) -> Any:
    return side(node, "before" if isinstance(node, Removed) else "after")


def _role(node: Node) -> str:
    value = _value(node)
    role = str(value.get("role", "")) if isinstance(value, dict) else ""
    return ROLES.get(role, role[:60] or "Unknown")


def _name(node: Node, key: str) -> str:
    value = _value(node)
    if isinstance(value, str):
        return value
    name = value.get("name") or value.get("type") if isinstance(value, dict) else None
    return str(name or key)[:100]


def _kind(node: Node) -> Kind:
    return (
        "added"
        if isinstance(node, Added)
        else "removed"
        if isinstance(node, Removed)
        else "changed"
    )


# What changed in a section -----------------------------------------------------------------


def _changes(node: Node, path: str = "") -> Iterator[Change]:
    match node:
        case Added(value):
            yield from _whole(value, path, "added")
        case Removed(value):
            yield from _whole(value, path, "removed")
        case Replaced(before, after):
            parts = (Part("delete", shown(before)), Part("insert", shown(after)))
            yield Change(path, "changed", parts, is_value=True)
        case Text(parts, is_json):
            yield Change(path, "changed", parts, is_text=not is_json)
        case Entries(entries, order=order):
            for key, child in entries:
                yield from _changes(child, _joined(path, key))
            if order:
                yield from _changes(_order(order), _joined(path, "order of the keys"))


def _whole(value: Any, path: str, kind: Kind, depth: int = 2) -> Iterator[Change]:
    """Something that is on one side only: its texts as texts, the rest as JSON."""
    if isinstance(value, str):
        yield Change(path, kind, (_part(kind, value),), is_text=True)
    elif _is_plain_text(value):
        yield from _whole(value["text"], _joined(path, "text"), kind)
    elif depth and isinstance(value, dict) and _has_title(value):
        rest = {key: item for key, item in value.items() if key not in IN_TITLES}
        for key, item in rest.items():
            if item != "":
                yield from _whole(item, _joined(path, key), kind, depth - 1)
    elif depth and isinstance(value, list):
        for place, item in enumerate(value):
            yield from _whole(item, _joined(path, str(place)), kind, 0)
    else:
        yield Change(path, kind, (_part(kind, shown_json(value)),))


def _has_title(value: Mapping[str, Any]) -> bool:
    return any(isinstance(value.get(key), str) for key in IN_TITLES)


def _is_plain_text(value: Any) -> bool:
    if not isinstance(value, dict) or value.keys() != {"type", "text"}:
        return False
    return value["type"] == "text" and isinstance(value["text"], str)


def _part(kind: Kind, text: str) -> Part:
    return Part("insert" if kind == "added" else "delete", text)


def _joined(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def shown(value: Any) -> str:
    """A short value for reading: texts as they are, everything else as JSON."""
    return value if isinstance(value, str) else shown_json(value)


def _files(body: Mapping[str, Any]) -> Sequence[str]:
    return list(dict.fromkeys(place.kept for place in places(dict(body)) if place.kept))
