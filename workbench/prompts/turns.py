"""The turns of a conversation and the system prompt as form fields, and back.

What a textarea can edit is a string or a ``text`` block. Everything else, known or not, travels
through a hidden field as the JSON it is: a string stays a string, a list stays a list, unknown keys
and blocks come back unchanged.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .fields import from_json, to_json

SHOWN_JSON = 20_000
"""Characters of a block's JSON that the page shows; the hidden field always has all of it."""

HINTS = {"user": "Enter instructions or a prompt for the model…"}
ROLES = {"user": "User", "assistant": "Assistant", "system": "System"}
BLOCK_FIELD = re.compile(r"block-(\d{1,6})-(text|json|rest)")


@dataclass(frozen=True)
class Block:
    """One entry of a content list; ``name`` begins the names of its fields."""

    name: str
    value: Any

    @property
    def is_text(self) -> bool:
        value = self.value
        return (
            isinstance(value, dict)
            and value.get("type") == "text"
            and isinstance(value.get("text"), str)
        )

    @property
    def text(self) -> str:
        return str(self.value["text"])

    @property
    def rest(self) -> str:
        """The JSON of a text block without its text; "" when it has no other keys."""
        return _frame(self.value, ("type", "text"))

    @property
    def json(self) -> str:
        return to_json(self.value)

    @property
    def label(self) -> str:
        kind = self.value.get("type") if isinstance(self.value, dict) else None
        return str(kind)[:60] if kind else "unknown block"

    @property
    def shown(self) -> str:
        return shown_json(self.value)

    @property
    def shown_rest(self) -> str:
        return shown_json({k: v for k, v in self.value.items() if k not in ("type", "text")})


@dataclass(frozen=True)
class Texts:
    """Content that the API takes as a string or as a list of blocks; ``name`` begins its fields."""

    name: str
    value: Any

    @property
    def is_string(self) -> bool:
        return isinstance(self.value, str)

    @property
    def is_list(self) -> bool:
        return isinstance(self.value, list)

    @property
    def blocks(self) -> list[Block]:
        return [Block(f"{self.name}-block-{n}", value) for n, value in enumerate(self.value)]

    @property
    def json(self) -> str:
        return to_json(self.value)

    @property
    def shown(self) -> str:
        return shown_json(self.value)


def read_texts(fields: Mapping[str, str]) -> Any:
    """The content that the fields of a ``Texts`` hold, by their suffixes."""
    if "json" in fields:
        return from_json(fields["json"])
    if "text" in fields:
        return fields["text"]
    parts: dict[str, dict[str, str]] = {}
    for suffix, text in fields.items():
        if match := BLOCK_FIELD.fullmatch(suffix):
            parts.setdefault(match[1], {})[match[2]] = text
    return [_read_block(part) for part in parts.values()]


def _read_block(part: Mapping[str, str]) -> Any:
    if "json" in part:
        return from_json(part["json"])
    return _framed(part.get("rest"), {"type": "text", "text": part.get("text", "")})


@dataclass
class Turn:
    """One message of the conversation. ``key`` names it in the form and on the page, for its life.

    ``note`` is a sentence about how it came here; ``problems`` what is wrong with it.
    """

    key: str
    message: Any
    note: str = ""
    problems: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, key: str, fields: Mapping[str, str]) -> Turn:
        if "whole" in fields:
            return cls(key, from_json(fields["whole"]))
        message = {"role": fields.get("role") or "user", "content": read_texts(fields)}
        return cls(key, _framed(fields.get("rest"), message))

    @property
    def name(self) -> str:
        return f"turn-{self.key}"

    @property
    def is_editable(self) -> bool:
        """Whether role and content have the shape that fields can show."""
        message = self.message
        return (
            isinstance(message, dict)
            and isinstance(message.get("role"), str)
            and message["role"] != ""
            and "content" in message
        )

    @property
    def role(self) -> str:
        return str(self.message["role"]) if self.is_editable else ""

    @property
    def title(self) -> str:
        return ROLES.get(self.role, self.role[:60] or "Unknown turn")

    @property
    def hint(self) -> str:
        return HINTS.get(self.role, "")

    @property
    def texts(self) -> Texts:
        return Texts(self.name, self.message["content"])

    @property
    def rest(self) -> str:
        """The JSON of the message without its content; "" when it has no other keys."""
        return _frame(self.message, ("role", "content"))

    @property
    def json(self) -> str:
        return to_json(self.message)

    @property
    def shown(self) -> str:
        return shown_json(self.message)


def _frame(value: dict[str, Any], usual: tuple[str, str]) -> str:
    """The JSON of an object that is more than its ``usual`` keys, the last of these emptied.

    The order of the keys travels with it: it is part of what a version's hash is made of.
    """
    return "" if tuple(value) == usual else to_json(value | {usual[1]: None})


def _framed(frame: str | None, value: dict[str, Any]) -> dict[str, Any]:
    """``value`` with the further keys of its ``frame``, in the frame's order."""
    rest = from_json(frame) if frame else {}
    return rest | value if isinstance(rest, dict) else value


def new_key() -> str:
    """A key that no other turn or variable of the page has."""
    return secrets.token_hex(5)


def shown_json(value: Any) -> str:
    """``value`` as indented JSON for reading, cut with a remark when it is very long."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    if len(text) <= SHOWN_JSON:
        return text
    return f"{text[:SHOWN_JSON]}\n… and {len(text) - SHOWN_JSON:,} more characters"
