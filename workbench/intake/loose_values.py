"""The tolerant parser: it goes on where JSON would stop, and keeps what it had to do."""

from __future__ import annotations

import math
import re
from typing import Any, Final

from workbench.messages_api.text import MAX_DEPTH

from .loose_strings import OPENING, LooseString, read_string
from .mendings import Mendings
from .reading import Kind, Remark

MISSING: Final = object()
"""Where a value should stand and none can be read."""

_BLANKS = re.compile("[ \t\r\n\u00a0\u200b\u2028\u2029\ufeff]+")
_COMMENT = re.compile(r"//[^\n]*|#[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_STRAY = re.compile(r"`+(?=\s*(?:[\"“,}\]]|\Z|\n))")
_ELISION = re.compile(r"(?:\.{3,}|…)[ \t]*")
_NUMBER = re.compile(r"[+-]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])")
_WORD = re.compile(r"[A-Za-z_$][\w$]*")
_KEY = re.compile(r"[A-Za-z_$][\w$-]*|\d+")
_TO_THE_NEXT = re.compile(r"[^,}\]\n]*")
_CONSTANTS: dict[str, Any] = {"true": True, "false": False, "null": None}
_FOREIGN: dict[str, Any] = {
    "True": True,
    "False": False,
    "None": None,
    "undefined": None,
    "NaN": None,
    "Infinity": None,
}


class LooseParser:
    """Reads one value; `remarks` and `is_whole` tell afterwards what came of it."""

    def __init__(self, text: str, line: int = 1) -> None:
        self._text = text = text.rstrip()
        self._at = 0
        self._mendings = Mendings(text, line)
        self._open = 0
        self._depth = 0

    @property
    def remarks(self) -> list[Remark]:
        """What was mended or not understood, in the order of the text."""
        return self._mendings.remarks()

    @property
    def is_whole(self) -> bool:
        """False when the text ended early, or parts of it were left out."""
        return self._mendings.is_whole

    def document(self) -> Any:
        """Return the value that the text begins with, or `MISSING`."""
        self._skip()
        if self._peek() not in ("{", "["):
            return MISSING
        value = self._value()
        if self._open:
            brackets = "1 bracket was" if self._open == 1 else f"{self._open} brackets were"
            self._mendings.cut(len(self._text), f"{brackets} added at the end")
        self._skip()
        if rest := self._text[self._at :].strip():
            self._mendings.lost(self._at, "What follows the JSON was not understood.", rest)
        return value

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _skip(self) -> None:
        """Go to the next character that means something."""
        while match := self._blank_at():
            self._at = match.end()

    def _blank_at(self) -> re.Match[str] | None:
        if match := _BLANKS.match(self._text, self._at):
            return match
        begin = self._peek()
        if begin in ("/", "#") and (match := _COMMENT.match(self._text, self._at)):
            self._mendings.say(self._at, "A comment was left out.", Kind.LEFT_OUT)
            return match
        if begin == "`" and (match := _STRAY.match(self._text, self._at)):
            self._mendings.say(self._at, "A backtick that belongs to no text was left out.")
            return match
        if begin in (".", "…") and (match := _ELISION.match(self._text, self._at)):
            self._mendings.lost(self._at, "Something was left out here before.", match[0])
            return match
        return None

    def _value(self) -> Any:
        self._skip()
        begin = self._peek()
        if not begin:
            return MISSING
        if begin in "{[":
            return self._container(begin)
        if begin in OPENING:
            return self._string()
        if match := _NUMBER.match(self._text, self._at):
            return self._number(match)
        return self._word()

    def _container(self, begin: str) -> Any:
        if self._depth >= MAX_DEPTH:
            self._mendings.lost(
                self._at, f"More than {MAX_DEPTH} levels are not read.", self._text[self._at :]
            )
            self._at = len(self._text)
            return MISSING
        self._at += 1
        self._depth += 1
        value = self._object() if begin == "{" else self._array()
        self._depth -= 1
        return value

    def _object(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not self._is_closed("}", "]"):
            begin = self._at
            key = self._key()
            value = self._member() if isinstance(key, str) else MISSING
            if isinstance(key, str) and value is not MISSING:
                if key in found:
                    self._mendings.say(
                        begin, f"The key “{key[:60]}” stands twice: the last one counts."
                    )
                found[key] = value
            self._separate(begin, "}")
        return found

    def _array(self) -> list[Any]:
        found: list[Any] = []
        while not self._is_closed("]", "}"):
            begin = self._at
            value = self._value()
            if value is not MISSING:
                found.append(value)
            self._separate(begin, "]")
        return found

    def _is_closed(self, closing: str, other: str) -> bool:
        """Whether the container ends here; its bracket is then behind."""
        self._skip()
        begin = self._peek()
        if not begin:
            self._open += 1
            return True
        if begin == closing:
            self._at += 1
            return True
        if begin == other:
            self._mendings.say(self._at, f"A {closing} is missing before this {other}.")
            if self._depth == 1:
                self._at += 1
            return True
        return False

    def _separate(self, begin: int, closing: str) -> None:
        """Go over the comma behind a member, or say that it is missing."""
        self._skip()
        if self._peek() == ",":
            place = self._at
            self._at += 1
            self._skip()
            while self._peek() == ",":
                self._mendings.say(self._at, "A second comma was left out.")
                self._at += 1
                self._skip()
            if self._peek() == closing:
                self._mendings.say(place, "A comma before a closing bracket was left out.")
        elif self._peek() not in ("}", "]", ""):
            if self._at == begin:
                self._not_understood()
            else:
                self._mendings.say(self._at, "A missing comma was added.")

    def _key(self) -> Any:
        if self._peek() in OPENING:
            return self._string()
        if match := _KEY.match(self._text, self._at):
            self._at = match.end()
            self._mendings.say(match.start(), "Keys without quotes were read as keys.")
            return match[0]
        return MISSING

    def _member(self) -> Any:
        """The value behind a key."""
        self._skip()
        if self._peek() == ":":
            self._at += 1
            return self._value()
        if self._peek() == "=":
            self._mendings.say(self._at, "An equals sign was read as a colon.")
            self._at += 2 if self._text.startswith("=>", self._at) else 1
            return self._value()
        if self._peek():
            self._mendings.say(self._at, "A key without a value was left out.", Kind.LEFT_OUT)
        return MISSING

    def _number(self, match: re.Match[str]) -> Any:
        self._at = match.end()
        written = match[0].replace("_", "")
        if match[0] != written or written.startswith(("+", ".")) or written.endswith("."):
            self._mendings.say(match.start(), f"{match[0][:40]} was read as a number.")
        try:
            value = int(written) if written.lstrip("+-").isdecimal() else float(written)
        except ValueError:  # more digits than Python reads
            value = math.inf
        if not math.isfinite(value):
            self._mendings.lost(match.start(), "This number is too large.", match[0])
            return MISSING
        return value

    def _word(self) -> Any:
        match = _WORD.match(self._text, self._at)
        name = match[0] if match else ""
        if name in _CONSTANTS:
            self._at += len(name)
            return _CONSTANTS[name]
        if name in _FOREIGN:
            self._mendings.say(self._at, f"{name} was read as {_written(_FOREIGN[name])}.")
            self._at += len(name)
            return _FOREIGN[name]
        if self._peek() not in ("}", "]", ","):
            self._not_understood()
        return MISSING

    def _string(self) -> str:
        found: LooseString = read_string(self._text, self._at, self._mendings)
        self._at = found.end
        return found.text

    def _not_understood(self) -> None:
        match = _TO_THE_NEXT.match(self._text, self._at)
        end = max(match.end() if match else 0, self._at + 1)
        self._mendings.lost(
            self._at, "This is no JSON and was left out.", self._text[self._at : end]
        )
        self._at = end


def _written(value: Any) -> str:
    return {True: "true", False: "false"}.get(value, "null")
