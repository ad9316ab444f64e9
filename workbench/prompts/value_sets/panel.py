"""What the variables panel shows of the value sets of a prompt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workbench.prompts.models import Draft, ValueSet


@dataclass(frozen=True)
class SetsPanel:
    """The names of the sets, and what a press of a button left: a name typed, a sentence on it."""

    sets: list[ValueSet]
    is_saved: bool
    """Whether there is a prompt that can keep sets."""
    chosen: int = 0
    """The id of the set in the list; 0 for the first."""
    name: str = ""
    sentence: str = ""
    asks: bool = False
    """Whether the typed name is that of a set, which may be replaced."""


def value_sets_context(draft: Draft, **left: Any) -> dict[str, Any]:
    """The context of ``value_sets/_sets.html``; the values stay in the database."""
    sets: list[ValueSet] = []
    if draft.prompt_id:
        rows = ValueSet.objects.filter(team_id=draft.team_id, prompt_id=draft.prompt_id)
        sets = list(rows.only("name").order_by("name", "pk"))
    return {"value_sets": SetsPanel(sets, draft.prompt_id is not None, **left)}
