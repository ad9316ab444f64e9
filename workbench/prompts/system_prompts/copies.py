"""A system text that is a copy of a version of a system prompt, and what has become of either."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Copied:
    """Which version was copied; ``hash`` is the SHA-256 of its text, in hexadecimal digits."""

    slug: str
    number: int
    hash: str

    def to_dict(self) -> dict[str, Any]:
        return {"slug": self.slug, "number": self.number, "hash": self.hash}


def copied_in(copied_from: Mapping[str, Any]) -> Copied | None:
    """The copy that a content notes for its system text; None for none, or for a damaged note."""
    note = copied_from.get("system")
    if not isinstance(note, Mapping):
        return None
    slug, number, digest = note.get("slug"), note.get("number"), note.get("hash")
    if not (isinstance(slug, str) and isinstance(digest, str)) or isinstance(number, bool):
        return None
    if not isinstance(number, int) or not 0 < number < 2**31 or not 0 < len(slug) <= 80:
        return None
    return Copied(slug, number, digest)


def slug_in(copied_from: Mapping[str, Any]) -> str:
    """The slug of the system prompt that a content's system text was copied from, "" for none."""
    copied = copied_in(copied_from)
    return copied.slug if copied else ""


def kept_copies(copied_from: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, Any]:
    """The notes that still hold: a system prompt that was cleared is a copy of nothing."""
    is_cleared = text_of(body.get("system", "")) == "" or body.get("system") == []
    return {part: note for part, note in copied_from.items() if part != "system" or not is_cleared}


def text_of(system: Any) -> str | None:
    """The text of a system prompt that is one text, as a string or as a block; else None."""
    if isinstance(system, str):
        return system
    block = _only_block(system)
    return None if block is None else str(block["text"])


def with_text(system: Any, text: str) -> Any:
    """``system`` with ``text`` in place of all; what else the one block holds stays with it."""
    block = _only_block(system)
    return text if block is None else [{**block, "text": text}]


def joined(first: Any, second: Any) -> Any:
    """Two system prompts as one: texts with a blank line between them, else blocks of a list."""
    if isinstance(first, str) and isinstance(second, str):
        return f"{first.rstrip()}\n\n{second.lstrip()}"
    return [*_blocks(first), *_blocks(second)]


def digest_of(text: str) -> str:
    """The SHA-256 of a text in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def _only_block(system: Any) -> dict[str, Any] | None:
    block = system[0] if isinstance(system, list) and len(system) == 1 else None
    if not isinstance(block, dict) or block.get("type") != "text":
        return None
    return block if isinstance(block.get("text"), str) else None


def _blocks(system: Any) -> list[Any]:
    if isinstance(system, list):
        return system
    return [{"type": "text", "text": system}]
