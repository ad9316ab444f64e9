"""What the library lists: the team's prompts, newest change first, and a member's own drafts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import BadRequest
from django.db.models import Q, QuerySet, TextField, Value
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Coalesce, Left

from workbench.accounts.access import Access

from .models import Draft, Prompt

PAGE_SIZE = 50
DRAFTS_SHOWN = 100
FIRST_WORDS = 80  # characters


@dataclass(frozen=True)
class Page:
    """Up to ``PAGE_SIZE`` prompts; ``older`` is the mark of the next page, "" on the last."""

    prompts: list[Any]
    older: str


def prompts_page(access: Access, before: str = "") -> Page:
    """The team's prompts changed before the mark ``before``; a bad one raises ``BadRequest``."""
    prompts = access.rows(Prompt).filter(archived_at=None).order_by("-updated_at", "-id")
    if before:
        moment, pk = _place(before)
        prompts = prompts.filter(Q(updated_at__lt=moment) | Q(updated_at=moment, pk__lt=pk))
    rows = list(prompts.select_related("latest_author")[: PAGE_SIZE + 1])
    is_last = len(rows) <= PAGE_SIZE
    rows = rows[:PAGE_SIZE]
    return Page(rows, "" if is_last else f"{rows[-1].updated_at.isoformat()}_{rows[-1].pk}")


def unsaved_drafts(access: Access) -> QuerySet[Any]:
    """The member's drafts that hold something no version has, newest first."""
    loose = Q(prompt=None) & ~Q(name="")
    drafts: QuerySet[Any] = _own_drafts(access).filter(loose | Q(is_changed="true"))
    drafts = drafts.select_related("prompt")
    drafts = drafts.annotate(first_words=_first_words()).defer("content", "values")
    return drafts.order_by("-updated_at")[:DRAFTS_SHOWN]


def _first_words() -> Left:
    """The beginning of the first turn: all that tells drafts without a name apart."""
    turns = KeyTransform("messages", KeyTransform("body", "content"))
    first = KeyTransform("0", turns)
    block = KeyTransform("0", KeyTransform("content", first))
    text = Coalesce(
        KeyTextTransform("text", block),
        KeyTextTransform("content", first),
        output_field=TextField(),
    )
    return Left(text, FIRST_WORDS)


def blank_draft(access: Access) -> Draft | None:
    """A draft of the member in which nothing was written yet."""
    loose = _own_drafts(access).filter(prompt=None, name="")
    return loose.exclude(is_changed="true").order_by("-pk").first()


def _own_drafts(access: Access) -> QuerySet[Any]:
    mark = KeyTextTransform("is_changed", KeyTransform("editor", "content"))
    drafts = access.rows(Draft).filter(user=access.user)
    return drafts.annotate(is_changed=Coalesce(mark, Value("false"), output_field=TextField()))


def _place(mark: str) -> tuple[datetime, int]:
    text, _, pk = mark.rpartition("_")
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError("a moment without a zone")
        return moment.astimezone(UTC), int(pk)
    except (ValueError, OverflowError):  # the latter for the first and last hours of the calendar
        raise BadRequest("The address of this page of the list is damaged.") from None
