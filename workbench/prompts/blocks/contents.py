"""The content of a turn, the system prompt or a block: a string, or a list of blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from workbench.catalogue import Problem
from workbench.prompts.fields import from_json, to_json
from workbench.prompts.paths import ABSENT, value_at

from .block import Block
from .shown import new_key, shown_json

BLOCK_FIELD = re.compile(r"block-([a-z0-9]{1,16})-(.+)")


class Contents:
    """Content that the API takes as a string or as a list of blocks; ``name`` begins its fields.

    ``removed`` holds the blocks that can be put back. Content that is neither string nor list is
    kept as it is.
    """

    def __init__(
        self, name: str, value: Any, blocks: list[Block] | None, removed: list[dict[str, Any]]
    ) -> None:
        self.name = name
        self._value = value
        self._blocks = blocks
        self.removed = removed
        self.is_restructured = False
        """Whether a string has become a list since the page was drawn."""

    @classmethod
    def of(cls, name: str, value: Any, notes: Mapping[str, Any] | None = None) -> Contents:
        """Stored content, ``ABSENT`` for none, with what the draft noted about it."""
        notes = notes or {}
        removed = list(notes.get("removed", []))
        if not isinstance(value, list):
            return cls(name, value, None, removed)
        about = notes.get("blocks", {})
        blocks = [
            _block(name, str(place), item, about.get(str(place)))
            for place, item in enumerate(value)
        ]
        return cls(name, None, blocks, removed)

    @classmethod
    def read(cls, name: str, fields: Mapping[str, str], stored: Any = "") -> Contents:
        """The posted content, from the fields by their suffixes.

        An empty text stays ``stored`` when that is ``ABSENT``. Raises ``BadRequest`` when a hidden
        field is damaged.
        """
        removed = _removed(fields.get("removed"))
        if "json" in fields:
            found = cls.of(name, from_json(fields["json"]))
            found.removed = removed
            return found
        if "text" in fields:
            is_absent = stored is ABSENT and fields["text"] == ""
            return cls(name, ABSENT if is_absent else fields["text"], None, removed)
        parts: dict[str, dict[str, str]] = {}
        for suffix, text in fields.items():
            if match := BLOCK_FIELD.fullmatch(suffix):
                parts.setdefault(match[1], {})[match[2]] = text
        blocks = [_read_block(name, key, part) for key, part in parts.items()]
        return cls(name, None, blocks, removed)

    @property
    def value(self) -> Any:
        """The content as JSON; ``ABSENT`` when there is none."""
        if self._blocks is None:
            return self._value
        return [block.value for block in self._blocks]

    @property
    def blocks(self) -> list[Block]:
        """The blocks of a list, in their order; none of a string."""
        return [] if self._blocks is None else self._blocks

    @property
    def is_string(self) -> bool:
        return self._blocks is None and (self._value is ABSENT or isinstance(self._value, str))

    @property
    def is_list(self) -> bool:
        return self._blocks is not None

    @property
    def takes_blocks(self) -> bool:
        """Whether it is a string or a list; anything else is kept as it is."""
        return self.is_string or self.is_list

    @property
    def text(self) -> str:
        """The text of a string."""
        return self._value if isinstance(self._value, str) else ""

    @property
    def json(self) -> str:
        return to_json(self.value)

    @property
    def shown(self) -> str:
        return shown_json(self.value)

    @property
    def removed_json(self) -> str:
        """The removed blocks for their hidden field."""
        return to_json(self.removed)

    @property
    def errors(self) -> Iterator[Problem]:
        """What was typed and cannot be used; the paths begin with the place of a block."""
        for place, block in enumerate(self.blocks):
            for problem in block.problems:
                path = f"{place}.{problem.path}" if problem.path else str(place)
                yield problem._replace(path=path)

    @property
    def places(self) -> Iterator[tuple[str, str]]:
        """The (path, slot) of each block, also of those inside others."""
        for place, block in enumerate(self.blocks):
            yield str(place), block.name
            if block.inner:
                start = f"{place}.{'.'.join(block.kind.inner)}"
                for path, name in block.inner.places:
                    yield f"{start}.{path}", name

    @property
    def notes(self) -> dict[str, Any]:
        """What a draft remembers about it besides the body; empty when there is nothing."""
        about = {str(place): block.notes for place, block in enumerate(self.blocks)}
        about = {place: notes for place, notes in about.items() if notes}
        return ({"blocks": about} if about else {}) | (
            {"removed": self.removed} if self.removed else {}
        )

    def notes_for(self, value: Any) -> dict[str, Any]:
        """The notes that hold for other content too: those of its blocks that are still there."""
        new = value if isinstance(value, list) else []
        about = {
            str(place): block.notes
            for place, (block, item) in enumerate(zip(self.blocks, new, strict=False))
            if block.notes and block.value == item
        }
        return ({"blocks": about} if about else {}) | (
            {"removed": self.removed} if self.removed else {}
        )

    # Verbs ----------------------------------------------------------------------------------

    def add(
        self, value: Any, place: int | None = None, notes: Mapping[str, Any] | None = None
    ) -> Block:
        """Put a block at the end, or at ``place``; a string becomes a text block before it."""
        self.split()
        added = _block(self.name, new_key(), value, notes)
        self.blocks.insert(len(self.blocks) if place is None else place, added)
        return added

    def split(self, **keys: Any) -> None:
        """Turn a string into a list of one text block with the further ``keys``, or of none."""
        if self._blocks is not None:
            return
        texts = [{"type": "text", "text": self.text} | keys] if self.text or keys else []
        self._blocks = [_block(self.name, new_key(), value) for value in texts]
        self.is_restructured = True

    def remove(self, key: str) -> Block | None:
        """Take out a block, which can be put back; returns it, or None when it is not there."""
        place = self.place_of(key)
        if place is None:
            return None
        block = self.blocks.pop(place)
        noted = {"notes": block.notes} if block.notes else {}
        self.removed.append({"place": place, "value": block.value, **noted})
        return block

    def restore(self) -> Block | None:
        """Put the block removed last back where it was; returns it, or None if there is none."""
        if not self.removed or not self.takes_blocks:
            return None
        entry = self.removed.pop()
        place = min(max(entry["place"], 0), len(self.blocks))
        return self.add(entry["value"], place, entry.get("notes"))

    def move(self, key: str, step: int) -> Block | None:
        """Move a block by ``step`` places; returns it, or None when it cannot go there."""
        place = self.place_of(key)
        if place is None or not 0 <= place + step < len(self.blocks):
            return None
        block = self.blocks.pop(place)
        self.blocks.insert(place + step, block)
        return block

    def forget_removed(self) -> list[Contents]:
        """Let the removed blocks go, also those inside others; returns where there were any."""
        found = [self] if self.removed else []
        self.removed = []
        inner = [block.inner for block in self.blocks if block.inner]
        return [*found, *(item for contents in inner for item in contents.forget_removed())]

    def place_of(self, key: str) -> int | None:
        """The index of the block with ``key``, None when it is not there."""
        return next((n for n, block in enumerate(self.blocks) if block.key == key), None)

    def within(self, keys: list[str]) -> Contents | None:
        """The content inside the blocks with these keys, one inside the other; None without it."""
        found: Contents | None = self
        for key in keys:
            place = found.place_of(key) if found else None
            found = found.blocks[place].inner if found and place is not None else None
        return found


def _block(name: str, key: str, value: Any, notes: Mapping[str, Any] | None = None) -> Block:
    notes = notes or {}
    block = Block.of(key, f"{name}-block-{key}", value, notes.get("typed", {}))
    if block.kind.inner:
        held = value_at(value, block.kind.inner)
        block.inner = Contents.of(block.name, held, notes.get("inner"))
    return block


def _read_block(name: str, key: str, fields: Mapping[str, str]) -> Block:
    block = Block.read(key, f"{name}-block-{key}", fields)
    if block.kind.inner:
        stored = value_at(block.form.value, block.kind.inner)
        block.inner = Contents.read(block.name, fields, stored)
    return block


def _removed(text: str | None) -> list[dict[str, Any]]:
    """The removed blocks of a hidden field; what is no such list counts as none."""
    found = from_json(text) if text else []
    return found if _are_removed(found) else []


def _are_removed(found: Any) -> bool:
    return isinstance(found, list) and all(
        isinstance(entry, dict)
        and isinstance(entry.get("place"), int)
        and "value" in entry
        and _are_notes(entry.get("notes", {}))
        for entry in found
    )


def _are_notes(notes: Any) -> bool:
    """Whether these are the notes of a block, which come back in a hidden field, undamaged."""
    if not isinstance(notes, dict):
        return False
    typed, inner = notes.get("typed", {}), notes.get("inner", {})
    if not (isinstance(typed, dict) and isinstance(inner, dict)):
        return False
    about = inner.get("blocks", {})
    return (
        all(isinstance(text, str) for text in typed.values())
        and isinstance(about, dict)
        and all(_are_notes(item) for item in about.values())
        and _are_removed(inner.get("removed", []))
    )
