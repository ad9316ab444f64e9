"""One import under way: what it reads, what it may do, and what it has to report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from workbench.accounts.models import Team, User
from workbench.prompts.models import Prompt

from .front_matter import Broken
from .problems import Problems
from .records import Wrong
from .sources import Source

LISTED = 200
"""Changes that a preview lists; all are counted."""
NOUNS = ("prompt", "version", "label", "value set", "system prompt", "preset", "file")
"""What an import makes, as it is counted."""


class Mode(StrEnum):
    """What becomes of what is here already under the same slug."""

    COPIES = "copies"
    UPDATE = "update"


class Change(NamedTuple):
    """What an import does to one prompt, system prompt or preset."""

    kind: str
    name: str
    what: str


@dataclass
class Report:
    """What an import does, or what keeps it from it."""

    problems: Problems
    counts: Counter[str] = field(default_factory=Counter)
    changes: list[Change] = field(default_factory=list)

    def note(self, kind: str, name: str, what: str, **counts: int) -> None:
        """List a change and count what it makes."""
        if len(self.changes) < LISTED:
            self.changes.append(Change(kind, name, what))
        self.counts["changes"] += 1
        self.counts.update(counts)

    @property
    def more(self) -> int:
        """Changes that are not listed."""
        return self.counts["changes"] - len(self.changes)

    @property
    def total(self) -> str:
        """What is made in all, as "3 prompts, 12 versions"; else how much is changed."""
        made = [
            f"{count:,} {noun}{'' if count == 1 else 's'}"
            for noun in NOUNS
            if (count := self.counts[noun.replace(" ", "_")])
        ]
        if not made and self.counts["changes"]:
            return f"nothing new, {self.counts['changes']:,} changed"
        return ", ".join(made) or "nothing new"


@dataclass
class Import:
    """One import under way; ``user`` is who does it, None when nobody in particular."""

    source: Source[Any]
    team: Team
    user: User | None
    mode: Mode
    writes: bool
    report: Report
    used_media: dict[str, str] = field(default_factory=dict)
    """By the hash of a file that a version names the name of that version's file."""
    absent_media: set[str] = field(default_factory=set)
    renamed: list[tuple[Prompt, str]] = field(default_factory=list)
    """Prompts that were here already under another name, with that name."""

    @property
    def problems(self) -> Problems:
        return self.report.problems

    @property
    def is_writing(self) -> bool:
        """Whether rows are still to be written: after a problem all would be undone anyway."""
        return self.writes and not self.problems

    def read(self, name: str, reader: Callable[[bytes], Any]) -> Any:
        """What the file ``name`` says; None after a problem, which is noted."""
        content = self.source.read(name)
        if content is None:
            return None
        try:
            return reader(content)
        except (Wrong, Broken) as error:
            self.problems.add(name, error)
            return None
