"""Lists that grow, page by page: the newest rows first, and each page begins below an id."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


def newest(rows: QuerySet[Row], before: int, size: int) -> tuple[list[Row], int]:
    """The ``size`` newest rows below the id ``before``, and the id below which the next page is.

    ``before`` is 0 for the first page; the id returned is 0 after the last. One query.
    """
    below = rows.filter(pk__lt=before) if before else rows
    found = list(below.order_by("-pk")[: size + 1])
    return found[:size], found[size - 1].pk if len(found) > size else 0
