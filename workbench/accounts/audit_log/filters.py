"""Which audit events are shown; each state of the list has a URL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet

from workbench.accounts.models import AuditEvent
from workbench.accounts.numbers import id_in, is_id
from workbench.accounts.pages import newest
from workbench.messages_api import clean_text

from .details import Detail, details_of

PAGE = 50
RECENT = 2_000
"""Newest events from which the choices of the filters come, so that they stay fast."""
WRONG_DAY = "A day is written as 2026-11-30; the one that cannot be read was left out."


@dataclass(frozen=True)
class Page:
    """One keyset page; ``next_query`` is the query string of the next, "" at the end."""

    events: list[tuple[AuditEvent, list[Detail]]]
    next_query: str


@dataclass(frozen=True)
class AuditFilter:
    """What to show; an empty value means everything. ``before`` is the id the page starts under.

    ``action`` is a whole action or the begin of several, such as ``label``. Days are in UTC.
    """

    action: str = ""
    actor: str = ""
    target: str = ""
    first: str = ""
    last: str = ""
    before: int = 0
    complaint: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> AuditFilter:
        """Reads a query string; what makes no sense is left out, a wrong day with a complaint."""
        texts = {
            name: clean_text(query.get(name, "")).strip()[:200] for name in ("action", "target")
        }
        days = {name: query.get(name, "").strip() for name in ("first", "last")}
        good = {name: day for name, day in days.items() if _day(day)}
        actor, before = query.get("actor", ""), query.get("before", "")
        return cls(
            **texts,
            **good,
            actor=actor if is_id(actor) else "",
            before=id_in(before),
            complaint="" if len(good) == sum(map(bool, days.values())) else WRONG_DAY,
        )

    @property
    def is_empty(self) -> bool:
        return replace(self, before=0, complaint="") == AuditFilter()

    def apply(self, events: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        """The events that match, the newest first, without paging."""
        first, last = _day(self.first), _day(self.last)
        wanted: dict[str, Any] = {
            "action__startswith": self.action,
            "actor_id": self.actor,
            "target__icontains": self.target,
            "created_at__gte": first and _begin(first),
            "created_at__lt": last and _begin(last + timedelta(days=1)),
        }
        found = events.filter(**{name: value for name, value in wanted.items() if value})
        return found.select_related("actor").order_by("-pk")

    def page(self, events: QuerySet[AuditEvent]) -> Page:
        """The newest events that match."""
        shown, older = newest(self.apply(events), self.before, PAGE)
        more = replace(self, before=older).query if older else ""
        return Page([(event, details_of(event.detail)) for event in shown], more)

    @property
    def query(self) -> str:
        """The query string of this state."""
        values = {name: value for name, value in vars(self).items() if name != "complaint"}
        return urlencode({name: value for name, value in values.items() if value})


def choices_of(events: QuerySet[AuditEvent]) -> dict[str, list[tuple[str, str]]]:
    """The actions and the people among the newest events."""
    recent = events.order_by("-pk").values_list("action", "actor_id", "actor__name")[:RECENT]
    rows = list(recent)
    actions = sorted({action for action, _, _ in rows})
    people = {str(actor): name for _, actor, name in rows if actor}
    return {
        "action": [(action, action) for action in actions],
        "actor": sorted(people.items(), key=lambda choice: choice[1].lower()),
    }


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day < date.max else None


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
