"""Who saved what the lists show."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import F, Value
from django.db.models.functions import Coalesce, NullIf

from workbench.accounts.access import Access
from workbench.prompts.models import PromptVersion


def latest_authors(access: Access, prompts: Collection[int]) -> dict[int, str]:
    """By the id of each of ``prompts`` who saved its latest version, in one query.

    An imported version, and one whose account is gone, has the name alone that it came with.
    """
    latest = access.rows(PromptVersion).filter(
        prompt__in=prompts, number=F("prompt__latest_number")
    )
    name = Coalesce(NullIf("author__name", Value("")), "author_name")
    return dict(latest.values_list("prompt_id", name))
