"""The logical lines of a program that Python refuses, with quotes and brackets mended."""

from __future__ import annotations

import re
from typing import NamedTuple

from workbench.intake.mendings import Mendings

_STOPS = re.compile(r"[\"'#()\[\]{}\n\\“”„‘’‚]")
_CLOSERS = {"(": ")", "[": "]", "{": "}"}
_OPENERS = {closer: opener for opener, closer in _CLOSERS.items()}
_DOUBLE, _SINGLE = '“”„"', "‘’‚'"
_BEHIND = r"(?=[ \t]*(?:[,:;)\]}.+%#=!]|\n|\Z|in\b|if\b|else\b|for\b))"
_CURLY_ENDS = {
    '"': re.compile(rf"[“”„\"]{_BEHIND}"),
    "'": re.compile(rf"[‘’‚']{_BEHIND}"),
}
_CURLY_TRIPLE = re.compile(r"[“”„\"]{3}")
_STRAIGHT_ENDS = {quote: re.compile(rf"(?:[^\\\n{quote}]|\\.|\\\n)*") for quote in "\"'"}
_TRIPLE_ENDS = {quote: re.compile(rf"(?<!\\)(?:\\\\)*({quote * 3})") for quote in "\"'"}
_STATEMENT = re.compile(
    r"[ \t]*(?:(?:async[ \t]+)?def[ \t]+\w+[ \t]*\(|class[ \t]+\w+|import[ \t]+\w"
    r"|from[ \t]+[\w.]+[ \t]+import\b|return\b|print\("
    r"|(?:while|with|try|if __name__)\b[^\n]*:[ \t]*\n"
    r"|elif\b|except\b)"
)
_ASSIGNMENT = re.compile(r"[ \t]*[A-Za-z_][\w.]*[ \t]*=(?!=)")


class Line(NamedTuple):
    """One logical line; `number` is where it begins."""

    number: int
    text: str


