"""A command of a shell."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Word(NamedTuple):
    """A word of a command, its quotes gone."""

    text: str
    line: int
    is_plain: bool = True
    """Whether nothing of it was quoted."""


@dataclass
class Command:
    """A command, what it gets as its input, and the command whose output that is."""

    words: list[Word] = field(default_factory=list)
    document: str | None = None
    document_line: int = 0
    feeder: Command | None = None
    source: str = ""
    """The file that it gets as its input."""

    def __bool__(self) -> bool:
        return bool(self.words)

    @property
    def program(self) -> str:
        """The name of what is run."""
        return self.words[0].text if self.words else ""


def is_curl(word: str) -> bool:
    """Return whether a word is the name of curl."""
    return word.replace("\\", "/").rpartition("/")[2].lower() in ("curl", "curl.exe")
