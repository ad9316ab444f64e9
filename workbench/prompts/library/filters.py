"""What the list of prompts is narrowed to, and its order; each state of it has a URL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet

from workbench.accounts.models import User
from workbench.accounts.numbers import is_id
from workbench.full_text import BadQuery, parse
from workbench.messages_api import clean_text
from workbench.prompts.models import Prompt
from workbench.prompts.retirements.watch import ending_ids

SORTS = {"changed": "Last changed", "name": "Name", "created": "Newest"}
"""By the word in the URL what the order is called; the first is the one without a word."""
LONGEST_TEXT = 200  # characters; no name, tag, model or label is longer


@dataclass(frozen=True)
class PromptFilter:
    """Which prompts to show, in which order; an empty value means everything."""

    q: str = ""
    tag: str = ""
    author: str = ""
    model: str = ""
    label: str = ""
    retiring: bool = False
    starred: bool = False
    archived: bool = False
    sort: str = "changed"

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> PromptFilter:
        """Reads a query string; what makes no sense is left out."""
        author, sort = query.get("author", ""), query.get("sort", "")
        return cls(
            q=" ".join(_text(query, "q").split()),
            tag=_text(query, "tag"),
            author=author if is_id(author) else "",
            model=_text(query, "model"),
            label=_text(query, "label"),
            retiring=query.get("retiring") == "1",
            starred=query.get("starred") == "1",
            archived=query.get("archived") == "1",
            sort=sort if sort in SORTS else "changed",
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left out: the order does not count, nor which of the two lists."""
        return replace(self, sort="changed", archived=False) == PromptFilter()

    @property
    def problem(self) -> str:
        """Why nothing can have the words of ``q``, as a sentence; "" for most."""
        try:
            parse(self.q or "nothing")
        except BadQuery as problem:
            return str(problem)
        return ""

    def apply(self, rows: QuerySet[Prompt], user: User) -> QuerySet[Prompt]:
        """The rows that match, whatever the words of ``q``; ``user`` is whose stars count."""
        rows = rows.filter(archived_at__isnull=not self.archived)
        if self.retiring:
            rows = rows.filter(latest_model__in=ending_ids())
        wanted: dict[str, Any] = {
            "tags__contains": [self.tag] if self.tag else None,
            "latest_author": self.author,
            "latest_model": self.model,
            "labels__name": self.label,
            "stars__user": user.pk if self.starred else None,
        }
        # A name of a label and a person's star come once per prompt, so no row comes twice.
        return rows.filter(**{name: value for name, value in wanted.items() if value})

    def query(self, **changes: Any) -> str:
        """The query string of this state, or of one with ``changes``; "" when all is shown."""
        state = asdict(replace(self, **changes))
        if state["sort"] == "changed":
            del state["sort"]
        return urlencode({name: _word(value) for name, value in state.items() if value})

    def chips(self, choices: Mapping[str, list[tuple[str, str]]]) -> list[tuple[str, str]]:
        """The words of each filter that is set, with the query string of the list without it."""
        everything = PromptFilter()
        return [
            (_chip(name, getattr(self, name), choices), self.query(**{name: unset}))
            for name, unset in asdict(everything).items()
            if name not in ("sort", "archived") and getattr(self, name) != unset
        ]


def _text(query: Mapping[str, str], name: str) -> str:
    return clean_text(query.get(name, ""))[:LONGEST_TEXT]


def _chip(name: str, value: Any, choices: Mapping[str, list[tuple[str, str]]]) -> str:
    if name == "q":
        return f"“{value}”"
    if value is True:
        return {"retiring": "Retiring model", "starred": "Starred"}[name]
    return f"{name.capitalize()}: {dict(choices.get(name, [])).get(value, value)}"


def _word(value: Any) -> str:
    return "1" if value is True else str(value)