class LineReader:
    """Goes through a program once."""

    def __init__(self, text: str, mendings: Mendings) -> None:
        self._text = text
        self._mendings = mendings
        self._at = 0
        self._number = self._begin = 1
        self._out: list[str] = []
        self._last = 0
        self._open: list[str] = []
        self._lines: list[Line] = []

    def lines(self) -> list[Line]:
        """Return the logical lines; blank ones are not among them."""
        while stop := _STOPS.search(self._text, self._at):
            self._plain(self._text[self._at : stop.start()])
            self._at = stop.start()
            self._take(stop[0])
        self._plain(self._text[self._at :])
        self._close_all("The text ends before its brackets: they were closed.")
        self._finish()
        return self._lines

    def _plain(self, piece: str) -> None:
        self._out.append(piece)
        if piece.strip():
            self._last = len(self._out)

    def _take(self, char: str) -> None:
        if char == "\n":
            self._line_end()
        elif char == "#":
            end = self._text.find("\n", self._at)
            end = len(self._text) if end < 0 else end
            self._at = end
        elif char == "\\":
            self._backslash()
        elif char in _CLOSERS:
            self._open.append(char)
            self._step(char)
        elif char in _OPENERS:
            self._closer(char)
        else:
            self._string(char)

    def _step(self, char: str) -> None:
        self._plain(char)
        self._at += 1

    def _backslash(self) -> None:
        match = re.compile(r"\\[ \t]*\n").match(self._text, self._at)
        if match is None:
            self._step("\\")
            return
        self._out.append("\\\n")
        self._number += 1
        self._at = match.end()

    def _line_end(self) -> None:
        behind = self._at + 1
        if self._open and self._begins_statement(behind):
            self._close_all("A bracket that is missing at the end of this line was added.")
        self._at = behind
        self._number += 1
        if self._open:
            self._out.append("\n")
        else:
            self._finish()

    def _begins_statement(self, place: int) -> bool:
        if _STATEMENT.match(self._text, place):
            return True
        return self._open[-1] != "(" and _ASSIGNMENT.match(self._text, place) is not None

    def _close_all(self, sentence: str) -> None:
        if not self._open:
            return
        self._mendings.say(max(0, self._at - 1), sentence)
        closers = "".join(_CLOSERS[opener] for opener in reversed(self._open))
        self._out.insert(self._last, closers)
        self._open.clear()

    def _finish(self) -> None:
        text = "".join(self._out)
        if text.strip():
            self._lines.append(Line(self._begin, text))
        self._out, self._last, self._begin = [], 0, self._number

    def _closer(self, char: str) -> None:
        opener = _OPENERS[char]
        if opener not in self._open:
            self._mendings.say(self._at, f"A {char} that closes nothing was left out.")
            self._at += 1
            return
        while self._open[-1] != opener:
            missing = _CLOSERS[self._open.pop()]
            self._mendings.say(self._at, f"A {missing} is missing before this {char}.")
            self._out.append(missing)
        self._open.pop()
        self._step(char)

    def _string(self, char: str) -> None:
        quote = '"' if char in _DOUBLE else "'"
        if char in "\"'":
            self._straight(quote)
        else:
            self._curly(quote)

    def _straight(self, quote: str) -> None:
        begin = self._at
        if self._text.startswith(quote * 3, begin):
            closing = _TRIPLE_ENDS[quote].search(self._text, begin + 3)
            self._long(quote, begin + 3, closing.start(1) if closing else -1)
            return
        match = _STRAIGHT_ENDS[quote].match(self._text, begin + 1)
        end = match.end() if match else begin + 1
        if self._text.startswith(quote, end):
            self._keep(self._text[begin : end + 1], end + 1)
            return
        self._unclosed(quote, begin, end)

    def _unclosed(self, quote: str, begin: int, end: int) -> None:
        """A text whose closing quote is curly, or missing."""
        line_end = self._text.find("\n", begin)
        line_end = len(self._text) if line_end < 0 else line_end
        curly = _CURLY_ENDS[quote].search(self._text, begin + 1, line_end)
        if curly:
            self._mendings.say(begin, "Curly quotes were read as straight ones.")
            self._keep(_quoted(self._text[begin + 1 : curly.start()], quote), curly.end())
            return
        self._mendings.say(begin, "A text without its closing quote was closed at its line's end.")
        inner = self._text[begin + 1 : line_end].rstrip()
        kept = inner.removesuffix(",")
        self._keep(_quoted(kept, quote) + ("," if kept != inner else ""), line_end)

    def _long(self, quote: str, inner: int, end: int) -> None:
        if end < 0:
            self._mendings.cut(self._at, "a text that has no end was closed there")
            text = self._text[inner:].rstrip("\\").removesuffix(quote)
            self._keep(f"{quote * 3}{text} {quote * 3}", len(self._text))
            return
        self._keep(f"{quote * 3}{self._text[inner:end]}{quote * 3}", end + 3)

    def _curly(self, quote: str) -> None:
        begin = self._at
        self._mendings.say(begin, "Curly quotes were read as straight ones.")
        if quote == '"' and _CURLY_TRIPLE.match(self._text, begin):
            end = _CURLY_TRIPLE.search(self._text, begin + 3)
            self._long(quote, begin + 3, end.start() if end else -1)
            return
        line_end = self._text.find("\n", begin)
        line_end = len(self._text) if line_end < 0 else line_end
        end = _CURLY_ENDS[quote].search(self._text, begin + 1, line_end)
        if end:
            self._keep(_quoted(self._text[begin + 1 : end.start()], quote), end.end())
        else:
            self._unclosed(quote, begin, line_end)

    def _keep(self, text: str, end: int) -> None:
        self._number += self._text.count("\n", self._at, end)
        self._plain(text)
        self._at = end


def _quoted(inner: str, quote: str) -> str:
    """What stands between the quotes, with quotes in it escaped."""
    inner = re.sub(rf"(?<!\\){quote}", f"\\{quote}", inner)
    backslashes = len(inner) - len(inner.rstrip("\\"))
    return f"{quote}{inner}{' ' if backslashes % 2 else ''}{quote}"
