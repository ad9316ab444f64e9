"""What two people, or two pages, made of the same part, and what is decided about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from workbench.prompts.blocks import shown_json

Kind = Literal["text", "list", "value"]
Choice = Literal["mine", "theirs", "both", "own"]


class _Missing:
    """Stands for a part that is not there."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Any = _Missing()


@dataclass(frozen=True)
class Decision:
    """What becomes of a conflict; ``text`` is the person's own, for the choice ``own``."""

    choice: Choice
    text: str = ""


@dataclass(frozen=True)
class Conflict:
    """One place that both sides changed in different ways.

    The three values are lists of lines (kind ``text``), lists of turns or blocks (``list``), or
    whatever the part holds (``value``); ``MISSING`` when the part is not there.
    """

    part: str
    kind: Kind
    base: Any
    theirs: Any
    mine: Any

    @property
    def default(self) -> Decision:
        """What drops no text."""
        return Decision("mine" if self.kind == "value" else "both")

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What can be decided."""
        if self.kind == "text":
            return ("both", "mine", "theirs", "own")
        return ("both", "mine", "theirs") if self.kind == "list" else ("mine", "theirs")

    @property
    def both(self) -> Any:
        """Theirs, then mine; for lists and texts."""
        return [*self.theirs, *self.mine]

    def resolved(self, decision: Decision) -> Any:
        """The value that ``decision`` gives; one that cannot be decided so is the default."""
        choice = decision.choice if decision.choice in self.choices else self.default.choice
        if choice == "own":
            return decision.text.split("\n") if decision.text else []
        return getattr(self, choice)

    def shown(self, value: Any) -> str:
        """One of the values as text for reading."""
        if self.kind == "text":
            return "\n".join(value)
        if self.kind == "list":
            return "\n\n".join(_shown_entry(entry) for entry in value)
        if value is MISSING:
            return ""
        return value if isinstance(value, str) else shown_json(value)


@dataclass(frozen=True)
class Taken:
    """A part that was merged without a question: whose change it is, and what it did."""

    part: str
    side: Literal["theirs", "mine", "both"]
    before: str
    after: str


@dataclass(frozen=True)
class Merged:
    """A whole state, and how it came about."""

    state: dict[str, Any]
    conflicts: Sequence[Conflict]
    taken: Sequence[Taken]


def readable(value: Any) -> str:
    """A value of any part as text for reading."""
    if value is MISSING:
        return ""
    if isinstance(value, list):
        return "\n\n".join(_shown_entry(entry) for entry in value)
    return value if isinstance(value, str) else _shown_entry(value)


def _shown_entry(entry: Any) -> str:
    """A turn or block as text: its words alone when it has nothing else."""
    message = entry.get("message") if isinstance(entry, dict) and "message" in entry else entry
    if isinstance(message, dict):
        if message.keys() == {"role", "content"} and isinstance(message["content"], str):
            return f"{str(message['role']).capitalize()}: {message['content']}"
        if message.keys() == {"type", "text"} and isinstance(message["text"], str):
            return str(message["text"])
    return message if isinstance(message, str) else shown_json(message)
