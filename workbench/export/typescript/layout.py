"""Code laid out in 80 columns as prettier lays it out, from a document of groups and lines.

The algorithm is Wadler's ("A prettier printer") in the form that prettier gave it: a group stays
in one line when it fits with what follows it, and a line that must break breaks every group
around it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Union

WIDTH = 80
_EMOJI = r"[\u203c\u2049\u2122\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
_TONE = r"[\U0001f3fb-\U0001f3ff]"
_SEQUENCE = re.compile(
    r"[#*0-9]\ufe0f?\u20e3|[\U0001f1e6-\U0001f1ff]{2}"
    rf"|{_EMOJI}(?:\ufe0f{_TONE}?|{_TONE}|(?=\u200d{_EMOJI}))(?:\u200d{_EMOJI}\ufe0f?{_TONE}?)*"
)
"""Several characters that are one emoji."""


@dataclass(frozen=True, slots=True)
class Line:
    """A place to break: a blank when it does not, or nothing when it is soft."""

    soft: bool = False
    hard: bool = False
    literal: bool = False
    """The next line begins in the first column."""


@dataclass(frozen=True, slots=True)
class Join:
    parts: tuple[Doc, ...]
    hard: bool


@dataclass(frozen=True, slots=True)
class Indent:
    content: Doc
    hard: bool
    only_if: Group | None = None
    """Indents only when this group, printed earlier, was broken."""


@dataclass(frozen=True, slots=True)
class Group:
    content: Doc
    hard: bool
    count: int = 0
    """How many items stand between its brackets."""


@dataclass(frozen=True, slots=True)
class IfBroken:
    text: str


@dataclass(frozen=True, slots=True)
class Fill:
    """Items behind each other, in as few lines as they need."""

    items: tuple[str, ...]


Doc = Union[str, Line, Join, Indent, Group, IfBroken, Fill]  # noqa: UP007 (names of later classes)
_Command = tuple[int, bool, Doc]
"""(columns of indentation, whether lines break, what is printed)."""

LINE = Line()
SOFT = Line(soft=True)
HARD = Line(hard=True)
LITERAL = Line(hard=True, literal=True)


def join(parts: Iterable[Doc], between: Doc = "") -> Doc:
    """``parts`` behind each other, with ``between`` between each two."""
    joined: list[Doc] = []
    for part in parts:
        if joined and between:
            joined.append(between)
        joined.append(part)
    return Join(tuple(joined), any(_is_hard(part) for part in joined))


def indent(*parts: Doc, only_if: Group | None = None) -> Doc:
    content = join(parts)
    return Indent(content, _is_hard(content), only_if)


def group(*parts: Doc, broken: bool = False) -> Group:
    content = join(parts)
    return Group(content, broken or _is_hard(content))


def bracketed(
    opening: str,
    items: Sequence[Doc],
    closing: str,
    *,
    pad: bool = False,
    broken: bool = False,
    count: int | None = None,
) -> Doc:
    """A list between brackets, with a comma behind its last item when it is broken."""
    if not items:
        return f"{opening}{closing}"
    edge = LINE if pad else SOFT
    inner = join(items, join([",", LINE]))
    content = join([opening, indent(edge, inner), IfBroken(","), edge, closing])
    return Group(content, broken or _is_hard(content), len(items) if count is None else count)


def render(doc: Doc) -> str:
    """The text of ``doc``, which begins in the first column."""
    return _Printer().run(doc)


def width(text: str) -> int:
    """The columns that ``text`` takes: wide characters and emoji take two."""
    if text.isascii():
        return len(text)
    text, emoji = _SEQUENCE.subn("", text)
    return 2 * emoji + sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Cc", "Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _is_hard(doc: Doc) -> bool:
    return not isinstance(doc, str | IfBroken | Fill) and doc.hard


class _Printer:
    def __init__(self) -> None:
        self._out: list[str] = []
        self._column = 0
        self._blanks = 0
        self._broken: dict[int, bool] = {}

    def run(self, doc: Doc) -> str:
        stack: list[_Command] = [(0, True, doc)]
        while stack:
            columns, breaks, doc = stack.pop()
            if isinstance(doc, str):
                self._write(doc)
            elif isinstance(doc, Join):
                stack.extend((columns, breaks, part) for part in reversed(doc.parts))
            elif isinstance(doc, Indent):
                more = 2 if doc.only_if is None or self._broken[id(doc.only_if)] else 0
                stack.append((columns + more, breaks, doc.content))
            elif isinstance(doc, Group):
                flat = (columns, False, doc.content)
                is_broken = doc.hard or (breaks and not self._fits(flat, stack))
                self._broken[id(doc)] = is_broken
                stack.append((columns, is_broken, doc.content))
            elif isinstance(doc, IfBroken):
                self._write(doc.text if breaks else "")
            elif isinstance(doc, Fill):
                self._fill(doc, columns)
            elif breaks or doc.hard:
                self._new_line(0 if doc.literal else columns)
            else:
                self._write("" if doc.soft else " ")
        return "".join(self._out)

    def _write(self, text: str) -> None:
        if text:
            self._out.append(" " * self._blanks + text)
            self._blanks = 0
            self._column += width(text)

    def _new_line(self, columns: int) -> None:
        """Begin a line; its indentation waits for a text, so that an empty line stays empty."""
        self._out.append("\n")
        self._blanks = self._column = columns

    def _fill(self, doc: Fill, columns: int) -> None:
        last = len(doc.items) - 1
        for place, item in enumerate(doc.items):
            text = item if place == last else f"{item},"
            # The last item has its comma from the list around it, when that is broken.
            if place and self._column + 1 + width(f"{item},") > WIDTH:
                self._new_line(columns)
            elif place:
                self._write(" ")
            self._write(text)

    def _fits(self, first: _Command, rest: Sequence[_Command]) -> bool:
        """Whether ``first`` and what follows it, up to the next line's end, fit into the line."""
        room = WIDTH - self._column
        commands = [first]
        place = len(rest)
        while room >= 0:
            if not commands:
                if place == 0:
                    return True
                place -= 1
                commands.append(rest[place])
            columns, breaks, doc = commands.pop()
            if isinstance(doc, str):
                room -= width(doc)
            elif isinstance(doc, Join):
                commands.extend((columns, breaks, part) for part in reversed(doc.parts))
            elif isinstance(doc, Indent):
                commands.append((columns, breaks, doc.content))
            elif isinstance(doc, Group):
                commands.append((columns, doc.hard or breaks, doc.content))
            elif isinstance(doc, IfBroken):
                room -= width(doc.text) if breaks else 0
            elif isinstance(doc, Fill):
                room -= width(", ".join(doc.items))
            elif breaks or doc.hard:
                return True
            else:
                room -= 0 if doc.soft else 1
        return False
