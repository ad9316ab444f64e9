"""A text that matches a simple regular expression."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BY_CLASS = {"d": "7", "w": "a", "s": " ", "D": "a", "W": "-", "S": "a"}
_CANDIDATES = "a7A-_ .@/~é"
LONGEST = 2000  # characters
_QUANTIFIER = re.compile(r"\{(\d+)(?:,(\d*))?\}|[*+?]")


def text_matching(pattern: str) -> str:
    """Return a text the pattern matches: literals, classes, groups, choices and counts.

    Look-around and back-references are not supported by the API and not here. The text is empty
    when the pattern is no regular expression or asks for more than `LONGEST` characters. It is not
    tried against the pattern: that can take for ever, and the whole process would wait for it.
    """
    try:
        re.compile(pattern)
        text = _Reader(pattern).choice()
        return text if len(text) < LONGEST else ""
    except (re.error, RecursionError, OverflowError, ValueError):  # also counts out of all measure
        return ""


@dataclass
class _Reader:
    pattern: str
    at: int = 0

    def choice(self) -> str:
        """Return the first alternative; the others are read and dropped."""
        first = self.sequence()
        while self._next("|"):
            self.sequence()
        return first

    def sequence(self) -> str:
        """Return the parts up to the end of this alternative, each repeated as often as needed."""
        text = ""
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            part = self.part()
            text = (text + part * self._times())[:LONGEST]
        return text

    def part(self) -> str:
        """Return one literal, class or group."""
        character = self.pattern[self.at]
        if character == "[":
            return self._class()
        self.at += 1
        if character == "(":
            self._next("?:")
            inner = self.choice()
            self._next(")")
            return inner
        if character == "\\" and self.at < len(self.pattern):
            escaped = self.pattern[self.at]
            self.at += 1
            return _BY_CLASS.get(escaped, escaped)
        return {".": "a", "^": "", "$": ""}.get(character, character)

    def _class(self) -> str:
        end = self.at + 1
        while end < len(self.pattern) and (self.pattern[end] != "]" or end == self.at + 1):
            end += 2 if self.pattern[end] == "\\" else 1
        expression = self.pattern[self.at : end + 1]
        self.at = end + 1
        allowed = re.compile(expression)
        every = _CANDIDATES + "".join(map(chr, range(33, 127)))
        return next((one for one in every if allowed.fullmatch(one)), "a")

    def _times(self) -> int:
        found = _QUANTIFIER.match(self.pattern, self.at)
        if not found:
            return 1
        self.at = found.end()
        self._next("?")
        if found.group(1) is not None:
            return min(int(found.group(1)), LONGEST)
        return 1 if found.group() == "+" else 0

    def _next(self, expected: str) -> bool:
        if self.pattern.startswith(expected, self.at):
            self.at += len(expected)
            return True
        return False
