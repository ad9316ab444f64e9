"""Two states of a prompt that meet: a draft and a newer version, or two pages' texts of a draft."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from workbench.prompts.models import Draft, DraftCopy, Prompt, PromptVersion

from .conflict import Decision, Merged
from .contents import merge, plain
from .copies import UNKNOWN, state_of
from .merger import token

LONGEST_LIST = 3


class NotMerged(Exception):
    """A draft cannot become a version yet: somebody else's text would be undone by it."""


@dataclass(frozen=True)
class Meeting:
    """What was the beginning of both, what the other one has now, and what is mine."""

    base: dict[str, Any]
    theirs: dict[str, Any]
    mine: dict[str, Any]
    their_name: str
    my_name: str
    their_change: str
    sentence: str
    number: int | None = None
    """The version that ``theirs`` is."""
    copy: DraftCopy | None = None
    """The copy that ``mine`` is."""

    def merged(self, decisions: Sequence[Decision] = ()) -> Merged:
        """The merge, with what was decided about its conflicts."""
        return merge(self.base, self.theirs, self.mine, decisions)

    @property
    def digest(self) -> str:
        """Tells whether it is still what a page has shown."""
        states = [plain(self.base), plain(self.theirs), plain(self.mine)]
        return hashlib.sha256(token(states).encode()).hexdigest()[:32]


def with_newer_version(draft: Draft) -> Meeting | None:
    """The draft and the latest version; None when none was saved since the draft was begun."""
    prompt, begun = draft.prompt, draft.base_number or 0
    if prompt is None or prompt.latest_number <= begun:
        return None
    rows = PromptVersion.objects.filter(prompt=prompt, number__in=[begun, prompt.latest_number])
    contents = dict(rows.values_list("number", "content"))
    mine = state_of(draft)
    # Values and upstream are the draft's alone. Nobody knows how the prompt was called before.
    common = {"upstream": mine["upstream"], "values": mine["values"], "name": ""}
    base = contents.get(begun, UNKNOWN["content"])
    theirs = contents[prompt.latest_number]
    names = _authors(prompt, begun)
    return Meeting(
        base=common | {"content": base},
        theirs=common | {"content": theirs, "name": prompt.name},
        mine=mine,
        their_name=f"v{prompt.latest_number}",
        my_name="your draft",
        their_change=f"{names[0]}’s change" if len(names) == 1 else "their change",
        sentence=f"{_saved(names, begun, prompt.latest_number)} since you began from v{begun}. "
        "Decide what becomes of both texts.",
        number=prompt.latest_number,
    )


def with_copy(draft: Draft, copy: DraftCopy) -> Meeting | None:
    """The draft as it is stored and the form of a copy; None when the copy has none."""
    if copy.typed is None:
        return None
    return Meeting(
        base=copy.base,
        theirs=state_of(draft),
        mine=copy.typed,
        their_name="stored in the draft",
        my_name="typed on the other page",
        their_change="the change in the draft",
        sentence="Two pages of yours changed the same text. Decide what becomes of both.",
        copy=copy,
    )


def refuse_older(draft: Draft, prompt: Prompt, digest: str) -> None:
    """Raise ``NotMerged`` when a version is newer than the draft's base and has other content.

    Locks the prompt: of two who save at the same time, the second one is refused.
    """
    latest = Prompt.objects.select_for_update(no_key=True).get(pk=prompt.pk).latest_number
    if latest <= (draft.base_number or 0):
        return
    newest = PromptVersion.objects.filter(prompt=prompt, number=latest)
    if newest.values_list("content_hash", flat=True).get() != digest:
        raise NotMerged


def _authors(prompt: Prompt, begun: int) -> list[str]:
    """The names of those who saved versions after number ``begun``, each once."""
    rows = PromptVersion.objects.filter(prompt=prompt, number__gt=begun).order_by("number")
    authors = rows.values_list("author__name", "author_name")
    return list(dict.fromkeys(now or then or "Somebody" for now, then in authors))


def _saved(names: list[str], begun: int, last: int) -> str:
    shown = names if len(names) <= LONGEST_LIST else [*names[: LONGEST_LIST - 1], "others"]
    who = shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
    return f"{who} saved v{begun + 1}" + (f" to v{last}" if last > begun + 1 else "")
