"""Pages of a list, newest first; each names the address of the next."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from workbench.prompts.keyset import changed_before

from .addresses import absolute
from .errors import bad_request
from .query import Query

PARAMETERS = ("before", "limit")
LIMIT = 50
MOST = 100
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MARK = re.compile(r"([0-9]{1,18})-([0-9]{1,18})")


@dataclass(frozen=True)
class Listing:
    """Up to ``limit`` rows; ``before`` is the mark of the next page, "" on the last."""

    rows: Sequence[dict[str, Any]]
    before: str

    def next_address(self, request: HttpRequest) -> str | None:
        """The address of the next page, the same filters in it; None on the last page."""
        if not self.before:
            return None
        asked = request.GET.copy()
        asked["before"] = self.before
        return f"{absolute(request.path)}?{asked.urlencode()}"


def by_change(rows: QuerySet[Any, Any], query: Query) -> Listing:
    """A page of rows with ``updated_at`` and ``pk``, latest change first."""
    if mark := query.text("before"):
        rows = changed_before(rows, *_place(mark))
    found, is_last = _some(rows.order_by("-updated_at", "-pk"), query)
    if is_last:
        return Listing(found, "")
    moments = (found[-1]["updated_at"] - EPOCH) // timedelta(microseconds=1)
    return Listing(found, f"{moments}-{found[-1]['pk']}")


def by_number(rows: QuerySet[Any, Any], query: Query) -> Listing:
    """A page of rows with a ``number``, the highest first."""
    before = query.number("before")
    if before is not None:
        rows = rows.filter(number__lt=before)
    found, is_last = _some(rows.order_by("-number"), query)
    return Listing(found, "" if is_last else str(found[-1]["number"]))


def _some(rows: QuerySet[Any, Any], query: Query) -> tuple[list[dict[str, Any]], bool]:
    limit = query.number("limit")
    if limit is None:
        limit = LIMIT
    if not 1 <= limit <= MOST:
        raise bad_request(f"“limit” is a number from 1 to {MOST}.")
    found = list(rows[: limit + 1])
    return found[:limit], len(found) <= limit


def _place(mark: str) -> tuple[datetime, int]:
    match = MARK.fullmatch(mark)
    try:
        if match is None:
            raise ValueError("no mark of ours")
        return EPOCH + timedelta(microseconds=int(match[1])), int(match[2])
    except (ValueError, OverflowError):  # the latter beyond the year 9999
        raise bad_request("“before” is damaged: take it from “next” of the page before.") from None
