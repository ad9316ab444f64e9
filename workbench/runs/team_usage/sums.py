"""The sums that the page of usage and its CSV file show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from workbench.accounts.access import Access
from workbench.accounts.models import User
from workbench.prompts.models import Prompt
from workbench.runs.models import UsageSum
from workbench.template_tags import TIME_FORMATS

from .figures import FIGURES
from .filters import UsageFilter

MOST_ROWS = 200
"""Rows of a table; the file has all of them."""
NO_PROMPT = "No saved prompt"
UNKNOWN = {"member": "Somebody who left", "prompt": "A deleted prompt"}


@dataclass(frozen=True)
class Sums:
    """Counts, tokens, and list price in USD; ``unpriced`` runs have no known price."""

    key: str
    label: str
    runs: int
    failed: int
    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    cache_write_tokens: int
    cost_usd: Decimal
    unpriced: int

    @classmethod
    def of(cls, key: str, label: str, row: Mapping[str, Any]) -> Sums:
        """The sums of one ``row`` of a query; what it lacks is 0."""
        values: dict[str, Any] = {name: row.get(f"sum_{name}") or 0 for name in FIGURES}
        return cls(key, label, **values)

    def measured(self, measure: str) -> Decimal:
        """What the chart draws: USD, runs, or tokens in and out together."""
        if measure == "cost":
            return Decimal(self.cost_usd)
        return Decimal(self.runs if measure == "runs" else self.input_tokens + self.output_tokens)


_SUMS = {f"sum_{name}": Sum(name) for name in FIGURES}


def rows_of(access: Access, wanted: UsageFilter, most: int | None = MOST_ROWS) -> list[Sums]:
    """The sums by what is ``wanted``: every day in order, else the most expensive first.

    ``most`` limits how many; None is all. Two queries at most, however many rows.
    """
    rows, column = wanted.rows(access)
    added = rows.values(column).annotate(**_SUMS)
    if wanted.group == "day":
        return list(_every_day(wanted, {row["day"]: row for row in added}))
    ordered = added.order_by("-sum_cost_usd", "-sum_runs", column)
    found = {str(row[column]): row for row in (ordered if most is None else ordered[:most])}
    labels = _labels(access, wanted.group, found)
    return [Sums.of(key, labels[key], row) for key, row in found.items()]


def total_of(access: Access, wanted: UsageFilter) -> Sums:
    """The sums of everything that is ``wanted``."""
    rows, _ = replace(wanted, group="day").rows(access)
    return Sums.of("", "Together", rows.aggregate(**_SUMS))


def choices_of(access: Access, wanted: UsageFilter) -> dict[str, list[tuple[str, str]]]:
    """What the filters can be set to: whatever was used in these days, and what is set now."""
    rows = access.rows(UsageSum).filter(day__range=(wanted.first, wanted.last))
    choices = {}
    for group in ("member", "prompt", "model"):
        keys = rows.filter(kind=group).values_list("key", flat=True).distinct()
        labels = _labels(access, group, keys.order_by("key")[:MOST_ROWS])
        # What somebody typed is given no name: it may be a person of another team.
        if value := getattr(wanted, group):
            labels.setdefault(value, UNKNOWN.get(group, value))
        choices[group] = sorted(labels.items(), key=lambda choice: choice[1].lower())
    names = set(rows.filter(kind=UsageSum.Kind.ALL).values_list("upstream", flat=True).distinct())
    names |= {wanted.upstream} if wanted.upstream else set()
    return choices | {"upstream": [(name, name) for name in sorted(names)]}


def _every_day(wanted: UsageFilter, found: Mapping[date, Mapping[str, Any]]) -> Iterator[Sums]:
    """A row for each day, the ones without a run too: a chart with gaps would mislead."""
    for offset in range((wanted.last - wanted.first).days + 1):
        day = wanted.first + timedelta(days=offset)
        yield Sums.of(day.isoformat(), f"{day:{TIME_FORMATS['date']}}", found.get(day, {}))


def _labels(access: Access, group: str, keys: Iterable[str]) -> dict[str, str]:
    """What the ``keys`` of the team's own rows are called."""
    if group == "model":
        return {key: key for key in keys}
    labels = dict.fromkeys(keys, UNKNOWN[group])
    if group == "member":
        users = User.objects.filter(pk__in=labels).only("name", "email")
        return labels | {str(user.pk): str(user) for user in users}
    if "0" in labels:
        labels["0"] = NO_PROMPT
    names = access.rows(Prompt).filter(pk__in=labels).values_list("pk", "name")
    return labels | {str(key): name for key, name in names}
