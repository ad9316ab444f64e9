"""The names of what notices tell of."""

from __future__ import annotations

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from workbench.sharing.models import Notice


def with_names(rows: QuerySet[Notice]) -> QuerySet[Notice]:
    """``rows`` with ``prompt_name`` and ``run``, the number of one; each None if there is none."""
    return rows.annotate(
        prompt_name=Coalesce(
            "comment__prompt__name", "comment__proposal__prompt__name", "proposal__prompt__name"
        ),
        run=F("comment__run_id"),
    )
