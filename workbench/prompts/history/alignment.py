"""Which items of two lists belong together: equal ones first, then those that are most alike."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any

from workbench.prompts.word_diff import WORD, stretches

Pair = tuple[int | None, int | None]

MOST_COMPARED = 4_000
"""Pairs of items within one gap that are compared by their words; beyond it they pair in order."""
READ = 4_000
"""Characters of an item that are looked at to see how much it is like another."""
LEAST_ALIKE = 0.05
"""What items of one kind that share no word count: a turn written anew is the same turn."""
KINDS = ("role", "type", "name")


def aligned(before: Sequence[Any], after: Sequence[Any]) -> Iterator[Pair]:
    """The places of items that belong together, in reading order; None where there is no other.

    An item that was put in or taken out leaves those behind it what they are.
    """
    i = j = 0
    for is_same, of_before, of_after in stretches(_texts(before), _texts(after)):
        gap = before[i : i + of_before], after[j : j + of_after]
        pairs = zip(range(of_before), range(of_after), strict=True) if is_same else _paired(*gap)
        for old, new in pairs:
            yield None if old is None else i + old, None if new is None else j + new
        i, j = i + of_before, j + of_after


def exact_json(value: Any) -> str:
    """A text that two values share only if they are the same JSON, order of keys included."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def _texts(items: Sequence[Any]) -> list[str]:
    return [exact_json(item) for item in items]


def _paired(before: Sequence[Any], after: Sequence[Any]) -> Iterator[Pair]:
    if len(before) * len(after) > MOST_COMPARED:
        yield from zip_longest(range(len(before)), range(len(after)))
        return
    likeness = _likeness(before, after)
    best = _best_sums(likeness, len(before), len(after))
    i = j = 0
    while i < len(before) and j < len(after):
        if likeness[i][j] and best[i][j] == best[i + 1][j + 1] + likeness[i][j]:
            yield i, j
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            yield i, None
            i += 1
        else:
            yield None, j
            j += 1
    yield from ((place, None) for place in range(i, len(before)))
    yield from ((None, place) for place in range(j, len(after)))


def _best_sums(likeness: Sequence[Sequence[float]], rows: int, columns: int) -> list[list[float]]:
    """By place the greatest likeness that pairs from there on can have together."""
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in reversed(range(rows)):
        for j in reversed(range(columns)):
            paired = best[i + 1][j + 1] + likeness[i][j]
            best[i][j] = max(paired, best[i + 1][j], best[i][j + 1])
    return best


def _likeness(before: Sequence[Any], after: Sequence[Any]) -> list[list[float]]:
    """From 0 (of different kinds) to 1 (the same words)."""
    new = [(_kind(item), _words(item)) for item in after]
    found = []
    for item in before:
        kind, words = _kind(item), _words(item)
        found.append([_share(words, others) if kind == other else 0.0 for other, others in new])
    return found


def _share(words: set[str], others: set[str]) -> float:
    return max(LEAST_ALIKE, 2 * len(words & others) / (len(words) + len(others) or 1))


def _kind(item: Any) -> str:
    """What an item is, for people: items of different kinds never belong together."""
    if isinstance(item, dict):
        return exact_json([item.get(key) for key in KINDS])
    return type(item).__name__


def _words(item: Any) -> set[str]:
    text = item if isinstance(item, str) else json.dumps(item, ensure_ascii=False)
    return {word for word in map(str.strip, WORD.findall(text[:READ])) if word}
