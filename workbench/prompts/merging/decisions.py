"""The merge page's form: a choice for each conflict, and the person's own text."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from django.http import QueryDict

from workbench.messages_api import clean_text
from workbench.prompts.word_diff import Passage, passages, word_diff

from .conflict import Choice, Conflict, Decision, Merged, Taken
from .merger import token

WORDS = {"mine": "Mine", "theirs": "Theirs", "both": "Both, theirs first", "own": "My own text"}


@dataclass(frozen=True)
class ConflictField:
    """A conflict as the page shows it. ``name`` begins the names of its fields."""

    name: str
    conflict: Conflict
    decision: Decision

    @property
    def choices(self) -> list[tuple[str, str, bool]]:
        """Value, words and whether it is chosen, of each."""
        return [
            (choice, WORDS[choice], choice == self.decision.choice)
            for choice in self.conflict.choices
        ]

    @property
    def theirs(self) -> list[Passage]:
        return self._difference(self.conflict.theirs)

    @property
    def mine(self) -> list[Passage]:
        return self._difference(self.conflict.mine)

    def _difference(self, value: object) -> list[Passage]:
        shown = self.conflict.shown
        return passages(word_diff(shown(self.conflict.base), shown(value)))

    @property
    def both(self) -> str:
        return _both(self.conflict)

    @property
    def own(self) -> str:
        """What the field for one's own text holds; both texts until it was changed."""
        return self.decision.text or self.both


@dataclass(frozen=True)
class TakenLine:
    """A part that needs no decision, with what was done to it."""

    taken: Taken

    @property
    def difference(self) -> list[Passage]:
        return passages(word_diff(self.taken.before, self.taken.after))


def fields_of(merged: Merged, post: QueryDict | None = None) -> list[ConflictField]:
    """The conflicts with what was decided in ``post``, or what is chosen before anybody has."""
    decisions = posted_decisions(post or QueryDict(), merged.conflicts)
    named = zip(_names(merged.conflicts), merged.conflicts, decisions, strict=True)
    return [ConflictField(*field) for field in named]


def posted_decisions(post: QueryDict, conflicts: Sequence[Conflict]) -> list[Decision]:
    """What was decided about each conflict; the default where nothing usable was posted.

    Whoever changes the text has chosen it, also without touching "My own text".
    """
    found = []
    for name, conflict in zip(_names(conflicts), conflicts, strict=True):
        choice = _choice(post.get(f"{name}-choice", ""))
        text = clean_text(post.get(f"{name}-text", ""))
        if choice not in conflict.choices:
            choice = conflict.default.choice
        is_changed = f"{name}-text" in post and text != _both(conflict)
        if choice == "both" and conflict.kind == "text" and is_changed:
            choice = "own"
        found.append(Decision(choice, text))
    return found


def texts_left_over(post: QueryDict, conflicts: Sequence[Conflict]) -> list[str]:
    """One's own texts about conflicts that are no longer there."""
    names = {f"{name}-text" for name in _names(conflicts)}
    left = [name for name in post if name.endswith("-text") and name not in names]
    return [text for name in left if (text := clean_text(post.get(name, "")))]


def _names(conflicts: Sequence[Conflict]) -> list[str]:
    """A name for the fields of each, which stays the same while the conflict does."""
    seen: Counter[str] = Counter()
    names = []
    for each in conflicts:
        values = [each.part, *map(each.shown, (each.base, each.theirs, each.mine))]
        digest = hashlib.sha256(token(values).encode()).hexdigest()[:12]
        seen[digest] += 1
        names.append(f"part-{digest}-{seen[digest]}")
    return names


def _choice(text: str) -> Choice | None:
    return next((choice for choice in get_args(Choice) if choice == text), None)


def _both(conflict: Conflict) -> str:
    return conflict.shown(conflict.both) if conflict.kind == "text" else ""
