"""The versions of a prompt as its history lists them, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import BadRequest
from django.db.models import Count, TextField, Value
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Coalesce

from workbench.accounts.access import Access
from workbench.accounts.numbers import is_number
from workbench.prompts.models import Draft, Prompt, PromptVersion

PAGE_SIZE = 30


@dataclass(frozen=True)
class Row:
    """A version, the names of the labels on it, and how many runs were made of it."""

    version: PromptVersion
    labels: Sequence[str]
    runs: int

    @property
    def parent(self) -> int | None:
        """The version it was made from, where that is not the one before it."""
        parent, number = self.version.parent_number, self.version.number
        return parent if parent != number - 1 else None

    @property
    def compared_with(self) -> int:
        """The version whose difference to this one is what its author changed; 0 for the first."""
        number = self.version.number
        return self.version.parent_number or (number - 1)


@dataclass(frozen=True)
class Page:
    """Up to ``PAGE_SIZE`` versions; ``older`` is the number that the next page ends before."""

    rows: list[Row]
    older: int


def versions_page(access: Access, prompt: Prompt, labels: Sequence[Any], before: str = "") -> Page:
    """The versions with numbers below ``before``; a bad one raises ``BadRequest``."""
    versions = access.rows(PromptVersion).filter(prompt=prompt).defer("content")
    if before:
        versions = versions.filter(number__lt=_number(before))
    found = list(versions.order_by("-number")[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    names: dict[int, list[str]] = {}
    for label in labels:
        names.setdefault(label.number, []).append(label.name)
    runs = run_counts(prompt, [version.number for version in shown])
    rows = [
        Row(version, names.get(version.number, ()), runs.get(version.number, 0))
        for version in shown
    ]
    return Page(rows, shown[-1].number if len(found) > PAGE_SIZE else 0)


def run_counts(prompt: Prompt, numbers: Sequence[int]) -> dict[int, int]:
    """How many runs were made of each of the versions, those without any left out."""
    runs = prompt.runs.filter(team=prompt.team_id, version_number__in=numbers).order_by()
    counted = runs.values_list("version_number").annotate(count=Count("pk"))
    return {number: count for number, count in counted if number}


def changed_draft(access: Access, prompt: Prompt) -> Any:
    """The member's draft of the prompt if it holds something that no version has, else None."""
    mark = KeyTextTransform("is_changed", KeyTransform("editor", "content"))
    drafts = access.rows(Draft).filter(user=access.user, prompt=prompt).defer("content", "values")
    drafts = drafts.annotate(is_changed=Coalesce(mark, Value("false"), output_field=TextField()))
    return drafts.filter(is_changed="true").first()


def _number(mark: str) -> int:
    if is_number(mark):
        return int(mark)
    raise BadRequest("The address of this page of the history is damaged.")
