"""The three-way merge of two lists of tokens, and of two texts, made from the same base.

What one side changed is taken; what both changed alike is taken once; what both changed at the same
place in different ways clashes, and both ways are kept. Changes that only touch do not clash.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from workbench.prompts.word_diff import SENTENCE, aligned

Side = Literal["base", "theirs", "mine", "both"]
Tokens = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agreed:
    """Tokens of the result, which side they come from, and what of the base they replace."""

    tokens: Tokens
    side: Side
    before: Tokens = ()


@dataclass(frozen=True, slots=True)
class Clash:
    """What stood at one place of the base, and what each side made of it."""

    base: Tokens
    theirs: Tokens
    mine: Tokens


@dataclass(frozen=True, slots=True)
class Hunk:
    """``tokens`` in place of those of the base from ``start`` up to ``end``."""

    start: int
    end: int
    tokens: Tokens


Stretch = Agreed | Clash
Hunks = Callable[[Sequence[str], Sequence[str]], list[Hunk]]


def hunks_of(base: Sequence[str], side: Sequence[str]) -> list[Hunk]:
    """What turns ``base`` into ``side``, in order; no two of them touch."""
    found: list[Hunk] = []
    place = 0
    for is_same, old, new in aligned(base, side):
        end = place + len(old)
        if not is_same and found and found[-1].end == place:
            found[-1] = Hunk(found[-1].start, end, (*found[-1].tokens, *new))
        elif not is_same:
            found.append(Hunk(place, end, tuple(new)))
        place = end
    return found


def line_hunks(base: Sequence[str], side: Sequence[str]) -> list[Hunk]:
    """The same for lines: as many lines in place of others are changed line by line."""
    found: list[Hunk] = []
    for hunk in hunks_of(base, side):
        if len(hunk.tokens) == hunk.end - hunk.start:
            places = range(hunk.start, hunk.end)
            pairs = zip(places, hunk.tokens, strict=True)
            found += [Hunk(place, place + 1, (token,)) for place, token in pairs]
        else:
            found.append(hunk)
    return found


def three_way(
    base: Sequence[str], theirs: Sequence[str], mine: Sequence[str], *, hunks: Hunks = hunks_of
) -> list[Stretch]:
    """The merge as stretches in order: agreed ones and clashes. ``hunks`` finds the changes."""
    found: list[Stretch] = []
    place = 0
    for group in _groups(hunks(base, theirs), hunks(base, mine)):
        if base[place : group.start]:
            found.append(Agreed(tuple(base[place : group.start]), "base"))
        found += group.merged(base)
        place = group.end
    if base[place:]:
        found.append(Agreed(tuple(base[place:]), "base"))
    return found


def text_three_way(base: str, theirs: str, mine: str) -> list[Stretch]:
    """The merge of texts by lines, and by sentences where only whole lines clash.

    The tokens are lines without their ends: the resolved text is all of them joined by ``\\n``.
    """
    found: list[Stretch] = []
    lines = [text.split("\n") for text in (base, theirs, mine)]
    for stretch in three_way(*lines, hunks=line_hunks):
        found.append(_by_sentences(stretch) if isinstance(stretch, Clash) else stretch)
    return found


def _by_sentences(clash: Clash) -> Stretch:
    """The clash merged by its sentences; as it is when they clash too, or a side deleted it."""
    if not (clash.base and clash.theirs and clash.mine):
        return clash
    texts = ["\n".join(tokens) for tokens in (clash.base, clash.theirs, clash.mine)]
    merged = three_way(*(SENTENCE.findall(text) for text in texts))
    if any(isinstance(stretch, Clash) for stretch in merged):
        return clash
    text = "".join(token for stretch in merged for token in _agreed(stretch))
    return Agreed(tuple(text.split("\n")), "both")


def _agreed(stretch: Stretch) -> Tokens:
    return stretch.tokens if isinstance(stretch, Agreed) else ()


class _Group:
    """Changes of both sides that overlap."""

    def __init__(self, hunk: Hunk, side: int) -> None:
        self.start, self.end = hunk.start, hunk.end
        self._hunks: tuple[list[Hunk], list[Hunk]] = ([], [])
        self._hunks[side].append(hunk)

    def overlaps(self, hunk: Hunk) -> bool:
        """Whether a hunk that does not begin before the group changes what the group changes."""
        if self.start == self.end:
            return hunk.start == hunk.end == self.start
        return hunk.start < self.end

    def add(self, hunk: Hunk, side: int) -> None:
        """Take in a hunk that overlaps."""
        self._hunks[side].append(hunk)
        self.end = max(self.end, hunk.end)

    def merged(self, base: Sequence[str]) -> Iterator[Stretch]:
        """The stretches of the result."""
        before = tuple(base[self.start : self.end])
        theirs, mine = (self._side(base, hunks) for hunks in self._hunks)
        if not self._hunks[0]:
            yield Agreed(mine, "mine", before)
        elif not self._hunks[1]:
            yield Agreed(theirs, "theirs", before)
        elif theirs == mine:
            yield Agreed(theirs, "both", before)
        elif before:
            yield Clash(before, theirs, mine)
        else:
            yield from _two_insertions(theirs, mine)

    def _side(self, base: Sequence[str], hunks: list[Hunk]) -> Tokens:
        """What one side has at the place of the group."""
        found: list[str] = []
        place = self.start
        for hunk in hunks:
            found += [*base[place : hunk.start], *hunk.tokens]
            place = hunk.end
        return (*found, *base[place : self.end])


def _groups(theirs: list[Hunk], mine: list[Hunk]) -> Iterator[_Group]:
    """The changes of both sides in order, those that overlap together."""
    both = [(hunk.start, hunk.end, 0, hunk) for hunk in theirs]
    both += [(hunk.start, hunk.end, 1, hunk) for hunk in mine]
    group: _Group | None = None
    for _, _, side, hunk in sorted(both, key=lambda entry: entry[:3]):
        if group is not None and group.overlaps(hunk):
            group.add(hunk, side)
            continue
        if group is not None:
            yield group
        group = _Group(hunk, side)
    if group is not None:
        yield group


def _two_insertions(theirs: Tokens, mine: Tokens) -> Iterator[Stretch]:
    """What both inserted at one place: what begins and ends alike stands there once."""
    most = min(len(theirs), len(mine))
    start = 0
    while start < most and theirs[start] == mine[start]:
        start += 1
    end = 0
    while end < most - start and theirs[-1 - end] == mine[-1 - end]:
        end += 1
    middle = theirs[start : len(theirs) - end], mine[start : len(mine) - end]
    if start:
        yield Agreed(theirs[:start], "both")
    if all(middle):
        yield Clash((), *middle)
    elif any(middle):
        yield Agreed(middle[0] or middle[1], "theirs" if middle[0] else "mine")
    if end:
        yield Agreed(theirs[-end:], "both")
