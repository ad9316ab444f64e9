"""Literal-safe ``{{NAME}}`` variables: only declared names are replaced, once, never re-scanned."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .thinking import is_thought

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,99}")
MARKER = re.compile(r"\{\{([A-Za-z_][A-Za-z0-9_-]{0,99})\}\}")


def fill(value: Any, values: Mapping[str, str]) -> Any:
    """``value`` (any JSON) with each ``{{NAME}}`` of ``values`` replaced inside its strings.

    One pass: what a value brings in is not looked at again, and every other brace stays as typed.
    Keys of objects are left alone, and so is thinking: the API takes it back unchanged only.
    """
    if isinstance(value, str):
        return MARKER.sub(lambda marker: values.get(marker[1], marker[0]), value)
    if isinstance(value, list):
        return [fill(item, values) for item in value]
    if isinstance(value, dict) and not is_thought(value):
        return {key: fill(item, values) for key, item in value.items()}
    return value


def names_in(value: Any) -> list[str]:
    """The distinct names that stand between double braces in ``value``'s strings, in order."""
    found = (match[1] for text in strings_in(value) for match in MARKER.finditer(text))
    return list(dict.fromkeys(found))


def strings_in(value: Any) -> Iterator[str]:
    """Every string inside a JSON value that a person may have written, in reading order.

    Keys and thinking are left out.
    """
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict) and not is_thought(value):
        items: Iterable[Any] = value.values() if isinstance(value, dict) else value
        for item in items:
            yield from strings_in(item)
