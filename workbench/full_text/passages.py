"""The passage of a text in which a query matches, as pieces: what is shown is never HTML."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .folding import composed, fold, places
from .queries import Query
from .vectors import MOST_CHARACTERS

BEFORE, AFTER = 60, 140  # characters around the beginning of the match
ELLIPSIS = "…"
_SPACE = re.compile(r"\s")


@dataclass(frozen=True)
class Piece:
    """A part of a passage; `is_match` when it is what was looked for."""

    text: str
    is_match: bool = False


@dataclass(frozen=True)
class _Folded:
    """A text beside its folded form, and where the characters of that one come from."""

    text: str
    folded: str
    places: list[int] | None

    @classmethod
    def of(cls, text: str) -> _Folded:
        text = composed(text[:MOST_CHARACTERS])
        folded = fold(text)
        return cls(text, folded, places(text, folded))

    def span(self, match: re.Match[str]) -> tuple[int, int]:
        """Where a match in the folded form begins and ends in the text."""
        begin, end = match.span()
        if self.places is None:
            return begin, end
        return self.places[begin], self.places[end - 1] + 1


def passage(texts: Iterable[str], query: Query) -> list[Piece]:
    """The surroundings of the first match in `texts`, with all matches in it marked.

    The beginning of the first text when nothing matches; nothing when there is no text.
    """
    all_texts = [text for text in texts if text.strip()]
    folded = [_Folded.of(text) for text in all_texts]
    for pattern in query.patterns:
        for each in folded:
            if match := pattern.search(each.folded):
                return _around(each, each.span(match), query)
    return _around(folded[0], (0, 0), query) if folded else []


def marked(text: str, query: Query) -> list[Piece]:
    """The whole of a short `text` with the matches in it marked."""
    return list(_pieces(_Folded.of(text), 0, len(composed(text)), query))


def _around(found: _Folded, span: tuple[int, int], query: Query) -> list[Piece]:
    begin = _word_begin(found.text, max(0, span[0] - BEFORE), span[0])
    end = _word_end(found.text, min(len(found.text), span[0] + AFTER), span[1])
    pieces = list(_pieces(found, begin, end, query))
    if begin > 0:
        pieces.insert(0, Piece(ELLIPSIS))
    if end < len(found.text):
        pieces.append(Piece(ELLIPSIS))
    return pieces


def _word_begin(text: str, begin: int, latest: int) -> int:
    """`begin`, or the beginning of the next word when that is not behind `latest`."""
    if begin == 0:
        return 0
    space = _SPACE.search(text, begin, latest)
    return space.end() if space else begin


def _word_end(text: str, end: int, earliest: int) -> int:
    """`end`, or the end of the word before it when that is not ahead of `earliest`."""
    if end == len(text):
        return end
    spaces = [space.start() for space in _SPACE.finditer(text, earliest, max(end, earliest))]
    return spaces[-1] if spaces else max(end, earliest)


def _pieces(found: _Folded, begin: int, end: int, query: Query) -> Iterator[Piece]:
    """The text from `begin` to `end`, cut where matches begin and end."""
    done = begin
    for first, last in _spans(found, begin, end, query):
        if first > done:
            yield Piece(found.text[done:first])
        if last > max(first, done):
            yield Piece(found.text[max(first, done) : last], is_match=True)
        done = max(done, last)
    if end > done:
        yield Piece(found.text[done:end])


def _spans(found: _Folded, begin: int, end: int, query: Query) -> list[tuple[int, int]]:
    """The matches that begin between `begin` and `end` of the text, in their order."""
    start = begin if found.places is None else bisect_left(found.places, begin)
    spans = []
    for pattern in query.patterns:
        for match in pattern.finditer(found.folded, start):
            first, last = found.span(match)
            if first >= end:
                break
            spans.append((first, min(end, last)))
    return sorted(spans)
