"""The list of system prompts and its filters; each state of the list has a URL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from workbench.accounts.access import Access
from workbench.accounts.numbers import is_id
from workbench.messages_api import clean_text
from workbench.prompts.keyset import changed_before, moment_in
from workbench.prompts.models import Prompt, SystemPrompt, SystemPromptVersion

PAGE = 50
MOST_WORDS = 8
TAGS_FROM = 500
"""Rows whose tags can be chosen, those changed last."""
USERS_SHOWN = 100


@dataclass(frozen=True)
class Row:
    """A system prompt of the list; ``users`` is the number of prompts that hold a copy."""

    system_prompt: Any
    users: int


@dataclass(frozen=True)
class Page:
    """One keyset page; ``next_query`` is the query string of the next, "" at the end."""

    rows: list[Row]
    next_query: str


@dataclass(frozen=True)
class SystemPromptFilter:
    """What to show: every word of ``q`` occurs, the ``tag`` is there; archived ones or others."""

    q: str = ""
    tag: str = ""
    archived: str = ""
    before: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> SystemPromptFilter:
        """Reads a query string."""
        texts = {name: clean_text(query.get(name, ""))[:200].strip() for name in vars(cls())}
        return cls(**texts | {"archived": "1" if texts["archived"] else ""})

    @property
    def is_empty(self) -> bool:
        return self == SystemPromptFilter(before=self.before)

    @property
    def query(self) -> str:
        return urlencode({name: value for name, value in vars(self).items() if value})

    def apply(self, access: Access) -> QuerySet[Any]:
        """The team's system prompts that match, without paging."""
        found = access.rows(SystemPrompt).filter(archived_at__isnull=not self.archived)
        if self.tag:
            found = found.filter(tags__contains=[self.tag])
        for word in self.q.split()[:MOST_WORDS]:
            text = _latest_version().filter(text__icontains=word)
            named = Q(name__icontains=word) | Q(description__icontains=word)
            found = found.filter(named | Exists(text))
        return found

    def page(self, access: Access) -> Page:
        """The matching ones changed last; raises ``BadRequest`` for a damaged mark of a page."""
        found = self.apply(access)
        if self.before:
            found = changed_before(found, *_place(self.before))
        author = Subquery(_latest_version().values("author_name")[:1])
        found = found.annotate(latest_author=author).order_by("-updated_at", "-pk")
        rows = list(found[: PAGE + 1])
        listed = rows[:PAGE]
        query = ""
        if len(rows) > PAGE:
            mark = f"{listed[-1].updated_at.isoformat()}_{listed[-1].pk}"
            query = replace(self, before=mark).query
        users = count_users(access, [row.slug for row in listed])
        return Page([Row(row, users.get(row.slug, 0)) for row in listed], query)


def tags_of(access: Access) -> list[str]:
    """The tags to choose from, in their order."""
    rows = access.rows(SystemPrompt).order_by("-updated_at", "-pk")
    found = {str(tag) for tags in rows.values_list("tags", flat=True)[:TAGS_FROM] for tag in tags}
    return sorted(found, key=str.lower)


def count_users(access: Access, slugs: Iterable[str]) -> dict[str, int]:
    """How many prompts hold a copy of each, by slug; none is left out."""
    users = access.rows(Prompt).filter(latest_system__in=list(slugs), archived_at=None)
    counted = users.values("latest_system").annotate(prompts=Count("pk"))
    return {row["latest_system"]: row["prompts"] for row in counted}


def users_of(access: Access, slug: str) -> list[Prompt]:
    """The prompts whose latest version holds a copy, by name; at most ``USERS_SHOWN``."""
    users = access.rows(Prompt).filter(latest_system=slug, archived_at=None)
    return list(users.only("name", "latest_number").order_by("name", "pk")[:USERS_SHOWN])


def _latest_version() -> QuerySet[SystemPromptVersion]:
    """The latest version of the system prompt of an outer query."""
    return SystemPromptVersion.objects.filter(
        system_prompt=OuterRef("pk"), number=OuterRef("latest_number")
    )


def _place(mark: str) -> tuple[datetime, int]:
    text, _, pk = mark.rpartition("_")
    try:
        if not is_id(pk):
            raise ValueError("no mark of ours")
        return moment_in(text), int(pk)
    except ValueError:
        raise BadRequest("The address of this page of the list is damaged.") from None
