"""The answer that the bench's upstream gives: Markdown in tokens, with marks to recognise them by.

About every fifth token is its own number (``qz35z``), so that a viewer can tell from the text, or
from the HTML made of it, up to where an answer has arrived.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

MARK = re.compile(rb"qz(\d+)z")
MARK_EVERY = 5
SENTENCE = """the model answers with care and gives a reason for every step it takes in this plan
so that nobody has to guess what comes next when numbers change or an input is missing here"""
WORDS = SENTENCE.split()


def tokens(count: int) -> list[str]:
    """The first ``count`` tokens of the document; joined they are Markdown."""
    found: list[str] = []
    last = -MARK_EVERY
    for token in _endless():
        word, number = token.strip(), len(found)
        # Signs of Markdown stay as they are: the next word takes the mark.
        if word.isalpha() and number >= last + MARK_EVERY:
            token, last = token.replace(word, f"qz{number}z"), number
        found.append(token)
        if len(found) == count:
            break
    return found


def marks(count: int) -> list[int]:
    """The numbers of the first ``count`` tokens that carry one."""
    found = MARK.findall("".join(tokens(count)).encode())
    return [int(number) for number in found]


def _endless() -> Iterator[str]:
    section = 0
    while True:
        section += 1
        for block in (_heading, _paragraph, _items, _paragraph, _table, _code, _paragraph):
            yield from block(section)
            yield "\n\n"


def _heading(section: int) -> Iterator[str]:
    yield "## "
    yield from _sentence(section, 4)


def _paragraph(section: int) -> Iterator[str]:
    for number in range(3):
        yield from _sentence(section + number, 14)
        yield ". "
    yield "**"
    yield "note"
    yield "** "
    yield from _sentence(section, 8)
    yield "."


def _items(section: int) -> Iterator[str]:
    for number in range(5):
        yield "\n- " if number else "- "
        yield from _sentence(section + number, 9)


def _table(section: int) -> Iterator[str]:
    yield from _row(section, lambda _: "name")
    yield "\n|---|---|---|"
    for number in range(4):
        yield "\n"
        yield from _row(section, lambda column, n=number: WORDS[(column + n) % len(WORDS)])


def _row(section: int, cell: Callable[[int], str]) -> Iterator[str]:
    for column in range(3):
        yield "| "
        yield cell(section + column)
        yield " "
    yield "|"


def _code(section: int) -> Iterator[str]:
    yield "```python"
    for number in range(6):
        yield f"\nvalue_{number} ="
        for word in WORDS[section % 5 : section % 5 + 4]:
            yield f" {word}"
            yield " +"
        yield " 1"
    yield "\n```"


def _sentence(start: int, length: int) -> Iterator[str]:
    for number in range(length):
        yield f" {WORDS[(start * 7 + number) % len(WORDS)]}" if number else WORDS[start % 9]
