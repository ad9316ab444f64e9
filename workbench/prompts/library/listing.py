"""The team's prompts, newest change first, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import BadRequest
from django.db.models import Q

from workbench.accounts.access import Access
from workbench.prompts.models import Prompt

PAGE_SIZE = 50


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


def _place(mark: str) -> tuple[datetime, int]:
    text, _, pk = mark.rpartition("_")
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError("a moment without a zone")
        return moment.astimezone(UTC), int(pk)
    except (ValueError, OverflowError):  # the latter for the first and last hours of the calendar
        raise BadRequest("The address of this page of the list is damaged.") from None
