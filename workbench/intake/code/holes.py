"""Holes as `{{NAME}}` markers in texts."""

from __future__ import annotations

import re
from typing import Any

from workbench.intake.reading import FoundVariable, Kind, Remark

from .values import MISSING, Hole, Unknown, variable_name

_MARKER = re.compile(r"\{\{([A-Za-z_][A-Za-z0-9_-]{0,99})\}\}")


class Holes:
    """The holes of one request that became markers."""

    def __init__(self) -> None:
        self._by_name: dict[str, Hole] = {}

    def marker(self, value: Hole | Unknown) -> str:
        """Return the marker of a value that stands in a text."""
        if isinstance(value, Unknown):
            value = Hole(variable_name(value.source), line=value.line, source=value.source)
        name = value.name
        number = 2
        while (known := self._by_name.get(name)) and not _is_same(known, value):
            name = f"{value.name}_{number}"
            number += 1
        self._by_name.setdefault(name, value)
        return f"{{{{{name}}}}}"

    def of_marker(self, text: str) -> Hole | None:
        """Return the hole of a text that is one marker and nothing else."""
        match = _MARKER.fullmatch(text)
        return self._by_name.get(match[1]) if match else None

    def used_in(self, body: Any) -> list[tuple[str, Hole]]:
        """Return the names and holes whose markers stand in `body`, in their order there."""
        names: dict[str, None] = {}
        _collect(body, names)
        return [(name, self._by_name[name]) for name in names if name in self._by_name]


def _is_same(one: Hole, other: Hole) -> bool:
    """Whether two holes may share a marker: a default that only one of them has is of both."""
    if one.source != other.source:
        return False
    return one.default is MISSING or other.default is MISSING or one.default == other.default


def grown(name: str, begin: int, line: int | None) -> Remark:
    """Return the remark on a list that only a running program fills, from line `begin` on."""
    return Remark(
        Kind.CHANGED,
        f"“{name}” grows in a loop from line {begin} on: it was taken as it is before the loop.",
        line,
    )


def variable_of(name: str, hole: Hole) -> FoundVariable:
    """Return the variable for a hole; only a text can be its default."""
    default = hole.default if isinstance(hole.default, str) else ""
    if isinstance(hole.default, int | float) and not isinstance(hole.default, bool):
        default = str(hole.default)
    return FoundVariable(name, default, hole.description)


def _collect(value: Any, names: dict[str, None]) -> None:
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            names |= dict.fromkeys(_MARKER.findall(each))
        elif isinstance(each, dict):
            waiting += reversed(each.values())
        elif isinstance(each, list):
            waiting += reversed(each)
