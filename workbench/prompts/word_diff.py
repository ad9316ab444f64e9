"""The differences of two texts by words: what stayed, what was deleted, what was inserted.

Lines are aligned first, sentences inside the lines that changed, words inside the sentences that
changed; an equal beginning and end is set aside at each step. What occurs once on both sides
anchors the alignment, and only the gaps between the anchors go to ``difflib``: its own heuristic
for long texts takes frequent words for junk, and without that its time grows with the square.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

Kind = Literal["same", "insert", "delete"]

MOST_CHARACTERS = 1_000_000
"""Of both texts together; beyond that whole lines are compared and no words."""
MOST_PAIRS_OF_GAP = 100_000
"""Equal pairs of tokens within one gap, up to which ``difflib`` aligns it."""
MOST_PAIRS = 1_500_000
"""The same over all gaps of one comparison; what lies beyond is shown as replaced."""
DEEPEST = 40
"""How often anchors are sought within the gaps between anchors."""
CONTEXT_LINES = 2
"""Unchanged lines that stay unfolded on each side of a change."""
SHOWN_CHARACTERS = 20_000
"""Of a value, and of a stretch of text that is deleted or inserted as a whole."""
MOST_OF_TEXT = 200_000
"""Characters of two texts that are shown beside each other."""

LINE = re.compile(r"[^\n]*\n|[^\n]+")
SENTENCE = re.compile(r".+?[.!?;:](?=\s)|.+", re.DOTALL)
# A blank belongs to the word behind it, so that a text which goes on changes no word.
# Scripts without blanks between words are compared sign by sign; a variable is one word.
WORD = re.compile(
    r"\s*(?:\{\{[^{}\s]+\}\}"
    r"|[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+|[^\w\s])|\s+"
)
LEVELS = (LINE, SENTENCE, WORD)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text that both texts have, or that was inserted or deleted."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """Whole lines that are all the same, or that hold changes."""

    parts: tuple[Part, ...]

    @property
    def is_same(self) -> bool:
        return all(part.kind == "same" for part in self.parts)

    @property
    def lines(self) -> int:
        """How many lines it has, deleted and inserted ones counted both."""
        text = "".join(part.text for part in self.parts)
        return text.count("\n") + (not text.endswith("\n"))

    @property
    def left(self) -> tuple[Part, ...]:
        """The passage as it was, for the left of two columns."""
        return tuple(part for part in self.parts if part.kind != "insert")

    @property
    def right(self) -> tuple[Part, ...]:
        """The passage as it is now, for the right of two columns."""
        return tuple(part for part in self.parts if part.kind != "delete")


def word_diff(before: str, after: str) -> list[Part]:
    """The parts of both texts in reading order.

    Without the inserted parts they are ``before``, without the deleted ones ``after``, exactly.
    """
    levels = LEVELS if len(before) + len(after) <= MOST_CHARACTERS else LEVELS[:1]
    return _joined(_Comparison().parts(before, after, levels))


def aligned(
    before: Sequence[str], after: Sequence[str]
) -> list[tuple[bool, Sequence[str], Sequence[str]]]:
    """Stretches of two lists of tokens in order: equal ones, and ones that replace each other."""
    return list(_Comparison().aligned(before, after))


def passages(parts: Iterable[Part]) -> list[Passage]:
    """The parts cut at line ends: changed passages with some context, and those all the same.

    Same passages are meant to be folded; a fold of fewer than two lines is not worth it.
    """
    lines = [Passage(tuple(line)) for line in _lines(parts)]
    shown = _shown(lines)
    found = []
    for _, group in groupby(zip(lines, shown, strict=True), key=lambda pair: pair[1]):
        found.append(Passage(tuple(_joined(part for line, _ in group for part in line.parts))))
    return found


def cut(text: str, most: int = SHOWN_CHARACTERS) -> str:
    """``text``, or its beginning and how long it is."""
    return text if len(text) <= most else f"{text[:most]}… ({len(text):,} characters)"


def shortened(found: Sequence[Passage]) -> list[Passage]:
    """The passages with long parts cut, and no more of them than ``MOST_OF_TEXT``."""
    shown: list[Passage] = []
    count = 0
    for passage in found:
        most = MOST_OF_TEXT if passage.is_same else SHOWN_CHARACTERS
        parts: list[Part] = []
        for part in passage.parts:
            if count > MOST_OF_TEXT:
                last = Part("same", "\n… (the rest is too long to be shown)")
                return [*shown, Passage((*parts, last))]
            parts.append(Part(part.kind, cut(part.text, most)))
            count += len(parts[-1].text)
        shown.append(Passage(tuple(parts)))
    return shown


def counts(parts: Iterable[Part]) -> tuple[int, int]:
    """How many words were inserted and deleted."""
    found: Counter[str] = Counter()
    for part in parts:
        if part.kind != "same":
            found[part.kind] += len(part.text.split())
    return found["insert"], found["delete"]


def stretches(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[bool, int, int]]:
    """Two lists of texts cut into equal stretches and ones that replace each other.

    Whether a stretch is equal, and how many texts it has before and after.
    """
    for is_same, a, b in _Comparison().aligned(before, after):
        yield is_same, len(a), len(b)


def _lines(parts: Iterable[Part]) -> Iterator[list[Part]]:
    """The parts cut behind each unchanged line end."""
    line: list[Part] = []
    for part in parts:
        pieces = LINE.findall(part.text) if part.kind == "same" else [part.text]
        for piece in pieces:
            line.append(Part(part.kind, piece))
            if part.kind == "same" and piece.endswith("\n"):
                yield line
                line = []
    if line:
        yield line


def _shown(lines: Sequence[Passage]) -> list[bool]:
    """Which lines stay in sight: changed ones, those near them, and gaps too small to fold."""
    shown = [not line.is_same for line in lines]
    for place in [place for place, is_shown in enumerate(shown) if is_shown]:
        start = max(0, place - CONTEXT_LINES)
        shown[start : place + CONTEXT_LINES + 1] = [True] * len(
            shown[start : place + CONTEXT_LINES + 1]
        )
    place = 0
    for is_shown, group in groupby(list(shown)):
        length = len(list(group))
        if not is_shown and length == 1 and len(lines) > 1:
            shown[place] = True
        place += length
    return shown


class _Comparison:
    """One comparison, which does only so much work."""

    def __init__(self) -> None:
        self._pairs_left = MOST_PAIRS

    def parts(self, before: str, after: str, levels: Sequence[re.Pattern[str]]) -> Iterator[Part]:
        """The parts of two texts by the first level, changed ones by the levels below it."""
        if before == after or not before or not after or not levels:
            yield from _replaced(before, after)
            return
        old, new = levels[0].findall(before), levels[0].findall(after)
        for is_same, a, b in self.aligned(old, new):
            if is_same:
                yield Part("same", "".join(a))
            else:
                yield from self.parts("".join(a), "".join(b), levels[1:])

    def aligned(
        self, a: Sequence[str], b: Sequence[str], depth: int = 0
    ) -> Iterator[tuple[bool, Sequence[str], Sequence[str]]]:
        """Stretches of two lists of tokens: equal ones, and ones that replace each other."""
        start, end = _common_ends(a, b)
        if start:
            yield True, a[:start], b[:start]
        middle = a[start : len(a) - end], b[start : len(b) - end]
        yield from self._between_anchors(*middle, depth)
        if end:
            yield True, a[-end:], b[-end:]

    def _between_anchors(
        self, a: Sequence[str], b: Sequence[str], depth: int
    ) -> Iterator[tuple[bool, Sequence[str], Sequence[str]]]:
        i = j = 0
        for i_next, j_next in [*_anchors(a, b), (len(a), len(b))]:
            yield from self._gap(a[i:i_next], b[j:j_next], depth)
            if i_next < len(a):
                yield True, a[i_next : i_next + 1], b[j_next : j_next + 1]
            i, j = i_next + 1, j_next + 1

    def _gap(
        self, a: Sequence[str], b: Sequence[str], depth: int
    ) -> Iterator[tuple[bool, Sequence[str], Sequence[str]]]:
        """What lies between two anchors, aligned if that is little work."""
        if not a or not b:
            if a or b:
                yield False, a, b
            return
        of_a, of_b = Counter(a), Counter(b)
        pairs = sum(count * of_b[token] for token, count in of_a.items())
        if pairs > min(MOST_PAIRS_OF_GAP, self._pairs_left):
            # What is frequent in the whole can be unique within the gap.
            can_go_on = depth < DEEPEST and _anchors(a, b)
            yield from self.aligned(a, b, depth + 1) if can_go_on else [(False, a, b)]
            return
        self._pairs_left -= pairs
        matcher = SequenceMatcher(None, a, b, autojunk=False)
        for tag, i, i_end, j, j_end in matcher.get_opcodes():
            yield tag == "equal", a[i:i_end], b[j:j_end]


def _common_ends(a: Sequence[str], b: Sequence[str]) -> tuple[int, int]:
    """How many tokens are equal at the beginning, and then at the end."""
    most = min(len(a), len(b))
    start = 0
    while start < most and a[start] == b[start]:
        start += 1
    end = 0
    while end < most - start and a[-1 - end] == b[-1 - end]:
        end += 1
    return start, end


def _anchors(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int]]:
    """The places of tokens that occur once in both, as many as stand in the same order."""
    once_in_b = {token: place for place, token in enumerate(b) if token.strip()}
    of_a, of_b = Counter(a), Counter(b)
    pairs = [
        (i, once_in_b[token])
        for i, token in enumerate(a)
        if of_a[token] == 1 and of_b[token] == 1 and token in once_in_b
    ]
    return _longest_rising(pairs)


def _longest_rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest choice of ``pairs`` whose second numbers rise (patience sorting)."""
    tops: list[int] = []
    top_places: list[int] = []
    before: list[int] = []
    for place, (_, j) in enumerate(pairs):
        pile = bisect_left(tops, j)
        before.append(top_places[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [j]
        top_places[pile : pile + 1] = [place]
    found = []
    place = top_places[-1] if top_places else -1
    while place >= 0:
        found.append(pairs[place])
        place = before[place]
    return found[::-1]


def _replaced(before: str, after: str) -> Iterator[Part]:
    if before == after:
        yield Part("same", before)
        return
    yield Part("delete", before)
    yield Part("insert", after)


def _joined(parts: Iterable[Part]) -> list[Part]:
    """The parts without empty ones; between two unchanged ones stands what was deleted first.

    Within a line, an unchanged stretch that is no longer than the changes on both its sides, or is
    a mere blank or sign, counts as changed: what two sentences happen to share only cuts them up.
    """
    found: list[_Stretch] = []
    for part in parts:
        if not part.text:
            continue
        stretch = _Stretch(part)
        if found and found[-1].is_same == stretch.is_same:
            found[-1].extend(stretch)
        else:
            found.append(stretch)
        # An unchanged stretch is judged when the change behind it is whole.
        if part.kind == "same":
            _merge_back(found, 1)
    _merge_back(found, 0)
    return [part for stretch in found for part in stretch.parts]


class _Stretch:
    """Texts that are the same on both sides, or that replace each other."""

    def __init__(self, part: Part) -> None:
        self.is_same = part.kind == "same"
        self._old = [part.text] if part.kind != "insert" else []
        self._new = [part.text] if part.kind != "delete" else []
        self._lengths = [sum(map(len, self._old)), sum(map(len, self._new))]

    def extend(self, other: _Stretch) -> None:
        """Take in what follows."""
        self._old += other._old
        self._new += other._new
        self._lengths = [one + two for one, two in zip(self._lengths, other._lengths, strict=True)]

    def is_slight_between(self, before: _Stretch, after: _Stretch) -> bool:
        """Whether it only cuts up the changes on its sides."""
        text = "".join(self._old)
        is_shorter = len(text) <= min(max(before._lengths), max(after._lengths))
        return "\n" not in text and (is_shorter or not any(sign.isalnum() for sign in text))

    @property
    def parts(self) -> list[Part]:
        """The parts, without empty ones."""
        old, new = "".join(self._old), "".join(self._new)
        pair = [Part("same", old)] if self.is_same else [Part("delete", old), Part("insert", new)]
        return [part for part in pair if part.text]


def _merge_back(found: list[_Stretch], behind: int) -> None:
    """Make one change of the last two while what lies between them is slight.

    ``behind`` is how many stretches follow the last change.
    """
    while len(found) >= 3 + behind:
        last = len(found) - 1 - behind
        before, between, after = found[last - 2 : last + 1]
        if after.is_same or not between.is_slight_between(before, after):
            return
        before.extend(between)
        before.extend(after)
        del found[last - 1 : last + 1]
