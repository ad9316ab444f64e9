"""Values inside nested JSON objects, found by their path; objects are copied, never changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

ABSENT = object()
"""Stands for a value that is not there, which differs from a stored null."""


def value_at(value: Any, path: Sequence[str]) -> Any:
    """What stands at ``path``, ``ABSENT`` when nothing does."""
    for key in path:
        if not isinstance(value, Mapping) or key not in value:
            return ABSENT
        value = value[key]
    return value


def placed_at(value: Any, path: Sequence[str], new: Any) -> dict[str, Any]:
    """A copy of the object ``value`` with ``new`` at ``path``.

    A key that exists keeps its place, a new one comes last. What stands in the way of the path
    without being an object is replaced by one.
    """
    found = dict(value) if isinstance(value, Mapping) else {}
    key, *rest = path
    found[key] = placed_at(found.get(key), rest, new) if rest else new
    return found


def without_at(value: Any, path: Sequence[str]) -> dict[str, Any]:
    """A copy of the object ``value`` without what stands at ``path``.

    Objects on the way that hold nothing else go too, except ``value`` itself.
    """
    found = dict(value)
    if value_at(value, path) is ABSENT:
        return found
    key, *rest = path
    inner = without_at(found[key], rest) if rest else {}
    if inner:
        found[key] = inner
    else:
        del found[key]
    return found
