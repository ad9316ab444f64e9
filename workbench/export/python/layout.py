"""Python expressions laid out as ``ruff format`` leaves them: 88 columns, magic trailing commas.

A small tree of what can be broken (brackets, long strings) is enough: every statement around it
is written by hand, in one form only.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

COLUMNS = 88
INDENT = 4
TOO_LONG = "  # noqa: E501"


@dataclass(frozen=True, slots=True)
class Code:
    """A piece that is never broken: a name, a number, a keyword."""

    text: str

    @property
    def flat(self) -> str:
        return self.text

    def broken(self, indent: int, room: int, is_value: bool) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Quoted:
    """A string in one line, which may be broken into several behind each other."""

    text: str
    pieces: Callable[[int], Sequence[str]]
    """The same string as literals of at most so many columns, where that is possible."""

    @property
    def flat(self) -> str:
        return self.text

    def broken(self, indent: int, room: int, is_value: bool) -> str:
        inner = " " * (indent + INDENT)
        if is_value and width(self.text) <= COLUMNS - len(inner):
            return f"(\n{inner}{self.text}\n{' ' * indent})"
        if not is_value and width(self.text) <= COLUMNS - len(inner):
            return self.text  # alone in its line a little too long: ruff would join the pieces
        pieces = self.pieces(COLUMNS - len(inner))
        if len(pieces) == 1:
            return self.text
        lines = "\n".join(inner + piece for piece in pieces)
        return f"(\n{lines}\n{' ' * indent})"


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list, an argument or an entry; ``before`` is its key with what follows it."""

    value: Node
    before: str = ""


@dataclass(frozen=True)
class Brackets:
    """A list, a dict or a call."""

    start: str
    items: tuple[Item, ...]
    end: str

    @cached_property
    def flat(self) -> str:
        inner = ", ".join(item.before + item.value.flat for item in self.items)
        return f"{self.start}{inner}{self.end}"

    def broken(self, indent: int, room: int, is_value: bool) -> str:
        if not self.items:
            return self.flat
        inner = indent + INDENT
        lines = [
            f"{' ' * inner}{item.before}{_fitted(item.value, inner, item.before, 1)},\n"
            for item in self.items
        ]
        return f"{self.start}\n{''.join(lines)}{' ' * indent}{self.end}"


Node = Code | Quoted | Brackets


def call(name: str, *items: Item) -> Brackets:
    """``name(…)``."""
    return Brackets(f"{name}(", items, ")")


def keyword(name: str, value: Node) -> Item:
    """``name=value`` in a call."""
    return Item(value, f"{name}=")


def statement(before: str, value: Node, after: str = "", indent: int = 0) -> str:
    """The lines of a statement that has one expression, without the last line end.

    For instance ``before`` "with ", ``after`` " as stream:". The first line is indented too.
    """
    start = " " * indent + before
    is_value = before.endswith("= ") or before == "return "
    text = start + _fitted(value, indent, before, width(after), is_value=is_value) + after
    return "\n".join(map(marked, text.split("\n")))


def marked(line: str) -> str:
    """``line`` with the mark that its length is meant, where it is too long for the linter."""
    return f"{line}{TOO_LONG}" if is_too_long(line) else line


def is_too_long(line: str) -> bool:
    """Whether the linter complains: not of a single word, nor of an address at the end."""
    if width(line) <= COLUMNS:
        return False
    words = line.split()
    if len(words) < 2:
        return False
    return "://" not in words[-1] or width(line) - width(words[-1]) > COLUMNS


def width(text: str) -> int:
    """The columns that ruff counts for a text of one line."""
    if text.isascii():
        return len(text)
    return sum(_columns(char) for char in text)


@lru_cache(10_000)
def _columns(char: str) -> int:
    if unicodedata.east_asian_width(char) in "WF":
        return 2
    return 0 if unicodedata.category(char) in ("Mn", "Me", "Cf") else 1


def _fitted(value: Node, indent: int, before: str, room: int, *, is_value: bool = True) -> str:
    """``value`` in the line that holds ``before`` already and needs ``room`` columns behind."""
    left = COLUMNS - indent - width(before) - room
    if _fits(value, left):
        return value.flat
    return value.broken(indent, room, is_value and before != "")


def _fits(value: Node, columns: int) -> bool:
    return columns >= 0 and width(value.flat) <= columns
