"""Where the next page of a list begins that is ordered by the latest change."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db.models import Q, QuerySet


def changed_before(rows: QuerySet[Any, Any], moment: datetime, pk: int) -> QuerySet[Any, Any]:
    """The rows behind the one with this ``updated_at`` and ``pk``, latest change first."""
    # The first condition alone lets the index begin at the mark.
    rows = rows.filter(updated_at__lte=moment)
    return rows.filter(Q(updated_at__lt=moment) | Q(pk__lt=pk))


def moment_in(text: str) -> datetime:
    """The moment of a mark, in UTC; raises ``ValueError`` for what is none."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:  # the first and last hours of the calendar
        raise ValueError("a moment beyond the calendar") from error
