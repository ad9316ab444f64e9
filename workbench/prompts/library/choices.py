"""What the filters of the list can be set to, found without reading every prompt.

Models and labels are read from one index entry per value (a loose index scan). Tags and authors are
those of the prompts that were changed last: with 100,000 prompts a complete list would cost more
than the page, and be too long to choose from. The address of the page takes any value.
"""

from __future__ import annotations

from typing import Any

from django.db import connection

from workbench.accounts.access import Access
from workbench.accounts.models import User
from workbench.prompts.models import Prompt

from .filters import PromptFilter

RECENT = 500
MOST_CHOICES = 200

# Each step finds the next larger value with one look into the index.
_DISTINCT = """
WITH RECURSIVE found AS (
    (SELECT {column} AS value FROM {table} WHERE team_id = %s ORDER BY {column} LIMIT 1)
    UNION ALL
    SELECT (
        SELECT {column} FROM {table}
        WHERE team_id = %s AND {column} > found.value ORDER BY {column} LIMIT 1
    )
    FROM found WHERE found.value IS NOT NULL
)
SELECT value FROM found WHERE value <> '' LIMIT %s
"""
_MODELS = _DISTINCT.format(table="prompts_prompt", column="latest_model")
_LABELS = _DISTINCT.format(table="prompts_label", column="name")


def choices(access: Access, chosen: PromptFilter) -> dict[str, list[tuple[str, str]]]:
    """By the name of a filter its values and their words; what is ``chosen`` is among them."""
    recent = access.rows(Prompt).order_by("-updated_at", "-pk")[:RECENT]
    tags: set[str] = set()
    authors: set[int] = set()
    for row_tags, author in recent.values_list("tags", "latest_author"):
        tags.update(tag for tag in row_tags if isinstance(tag, str))
        if author:
            authors.add(author)
    if chosen.author:
        older = access.rows(Prompt).filter(latest_author=int(chosen.author))
        authors.update(older.values_list("latest_author", flat=True)[:1])
    found = {
        "tag": _pairs(sorted(tags, key=str.casefold)),
        "author": _people(authors),
        "model": _pairs(_distinct(_MODELS, access)),
        "label": _pairs(_distinct(_LABELS, access)),
    }
    return {
        name: _with_chosen(name, options[:MOST_CHOICES], getattr(chosen, name))
        for name, options in found.items()
    }


def _distinct(sql: str, access: Access) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [access.team.pk, access.team.pk, MOST_CHOICES])
        return [value for (value,) in cursor.fetchall()]


def _people(ids: set[int]) -> list[tuple[str, str]]:
    people: Any = User.objects.filter(pk__in=ids)
    return sorted(
        ((str(person.pk), str(person)) for person in people), key=lambda each: each[1].casefold()
    )


def _pairs(values: list[str]) -> list[tuple[str, str]]:
    return [(value, value) for value in values]


def _with_chosen(name: str, options: list[tuple[str, str]], value: str) -> list[tuple[str, str]]:
    if not value or any(value == option for option, _ in options):
        return options
    # A person who saved nothing here is not named: anybody could write any number there.
    return [*options, (value, "Somebody else" if name == "author" else value)]
