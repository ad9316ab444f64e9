"""A member's own drafts that hold something no version has."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet, TextField, Value
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Coalesce, Left

from workbench.accounts.access import Access
from workbench.prompts.models import Draft

DRAFTS_SHOWN = 100
FIRST_WORDS = 80  # characters


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
