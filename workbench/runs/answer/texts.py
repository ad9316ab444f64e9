"""Fields of blocks that others wrote, read so that nothing odd in them can do harm."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.messages_api import clean_text

SHOWN_CHARACTERS = 200_000
"""Longer texts are shown up to here; the text view has the whole of an answer."""

_LARGEST_COUNT = 2**40


def text_of(block: Mapping[str, Any], field: str = "text") -> str:
    """Return the clean text of a field; "" if it holds none."""
    text = block.get(field)
    return clean_text(text) if isinstance(text, str) else ""


def count_of(block: Mapping[str, Any], field: str) -> int | None:
    """Return a count of a field; None for anything that cannot be one."""
    value = block.get(field)
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if 0 <= value <= _LARGEST_COUNT else None


def mapping_of(value: Any) -> Mapping[str, Any]:
    """Return `value` if it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def cut(text: str, most: int = SHOWN_CHARACTERS) -> str:
    """Return `text` up to `most` characters; what is left out is said."""
    if len(text) <= most:
        return text
    return f"{text[:most]}\n… (only the first {most:,} characters are shown)"
