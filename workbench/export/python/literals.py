"""Texts as Python literals that keep every character.

A text with places of variables in it becomes an f-string. What an editor, a terminal or a reader
could lose or misread is escaped: control characters, blanks at the end of a line, characters
without a shape of their own, the marks that change the direction of a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from workbench.export.python.layout import Code, Node, Quoted, width

_NAMED = {"\\": "\\\\", "\t": "\\t", "\r": "\\r", "\n": "\\n"}
_PLAIN_THOUGH_UNPRINTABLE = "\u200c\u200d\u3000"
"""Joiners inside words and emoji, and the blank of Chinese and Japanese."""
_LAST_BLANK = re.compile(r" (?=\n|\Z)")
_QUOTES = re.compile(r'"{3,}|"+\Z')
_SIMPLE = re.compile(r"[ !#-&(-\[\]-z|~]*")
"""A text that means itself in every literal: without quotes, backslashes and braces."""
_DOUBLED = re.compile(r"[\"'{}]")
_WORDS = re.compile(r" *[^ ]+ ?| +")


@dataclass(frozen=True)
class Place:
    """Where the value of a variable stands; ``name`` is a Python name."""

    name: str


Text = tuple[str | Place, ...]
"""A text in parts. Without a ``Place`` it has at most one part."""


def expression(text: Text) -> Node:
    """``text`` in one line, or in several literals behind each other where that is too long."""
    if len(text) == 1 and isinstance(text[0], Place):
        return Code(text[0].name)
    return Quoted(literal(text), partial(_pieces, text))


def literal(text: Text) -> str:
    """``text`` as one literal in one line, with the quotes that ruff prefers."""
    if len(text) == 1 and isinstance(text[0], str) and _SIMPLE.fullmatch(text[0]):
        return f'"{text[0]}"'
    plain = "".join(part for part in text if isinstance(part, str))
    quote = "'" if plain.count('"') > plain.count("'") else '"'
    is_format = has_places(text)
    inner = "".join(_escaped(part, quote, is_format=is_format) for part in text)
    return f"{'f' if is_format else ''}{quote}{inner}{quote}"


def block(text: Text) -> str:
    """``text`` as a literal over several lines, one for each line of the text."""
    is_format = has_places(text)
    inner = "".join(_escaped(part, '"""', is_format=is_format) for part in text)
    inner = _LAST_BLANK.sub(r"\\x20", inner)
    return f'{"f" if is_format else ""}"""\\\n{_without_quotes_in_a_row(inner)}"""'


def has_places(text: Text) -> bool:
    """Whether a variable stands in ``text``."""
    return len(text) > 1 or (len(text) == 1 and isinstance(text[0], Place))


def plain_of(text: Text) -> str:
    """``text`` with the names of variables where their values would stand."""
    return "".join(part if isinstance(part, str) else part.name for part in text)


def _pieces(text: Text, columns: int) -> list[str]:
    """``text`` as literals of at most ``columns`` columns, broken behind blanks."""
    found: list[Text] = []
    line: Text = ()
    most = 0
    for word in _words(text):
        longer = _joined(line, word)
        most += _most_columns(word)
        if line and most > columns and width(literal(longer)) > columns:
            found.append(line)
            longer, most = (word,), _most_columns(word)
        line = longer
    return [literal(piece) for piece in [*found, line]]


def _most_columns(word: str | Place) -> int:
    """What ``word`` can add to a literal: counted once, where a literal is costly to write."""
    if isinstance(word, Place):
        return width(literal((word,)))
    if _SIMPLE.fullmatch(word):
        return len(word) + 2
    return width(literal((word,))) + len(_DOUBLED.findall(word))


def _words(text: Text) -> Iterable[str | Place]:
    for part in text:
        if isinstance(part, Place):
            yield part
        else:
            yield from _WORDS.findall(part)


def _joined(line: Text, word: str | Place) -> Text:
    if line and isinstance(word, str) and isinstance(line[-1], str):
        return (*line[:-1], line[-1] + word)
    return (*line, word)


def _escaped(part: str | Place, quote: str, *, is_format: bool) -> str:
    if isinstance(part, Place):
        return f"{{{part.name}}}"
    if is_format:
        part = part.replace("{", "{{").replace("}", "}}")
    is_block = len(quote) > 1
    if "\\" not in part and (part.replace("\n", "") if is_block else part).isprintable():
        return part if is_block else part.replace(quote, f"\\{quote}")
    return "".join(char if is_block and char == "\n" else _escape(char, quote) for char in part)


def _escape(char: str, quote: str) -> str:
    if char == quote:
        return f"\\{char}"
    if char in _NAMED:
        return _NAMED[char]
    if char.isprintable() or char in _PLAIN_THOUGH_UNPRINTABLE:
        return char
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _without_quotes_in_a_row(inner: str) -> str:
    """Three quotes, and one at the end, would close the literal."""
    return _QUOTES.sub(lambda run: '\\"' * len(run[0]), inner)


def text_of(parts: Sequence[str | Place]) -> Text:
    """``parts`` without the empty ones."""
    return tuple(part for part in parts if part != "")
