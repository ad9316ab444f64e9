"""JSON for reading, and keys for what the page shows."""

from __future__ import annotations

import json
import secrets
from typing import Any

SHOWN_JSON = 20_000
"""Characters of a block's JSON that the page shows; the hidden field always has all of it."""


def new_key() -> str:
    """A key that no other turn, block or variable of the page has."""
    return secrets.token_hex(5)


def shown_json(value: Any) -> str:
    """``value`` as indented JSON for reading, cut with a remark when it is very long."""
    return shown_text(json.dumps(value, ensure_ascii=False, indent=2))


def shown_text(text: str) -> str:
    """``text`` for reading, cut with a remark when it is very long."""
    if len(text) <= SHOWN_JSON:
        return text
    return f"{text[:SHOWN_JSON]}\n… and {len(text) - SHOWN_JSON:,} more characters"
