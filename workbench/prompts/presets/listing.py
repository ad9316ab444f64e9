"""The list of a team's presets, by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workbench.accounts.access import Access
from workbench.catalogue import lifecycle
from workbench.prompts.content import Content
from workbench.prompts.models import Preset
from workbench.prompts.parameters import ModelChoice

from .lines import lines_of, sentence_of
from .refusals import Refusal, refusal_of

PAGE_SIZE = 50


@dataclass(frozen=True)
class Row:
    """A preset with what it sets in words."""

    preset: Preset
    words: str
    model: str
    mark: str
    """Where its model stands in its life, such as "retires 2026-11-30"; "" for a current one."""
    refusal: Refusal

    @classmethod
    def of(cls, preset: Preset) -> Row:
        """The row of ``preset``."""
        words = sentence_of(lines_of(preset.parameters))
        refusal = refusal_of(preset.parameters)
        body = preset.parameters.get("body", {})
        if "model" not in body:
            return cls(preset, words, "", "", refusal)
        choice = ModelChoice.of(Content(body))
        return cls(preset, words, choice.name, lifecycle.mark(choice.model), refusal)


@dataclass(frozen=True)
class Page:
    """Up to ``PAGE_SIZE`` rows; the next page begins after the name ``after``, "" on the last."""

    rows: list[Row]
    after: str


def presets_page(access: Access, after: str = "") -> Page:
    """The team's presets whose names come after ``after``."""
    presets = access.rows(Preset).filter(name__gt=after) if after else access.rows(Preset)
    found = list(presets.select_related("created_by").order_by("name")[: PAGE_SIZE + 1])
    is_last = len(found) <= PAGE_SIZE
    return Page(_rows(found[:PAGE_SIZE]), "" if is_last else found[PAGE_SIZE - 1].name)


def _rows(presets: Iterable[Preset]) -> list[Row]:
    return [Row.of(preset) for preset in presets]
