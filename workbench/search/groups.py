"""The groups of a search's results: what each row is called, whose it is, and where it matches."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.urls import reverse

from workbench.accounts.access import Access
from workbench.full_text import Piece, Query, marked, passage
from workbench.prompts.library.authors import latest_authors
from workbench.prompts.models import (
    Draft,
    Preset,
    Prompt,
    PromptVersion,
    SystemPrompt,
    SystemPromptVersion,
)
from workbench.prompts.search_documents import content_texts
from workbench.runs.endings import face_of
from workbench.runs.models import Run
from workbench.runs.search_document import answer_texts, request_texts

from .finding import AT_ONCE, PROMPTS, RUNS, SYSTEM_PROMPTS, VERSIONS, Found, find
from .names import address_of

MOST_DRAFTS = 100
MOST_PRESETS = 500


@dataclass(frozen=True)
class Result:
    """One row that was found; ``details`` are short words such as a model's name."""

    url: str
    name: list[Piece]
    passage: list[Piece]
    moment: datetime
    version: int | None = None
    author: str = ""
    details: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Results:
    """What a group shows; ``more`` is the mark of its next page, "" when this is the end."""

    rows: list[Result]
    more: str = ""
    is_whole: bool = True

    @property
    def count(self) -> str:
        """How many there are, or that there are more than these."""
        return f"{len(self.rows)}{'+' if self.more else ''}"


@dataclass(frozen=True)
class Group:
    """A kind of thing that is searched, ``look`` finding one page of it."""

    key: str
    title: str
    look: Callable[[Access, Query, str], Results]


def _prompts(access: Access, query: Query, mark: str) -> Results:
    found = find(PROMPTS, access.team.pk, query, mark)
    latest = access.rows(PromptVersion).filter(
        prompt__in=found.keys, number=F("prompt__latest_number")
    )
    contents = dict(latest.values_list("prompt_id", "content"))
    authors = latest_authors(access, found.keys)
    rows = access.rows(Prompt)
    return _results(
        found,
        rows,
        lambda prompt: Result(
            url=reverse("prompts:prompt", args=[access.team.slug, prompt.pk]),
            name=marked(prompt.name, query),
            passage=passage(
                [prompt.description, *content_texts(contents.get(prompt.pk, {})), *prompt.tags],
                query,
            ),
            moment=prompt.updated_at,
            version=prompt.latest_number or None,
            author=authors.get(prompt.pk, ""),
            details=[*(["archived"] if prompt.archived_at else []), *prompt.tags],
        ),
    )


def _versions(access: Access, query: Query, mark: str) -> Results:
    found = find(VERSIONS, access.team.pk, query, mark)
    rows = access.rows(PromptVersion).select_related("prompt")
    return _results(
        found,
        rows,
        lambda version: Result(
            url=reverse(
                "prompts:version", args=[access.team.slug, version.prompt_id, version.number]
            ),
            name=[Piece(version.prompt.name)],
            passage=passage([version.note, *content_texts(version.content)], query),
            moment=version.created_at,
            version=version.number,
            author=version.author_name,
            details=["latest"] if version.number == version.prompt.latest_number else [],
        ),
    )


def _system_prompts(access: Access, query: Query, mark: str) -> Results:
    found = find(SYSTEM_PROMPTS, access.team.pk, query, mark)
    latest = access.rows(SystemPromptVersion).filter(
        system_prompt__in=found.keys, number=F("system_prompt__latest_number")
    )
    texts = dict(latest.values_list("system_prompt_id", "text"))
    return _results(
        found,
        access.rows(SystemPrompt),
        lambda row: Result(
            url=address_of("prompts:system-prompt", access.team.slug, row.slug),
            name=marked(row.name, query),
            passage=passage([row.description, texts.get(row.pk, ""), *row.tags], query),
            moment=row.updated_at,
            version=row.latest_number or None,
            details=[*(["archived"] if row.archived_at else []), *row.tags],
        ),
    )


def _runs(access: Access, query: Query, mark: str) -> Results:
    found = find(RUNS, access.team.pk, query, mark)
    return _results(
        found,
        access.rows(Run).select_related("user"),
        lambda run: Result(
            url=reverse("runs:run", args=[access.team.slug, run.pk]),
            name=marked(run.prompt_name or "Untitled", query),
            passage=passage([*answer_texts(run.message), *request_texts(run.request)], query),
            moment=run.created_at,
            version=run.version_number,
            author=str(run.user or ""),
            details=[face_of(run).word, run.model],
        ),
    )


def _presets(access: Access, query: Query, mark: str) -> Results:
    presets = access.rows(Preset).order_by("-updated_at").defer("parameters")[:MOST_PRESETS]
    rows = [
        Result(
            url=address_of("prompts:preset", access.team.slug, preset.pk),
            name=marked(preset.name, query),
            passage=passage([preset.description], query),
            moment=preset.updated_at,
        )
        for preset in presets
        if query.is_in(f"{preset.name}\n{preset.description}")
    ]
    return Results(rows)


def _drafts(access: Access, query: Query, mark: str) -> Results:
    """The member's own newest drafts; no other person sees them."""
    rows = []
    for draft in _drafts_with(access, query):
        texts = [draft.name, *content_texts(draft.content)]
        if query.is_in("\n".join(texts)):
            rows.append(
                Result(
                    url=reverse("prompts:draft", args=[access.team.slug, draft.pk]),
                    name=marked(str(draft), query),
                    passage=passage(texts[1:], query),
                    moment=draft.updated_at,
                    version=draft.base_number,
                )
            )
    return Results(rows[:AT_ONCE], is_whole=len(rows) <= AT_ONCE)


def _drafts_with(access: Access, query: Query) -> QuerySet[Any]:
    """The member's drafts that have the words somewhere: accents and phrases are not looked at."""
    text = Cast("content", TextField())
    drafts = access.rows(Draft).filter(user=access.user).annotate(text=text)
    for word in {word for term in query.wanted for word in term.words if word.isascii()}:
        drafts = drafts.filter(Q(text__icontains=word) | Q(name__icontains=word))
    return drafts.defer("values").order_by("-updated_at")[:MOST_DRAFTS]


def _results(found: Found, rows: QuerySet[Any], shown: Callable[[Any], Result]) -> Results:
    """The rows with the keys found, in their order; one that went meanwhile is left out."""
    by_key = rows.in_bulk(found.keys)
    listed: Iterable[Any] = (by_key[key] for key in found.keys if key in by_key)
    return Results([shown(row) for row in listed], found.more, found.is_whole)


GROUPS = [
    Group("prompts", "Prompts", _prompts),
    Group("drafts", "Your drafts", _drafts),
    Group("system-prompts", "System prompts", _system_prompts),
    Group("presets", "Presets", _presets),
    Group("versions", "All versions", _versions),
    Group("runs", "Runs", _runs),
]
