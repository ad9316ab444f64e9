"""The tree of an expression."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Node:
    """One expression; which fields it has depends on its kind."""

    kind: str
    """constant, name, template, member, call, object, array, spread, binary, choice, sign,
    function, unknown"""
    line: int
    begin: int
    end: int
    place: int
    """The number of its first token."""
    value: Any = None
    """Of a constant; the name of a name or member; the operator of an operation."""
    children: list[Any] = field(default_factory=list)
    """Nodes; of an object pairs of a key (a text or a node) and a node."""
    is_cut: bool = False
    """Whether its closing bracket is missing."""


def dotted(node: Node) -> str:
    """`a.b.c` as text, empty for anything else."""
    names: list[str] = []
    while node.kind == "member":
        names.append(str(node.value))
        node = node.children[0]
    if node.kind != "name":
        return ""
    return ".".join(reversed([*names, str(node.value)]))
