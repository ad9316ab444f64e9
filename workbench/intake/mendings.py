"""What had to be done to read a broken text, said once for each kind of thing, with its lines."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace

from .reading import Kind, Remark

LINES_SHOWN = 8
TEXT_KEPT = 2_000
"""Characters of something that was not understood."""


class Mendings:
    """Collects remarks on places of a text."""

    def __init__(self, text: str, line: int = 1) -> None:
        self.is_whole = True
        self._text = text
        self._line = line
        self._ends: list[int] | None = None
        self._lines: dict[tuple[Kind, str], list[int]] = {}
        self._lost: list[Remark] = []

    def say(self, at: int, sentence: str, kind: Kind = Kind.CHANGED) -> None:
        """Something was mended at this place of the text."""
        self._lines.setdefault((kind, sentence), []).append(self._line_of(at))

    def lost(self, at: int, sentence: str, text: str) -> None:
        """Something was not understood; `text` is what stands there."""
        self.is_whole = False
        kept = text.strip()[:TEXT_KEPT]
        self._lost.append(Remark(Kind.NOT_UNDERSTOOD, sentence, self._line_of(at), kept))

    def cut(self, at: int, what: str) -> None:
        """The text ends early."""
        self.is_whole = False
        sentence = f"The text ends in the middle: what is there was taken, and {what}."
        self._lost.append(Remark(Kind.NOT_UNDERSTOOD, sentence, self._line_of(at)))

    def remarks(self) -> list[Remark]:
        """Everything so far, in the order of the lines."""
        said = [
            _with_lines(Remark(kind, sentence, lines[0]), lines)
            for (kind, sentence), lines in self._lines.items()
        ]
        return sorted([*said, *self._lost], key=lambda remark: remark.line or 0)

    def _line_of(self, at: int) -> int:
        if self._ends is None:
            self._ends = [match.start() for match in re.finditer("\n", self._text)]
        return self._line + bisect_left(self._ends, at)


def _with_lines(remark: Remark, lines: list[int]) -> Remark:
    others = [line for line in dict.fromkeys(lines) if line != remark.line]
    if not others:
        return remark
    shown = ", ".join(str(line) for line in others[:LINES_SHOWN])
    more = f" and {len(others) - LINES_SHOWN:,} more" if len(others) > LINES_SHOWN else ""
    word = "line" if len(others) == 1 else "lines"
    return replace(remark, sentence=f"{remark.sentence} Also on {word} {shown}{more}.")
