"""What the page of usage shows; each state of it has a URL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils import timezone

from workbench.accounts.access import Access
from workbench.accounts.numbers import is_id
from workbench.messages_api import clean_text
from workbench.runs.models import UsageDay, UsageSum

DAYS = 30
MOST_DAYS = 3 * 366
GROUPS = {"day": "Day", "member": "Member", "prompt": "Prompt", "model": "Model"}
COLUMNS = {"member": "user_id", "prompt": "prompt_id", "model": "model"}
MEASURES = {"cost": "Cost", "runs": "Runs", "tokens": "Tokens"}


@dataclass(frozen=True)
class UsageFilter:
    """Which days, whose runs, by what they are added up, and what the chart measures.

    Both days belong to it. ``member`` and ``prompt`` are ids as text; empty means everything, and
    "0" those of nobody and of no prompt.
    """

    first: date
    last: date
    group: str = "day"
    measure: str = "cost"
    member: str = ""
    prompt: str = ""
    model: str = ""
    upstream: str = ""
    complaint: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> UsageFilter:
        """Reads a query string; days that make no sense are replaced, with a ``complaint``."""
        first, last, complaint = _days(query.get("first", ""), query.get("last", ""))
        texts = {name: clean_text(query.get(name, ""))[:200] for name in ("model", "upstream")}
        ids = {name: query.get(name, "") for name in ("member", "prompt")}
        group, measure = query.get("group", ""), query.get("measure", "")
        return cls(
            first,
            last,
            group=group if group in GROUPS else "day",
            measure=measure if measure in MEASURES else "cost",
            # Without zeros before it: the sums are found by the number as text.
            **{name: str(int(value)) if is_id(value) else "" for name, value in ids.items()},
            **texts,
            complaint=complaint,
        )

    def rows(self, access: Access) -> tuple[QuerySet[Any, Any], str]:
        """The rows that match, and the column that has what they are added up by.

        They are the sums that were made by one thing where nothing else is asked for, else the
        single rows, which can be a thousand times as many.
        """
        chosen = {name: value for name in COLUMNS if (value := getattr(self, name))}
        asked = set(chosen) | ({self.group} - {"day"})
        of_days: dict[str, Any] = {"day__range": (self.first, self.last)}
        of_days |= {"upstream": self.upstream} if self.upstream else {}
        if len(asked) > 1:
            single = access.rows(UsageDay).filter(**of_days)
            columns = {COLUMNS[name]: value for name, value in chosen.items()}
            return single.filter(**columns), COLUMNS.get(self.group, "day")
        kind = next(iter(asked), UsageSum.Kind.ALL)
        sums = access.rows(UsageSum).filter(kind=kind, **of_days)
        for key in chosen.values():
            sums = sums.filter(key=key)
        return sums, "day" if self.group == "day" else "key"

    def query(self, **changes: str) -> str:
        """The query string of this state, with ``changes``."""
        values = {name: value for name, value in vars(self).items() if name != "complaint"}
        shown = {**values, "first": self.first.isoformat(), "last": self.last.isoformat()}
        return urlencode({name: value for name, value in (shown | changes).items() if value})

    @property
    def here(self) -> str:
        """The query string of this very state."""
        return self.query()

    def narrowed(self, group: str, value: str) -> UsageFilter:
        """The days of one row of a table by ``group``: its member, prompt or model alone."""
        changes: dict[str, Any] = {"group": "day", group: value}
        return replace(self, **changes)


def _days(first: str, last: str) -> tuple[date, date, str]:
    """Both days, and what was wrong with what was typed."""
    today = timezone.now().date()
    try:
        until = date.fromisoformat(last) if last else today
        since = date.fromisoformat(first) if first else until - timedelta(days=DAYS - 1)
    except (ValueError, OverflowError):
        wrong = "A day is written as 2026-11-30; the last 30 days are shown instead."
        return today - timedelta(days=DAYS - 1), today, wrong
    if since > until:
        return until, since, "The first day was after the last one, so they changed places."
    if (until - since).days >= MOST_DAYS:
        wrong = "That is more than three years; the three years before the last day are shown."
        return until - timedelta(days=MOST_DAYS - 1), until, wrong
    return since, until, ""
