"""Names in addresses that nobody has yet."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet


def free_slug(rows: QuerySet[Any, Any], stem: str, reserved: Collection[str] = ()) -> str:
    """``stem``, else with the first number that makes it none of ``rows`` and not ``reserved``."""
    slugs = rows.filter(slug__startswith=stem).values_list("slug", flat=True)
    taken = {*reserved, *slugs}
    numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (stem, *numbered) if slug not in taken)
