"""Numbers in addresses and forms, before Postgres is asked about them."""

from __future__ import annotations


def is_id(text: str) -> bool:
    """Whether ``text`` can be the id of a row: digits, and few enough for a bigint."""
    return text.isascii() and text.isdigit() and len(text) < 18


def id_in(text: str) -> int:
    """The id that ``text`` is; 0 when it can be none."""
    return int(text) if is_id(text) else 0


def is_number(text: str) -> bool:
    """Whether ``text`` can be the number of a version: digits, and few enough for an integer."""
    return text.isascii() and text.isdigit() and len(text) < 10
