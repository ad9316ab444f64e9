"""The filters of the list of runs; each state of the list has a URL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet, Sum

from workbench.accounts.numbers import is_id, is_number
from workbench.messages_api import clean_text

from .endings import Face, face_of
from .models import Run, State

PAGE = 50
MAX_TOTALLED = 100_000


@dataclass(frozen=True)
class Row:
    """A run of the list, with the word that stands for its state."""

    run: Run
    face: Face


@dataclass(frozen=True)
class Page:
    """One keyset page; ``next_query`` is the query string of the next, "" at the end."""

    rows: list[Row]
    next_query: str


@dataclass(frozen=True)
class RunFilter:
    """What to show; an empty value means everything. ``before`` is the id the page starts under."""

    state: str = ""
    model: str = ""
    prompt: str = ""
    version: str = ""
    person: str = ""
    before: int = 0

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> RunFilter:
        """Reads a query string; what makes no sense is left out."""
        texts = {name: clean_text(query.get(name, ""))[:200] for name in ("state", "model")}
        numbers = {name: query.get(name, "") for name in ("prompt", "version", "person")}
        before = query.get("before", "")
        return cls(
            state=texts["state"] if texts["state"] in State.values else "",
            model=texts["model"],
            prompt=numbers["prompt"] if is_id(numbers["prompt"]) else "",
            version=numbers["version"] if is_number(numbers["version"]) else "",
            person=numbers["person"] if is_id(numbers["person"]) else "",
            before=int(before) if is_id(before) else 0,
        )

    @property
    def is_empty(self) -> bool:
        return self == RunFilter(before=self.before)

    def apply(self, rows: QuerySet[Run]) -> QuerySet[Run]:
        """The rows that match, without paging."""
        wanted = {
            "state": self.state,
            "model": self.model,
            "prompt_id": self.prompt,
            "version_number": self.version,
            "user_id": self.person,
        }
        return rows.filter(**{name: value for name, value in wanted.items() if value})

    def page(self, rows: QuerySet[Run]) -> Page:
        """The newest runs that match, without their request and message."""
        found = self.apply(rows)
        if self.before:
            found = found.filter(pk__lt=self.before)
        listed = found.select_related("user").defer("request", "message", "values")
        runs = list(listed.order_by("-pk")[: PAGE + 1])
        more = replace(self, before=runs[PAGE - 1].pk).query if len(runs) > PAGE else ""
        return Page([Row(run, face_of(run)) for run in runs[:PAGE]], more)

    def totals(self, rows: QuerySet[Run]) -> dict[str, Any]:
        """Number and list price in USD of what matches, over at most the newest 100,000."""
        newest = self.apply(rows).order_by("-pk")[:MAX_TOTALLED]
        return newest.aggregate(runs=Count("pk"), cost_usd=Sum("cost_usd"))

    def choices(self, rows: QuerySet[Run]) -> dict[str, list[tuple[str, str]]]:
        """What the filters can be set to: values of the newest runs, so that it stays fast."""
        recent = rows.order_by("-pk")[:2_000]
        models = sorted({run["model"] for run in recent.values("model")})
        people = {
            str(run["user_id"]): run["user__name"]
            for run in recent.values("user_id", "user__name")
            if run["user_id"]
        }
        prompts = {
            str(run["prompt_id"]): run["prompt__name"]
            for run in recent.values("prompt_id", "prompt__name")
            if run["prompt_id"]
        }
        if self.prompt:  # a link may lead to runs that are older than all of these
            prompts.setdefault(self.prompt, f"Prompt {self.prompt}")
        return {
            "state": [(state.value, str(state.label)) for state in State],
            "model": [(model, model) for model in models],
            "prompt": sorted(prompts.items(), key=lambda item: item[1].lower()),
            "version": self._versions(recent),
            "person": sorted(people.items(), key=lambda item: item[1].lower()),
        }

    def _versions(self, recent: QuerySet[Run]) -> list[tuple[str, str]]:
        """The versions of the chosen prompt that the newest runs ran; without one just its own."""
        numbers = {int(self.version)} if self.version else set()
        if self.prompt:
            numbers |= {
                run["version_number"]
                for run in recent.values("prompt_id", "version_number")
                if str(run["prompt_id"]) == self.prompt and run["version_number"]
            }
        return [(str(number), f"v{number}") for number in sorted(numbers, reverse=True)]

    @property
    def query(self) -> str:
        return urlencode({name: value for name, value in vars(self).items() if value})
