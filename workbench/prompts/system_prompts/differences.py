"""The differences between two system texts, ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.prompts.word_diff import Passage, counts, passages, word_diff


@dataclass(frozen=True)
class Difference:
    """What changed, in passages, and how many words were inserted and deleted."""

    passages: list[Passage]
    inserted: int
    deleted: int


def difference(before: str, after: str) -> Difference | None:
    """The difference of two texts by words; None when they are the same."""
    if before == after:
        return None
    parts = word_diff(before, after)
    return Difference(passages(parts), *counts(parts))
