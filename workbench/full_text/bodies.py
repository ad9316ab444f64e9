"""What people read in a body of the Messages API: every text, no ids, signatures and files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

# Names and numbers for machines, and what is encrypted; wherever they stand.
_UNREAD = frozenset(
    (
        *("type", "id", "tool_use_id", "file_id", "role", "caller", "container", "service_tier"),
        *("signature", "encrypted_content", "encrypted_index", "encrypted_stdout", "sha256"),
        *("cache_control", "media_type", "stop_reason", "stop_sequence", "page_age", "usage"),
    )
)


def texts_of(value: Any) -> Iterator[str]:
    """The texts in a part of a body or message, in their order, with the keys of `properties`.

    Blocks and keys that are not known are read too: what is new in the API is found at once.
    What a tool is called with is read whole, its numbers too.
    """
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from texts_of(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key in _UNREAD or (key == "data" and value.get("type") != "text"):
                continue
            if key == "properties" and isinstance(item, dict):
                yield from item
            yield from _values(item) if key == "input" else texts_of(item)


def _values(value: Any) -> Iterator[str]:
    """Every text and number in a value."""
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _values(item)
    elif value is not None and not isinstance(value, bool):
        yield str(value)
