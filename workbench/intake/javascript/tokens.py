"""A text of TypeScript or JavaScript as tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from workbench.intake.mendings import Mendings

from .escapes import unescaped

MOST_TOKENS = 80_000
"""Words, texts and signs of one program."""
DEEPEST_TEMPLATE = 20
"""Templates inside of templates."""

NAME: Final = "name"
NUMBER: Final = "number"
TEXT: Final = "text"
TEMPLATE: Final = "template"
SIGN: Final = "sign"
REGEX: Final = "regex"
END: Final = "end"

_SKIPPED = re.compile(r"(?:[\s\u200b\ufeff]+|//[^\n]*|/\*.*?(?:\*/|\Z))+", re.DOTALL)
_NAME = re.compile(r"#?[^\W\d][\w$]*|\$[\w$]*|#?\$[\w$]*")
_NUMBER = re.compile(
    r"0[xX][\da-fA-F_]+n?|0[oO][0-7_]+n?|0[bB][01_]+n?|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?n?"
)
_SIGN = re.compile(
    r"\.\.\.|=>|\?\.(?!\d)|\?\?=?|===|!==|==|!=|<=|\*\*=?|\+\+|--|&&=?|\|\|=?|[-+*/%&|^]=|[{}()\[\];,<>+\-*/%&|^!~?:=.@]|\\+"
)
_REGEX = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.){0,200}\]){1,500}/[a-z]*")
_STRAIGHT = {quote: re.compile(rf"(?:[^\\\n{quote}]|\\[\s\S])*") for quote in "\"'"}
_BEHIND = r"(?=[ \t]*(?:[,:;)\]}.+]|\n|\Z|as\b))"
_CURLY = {
    '"': re.compile(rf"[“”„\"]{_BEHIND}"),
    "'": re.compile(rf"[‘’‚']{_BEHIND}"),
}
_TEMPLATE_STOPS = re.compile(r"`|\$\{|\\[\s\S]")
_QUOTES = {**dict.fromkeys('“”„"', '"'), **dict.fromkeys("‘’‚'", "'")}
_BEFORE_REGEX = frozenset("(,=:[!&|?{};+-*%<>~^") | {
    "=>",
    "&&",
    "||",
    "??",
    "==",
    "===",
    "!=",
    "!==",
}
_WORDS_BEFORE_REGEX = frozenset({"return", "typeof", "case", "in", "of", "do", "else"})


@dataclass(frozen=True)
class Token:
    """One token; `begin` and `end` are its place in the text."""

    kind: str
    text: str
    begin: int
    end: int
    line: int
    parts: tuple[str | tuple[Token, ...], ...] = ()
    """Of a template: its texts, and the tokens of what is in it."""
    raw: tuple[str, ...] = ()
    """The texts of a template as they are written."""


class Lexer:
    """Goes through a text once."""

    def __init__(self, text: str, mendings: Mendings) -> None:
        self._text = text
        self._mendings = mendings
        self._at = 0
        self._line = 1
        self._counted = 0
        self._left = MOST_TOKENS

    def tokens(self, depth: int = 0) -> tuple[Token, ...]:
        """Return all tokens, or those up to the `}` that ends a place in a template."""
        found: list[Token] = []
        braces = 0
        while True:
            if match := _SKIPPED.match(self._text, self._at):
                self._at = match.end()
            if self._at >= len(self._text):
                break
            if depth and braces == 0 and self._text[self._at] == "}":
                break
            if self._is_too_long():
                break
            token = self._token(found[-1] if found else None, depth)
            if token is None:
                continue
            braces += (token.text == "{") - (token.text == "}") if token.kind == SIGN else 0
            found.append(token)
        found.append(Token(END, "", self._at, self._at, self._line_at(self._at)))
        return tuple(found)

    def _is_too_long(self) -> bool:
        """Whether nothing more is read; the rest of the text is then gone over, and said."""
        self._left -= 1
        if self._left >= 0:
            return False
        sentence = f"Only the first {MOST_TOKENS:,} words and signs of this program were read."
        self._mendings.lost(self._at, sentence, self._text[self._at : self._at + 200])
        self._at = len(self._text)
        return True

    def _line_at(self, place: int) -> int:
        self._line += self._text.count("\n", self._counted, place)
        self._counted = max(self._counted, place)
        return self._line

    def _token(self, before: Token | None, depth: int) -> Token | None:
        text, at = self._text, self._at
        line = self._line_at(at)
        char = text[at]
        if char in _QUOTES:
            return self._string(char, line)
        if char == "`":
            return self._template(line, depth)
        if match := _NAME.match(text, at):
            return self._step(NAME, match[0], match.end(), line)
        if match := _NUMBER.match(text, at):
            return self._step(NUMBER, match[0], match.end(), line)
        if char == "/" and _may_be_regex(before) and (match := _REGEX.match(text, at)):
            return self._step(REGEX, match[0], match.end(), line)
        if match := _SIGN.match(text, at):
            return self._step(SIGN, match[0], match.end(), line)
        if char == "…":
            return self._step(SIGN, "...", at + 1, line)
        self._mendings.say(at, f"A {char} that means nothing here was left out.")
        self._at += 1
        return None

    def _step(self, kind: str, value: str, end: int, line: int) -> Token:
        begin, self._at = self._at, end
        return Token(kind, value, begin, end, line)

    def _string(self, char: str, line: int) -> Token:
        quote, begin = _QUOTES[char], self._at
        if char in "\"'":
            match = _STRAIGHT[quote].match(self._text, begin + 1)
            end = match.end() if match else begin + 1
            if self._text.startswith(quote, end):
                return self._step(TEXT, unescaped(self._text[begin + 1 : end]), end + 1, line)
        line_end = self._text.find("\n", begin)
        line_end = len(self._text) if line_end < 0 else line_end
        if curly := _CURLY[quote].search(self._text, begin + 1, line_end):
            self._mendings.say(begin, "Curly quotes were read as straight ones.")
            inner = self._text[begin + 1 : curly.start()]
            return self._step(TEXT, unescaped(inner), curly.end(), line)
        self._mendings.say(begin, "A text without its closing quote was closed at its line's end.")
        inner = self._text[begin + 1 : line_end].rstrip()
        kept = inner.removesuffix(",")
        return self._step(TEXT, unescaped(kept), begin + 1 + len(kept), line)

    def _template(self, line: int, depth: int) -> Token:
        begin = self._at
        parts: list[str | tuple[Token, ...]] = []
        raw: list[str] = []
        self._at = start = begin + 1
        while True:
            match = _TEMPLATE_STOPS.search(self._text, self._at)
            if match is None:
                self._mendings.cut(begin, "a text that has no end was closed there")
                raw.append(self._text[start:])
                parts.append(unescaped(raw[-1]))
                self._at = len(self._text)
                break
            if match[0].startswith("\\"):
                self._at = match.end()
                continue
            raw.append(self._text[start : match.start()])
            parts.append(unescaped(raw[-1].replace("\r\n", "\n")))
            self._at = match.end()
            if match[0] == "`":
                break
            parts.append(self._place(depth))
            start = self._at
        return Token(TEMPLATE, "", begin, self._at, line, tuple(parts), tuple(raw))

    def _place(self, depth: int) -> tuple[Token, ...]:
        """The tokens of `${…}`; the brace that ends it is then behind."""
        if depth >= DEEPEST_TEMPLATE:
            end = self._text.find("}", self._at)
            self._at = len(self._text) if end < 0 else end
            found: tuple[Token, ...] = (
                Token(END, "", self._at, self._at, self._line_at(self._at)),
            )
        else:
            found = self.tokens(depth + 1)
        self._at = min(self._at + 1, len(self._text))
        return found


def _may_be_regex(before: Token | None) -> bool:
    if before is None:
        return True
    if before.kind == NAME:
        return before.text in _WORDS_BEFORE_REGEX
    return before.kind == SIGN and before.text in _BEFORE_REGEX
