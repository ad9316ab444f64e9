"""The rows of the list of prompts, page by page, and what a row shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.db.models import Q, QuerySet
from django.db.models.functions import Left, Lower

from workbench.accounts.access import Access
from workbench.accounts.numbers import is_id
from workbench.catalogue import get, lifecycle
from workbench.messages_api import clean_text
from workbench.prompts.keyset import changed_before, moment_in
from workbench.prompts.models import Label, Prompt, Star

from .authors import latest_authors
from .filters import LONGEST_TEXT, PromptFilter
from .words import first_with_words

PAGE_SIZE = 30
DESCRIPTION_SHOWN = 160  # characters
DAMAGED = "The address of this page of the list is damaged. Go back to its beginning."


@dataclass(frozen=True)
class Row:
    """A prompt of the list, with what other tables and the catalogue know of it."""

    prompt: Any
    labels: list[tuple[str, int]]
    """Names of labels with the number of the version they point to."""
    author: str
    """Who saved the latest version; "" when nobody knows."""
    is_starred: bool
    mark: str
    """What a chip says of the age of the model; "" for a current one."""
    mark_title: str


@dataclass(frozen=True)
class Page:
    """One keyset page; ``next_query`` is the query string of the next, "" at the end."""

    rows: list[Row]
    next_query: str


def prompts_page(access: Access, chosen: PromptFilter, before: str = "") -> Page:
    """The prompts that match, after the mark ``before``; a bad one raises ``BadRequest``."""
    order = _ORDERS[chosen.sort]
    found = chosen.apply(access.rows(Prompt), access.user)
    found = found.annotate(
        lower_name=Lower("name"), first_words=Left("description", DESCRIPTION_SHOWN)
    )
    if before:
        found = order.after(found, before)
    found = found.defer("description").order_by(*order.fields)
    prompts: list[Any] = first_with_words(found, access.team.pk, chosen.q, PAGE_SIZE + 1)
    more = ""
    if len(prompts) > PAGE_SIZE:
        mark = order.mark(prompts[PAGE_SIZE - 1])
        more = "&".join(filter(None, [chosen.query(), urlencode({"before": mark})]))
    return Page(_rows(access, prompts[:PAGE_SIZE]), more)


def _rows(access: Access, prompts: list[Any]) -> list[Row]:
    keys = [prompt.pk for prompt in prompts]
    labels: dict[int, list[tuple[str, int]]] = {}
    pointing = access.rows(Label).filter(prompt__in=keys).order_by("name")
    for key, name, number in pointing.values_list("prompt", "name", "version__number"):
        labels.setdefault(key, []).append((name, number))
    stars = access.rows(Star).filter(user=access.user, prompt__in=keys)
    starred = set(stars.values_list("prompt", flat=True))
    authors = latest_authors(access, keys)
    return [
        Row(
            prompt,
            labels.get(prompt.pk, []),
            authors.get(prompt.pk, ""),
            prompt.pk in starred,
            *_mark_of(prompt.latest_model),
        )
        for prompt in prompts
    ]


def _mark_of(model_id: str) -> tuple[str, str]:
    """What a chip beside the model says and, at more length, its title; empty for most models."""
    model = get(model_id)
    if not lifecycle.is_ending(model):
        return "", ""
    mark = lifecycle.mark(model) or f"retires {model.retires_on}"
    return mark, lifecycle.sentence(model) or lifecycle.countdown(model)


class _ByChange:
    """Newest change first."""

    fields = ("-updated_at", "-pk")

    def mark(self, prompt: Any) -> str:
        return f"{prompt.updated_at.isoformat()}_{prompt.pk}"

    def after(self, rows: QuerySet[Prompt], mark: str) -> QuerySet[Prompt]:
        text, pk = _parts(mark)
        try:
            return changed_before(rows, moment_in(text), pk)
        except ValueError:
            raise BadRequest(DAMAGED) from None


class _ByName:
    """A to Z, whatever the case."""

    fields = ("lower_name", "pk")

    def mark(self, prompt: Any) -> str:
        return f"{prompt.lower_name}_{prompt.pk}"

    def after(self, rows: QuerySet[Prompt], mark: str) -> QuerySet[Prompt]:
        name, pk = _parts(mark)
        return rows.filter(Q(lower_name__gte=name), Q(lower_name__gt=name) | Q(pk__gt=pk))


class _ByCreation:
    """The newest prompt first: ids rise as prompts are made."""

    fields = ("-pk",)

    def mark(self, prompt: Any) -> str:
        return f"_{prompt.pk}"

    def after(self, rows: QuerySet[Prompt], mark: str) -> QuerySet[Prompt]:
        return rows.filter(pk__lt=_parts(mark)[1])


_ORDERS: dict[str, _ByChange | _ByName | _ByCreation] = {
    "changed": _ByChange(),
    "name": _ByName(),
    "created": _ByCreation(),
}


def _parts(mark: str) -> tuple[str, int]:
    """What a mark is made of: the value that the list is ordered by, and an id."""
    text, _, pk = mark.rpartition("_")
    # Lower case may be longer than what it was made from.
    if not is_id(pk) or len(text) > 3 * LONGEST_TEXT or clean_text(text) != text:
        raise BadRequest(DAMAGED)
    return text, int(pk)
