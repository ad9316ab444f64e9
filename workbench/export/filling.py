"""The ``{{NAME}}`` markers of a request: filled in, or as the places of arguments."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

_MARKER = re.compile(r"\{\{([A-Za-z_][A-Za-z0-9_-]{0,99})\}\}")
_THOUGHTS = ("thinking", "redacted_thinking")


def fill(value: Any, values: Mapping[str, str]) -> Any:
    """``value`` (any JSON) with each marker of ``values`` replaced, as the editor fills it in.

    One pass: what a value brings in is not looked at again. Keys of objects and thinking are
    left alone.
    """
    if isinstance(value, str):
        return _MARKER.sub(lambda marker: values.get(marker[1], marker[0]), value)
    if isinstance(value, list):
        return [fill(item, values) for item in value]
    if isinstance(value, dict) and not is_thought(value):
        return {key: fill(item, values) for key, item in value.items()}
    return value


def pieces(text: str, names: Collection[str]) -> Iterator[tuple[str, str]]:
    """The parts of ``text`` in order: (text, name of the marker behind it or "")."""
    start = 0
    for marker in _MARKER.finditer(text):
        if marker[1] in names:
            yield text[start : marker.start()], marker[1]
            start = marker.end()
    yield text[start:], ""


def is_thought(block: Mapping[str, Any]) -> bool:
    """Whether a content block holds thinking, which the API takes back unchanged only."""
    return block.get("type") in _THOUGHTS if isinstance(block.get("type"), str) else False


def names_in(value: Any) -> set[str]:
    """The names of all markers in ``value`` that ``fill`` would look at."""
    if isinstance(value, str):
        return {marker[1] for marker in _MARKER.finditer(value)}
    if isinstance(value, list):
        return set().union(*(names_in(item) for item in value))
    if isinstance(value, dict) and not is_thought(value):
        return set().union(*(names_in(item) for item in value.values()))
    return set()
