"""What is shown of prompts and versions without opening a content."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import F, OuterRef, QuerySet
from django.db.models.functions import JSONObject

from workbench.accounts.access import TokenAccess
from workbench.accounts.models import Team
from workbench.prompts.models import (
    Label,
    Prompt,
    PromptVersion,
    SystemPrompt,
    SystemPromptVersion,
)

from .addresses import address
from .errors import bad_request, not_found
from .query import Query

Row = dict[str, Any]
PROMPT = (
    "pk",
    "slug",
    "name",
    "description",
    "tags",
    "latest_number",
    "updated_at",
    "archived_at",
)
VERSION = ("pk", "number", "note", "author_name", "content_hash", "created_at")
# The one question that programs ask all day. It is written out since putting a statement together
# from models costs several times what Postgres needs to answer it.
_CHOSEN = """
    SELECT version.id AS pk, version.number, version.note, version.author_name,
        version.content_hash, version.created_at,
        prompt.id AS prompt__pk, prompt.slug AS prompt__slug, prompt.name AS prompt__name,
        prompt.description AS prompt__description, prompt.tags AS prompt__tags,
        prompt.latest_number AS prompt__latest_number,
        prompt.updated_at AS prompt__updated_at, prompt.archived_at AS prompt__archived_at,
        coalesce((
            SELECT jsonb_agg(
                jsonb_build_object('name', label.name, 'number', labelled.number)
                ORDER BY label.name
            )
            FROM prompts_label label
            JOIN prompts_promptversion labelled ON labelled.id = label.version_id
            WHERE label.prompt_id = prompt.id
        ), '[]') AS pairs
    FROM prompts_prompt prompt
    JOIN prompts_promptversion version ON version.prompt_id = prompt.id
    WHERE prompt.team_id = %(team)s AND prompt.slug = %(slug)s
"""
_CHOICES = {
    "latest": "AND version.number = prompt.latest_number",
    "number": "AND version.number = %(wanted)s",
    "label": """AND version.id = (
        SELECT label.version_id FROM prompts_label label
        WHERE label.prompt_id = prompt.id AND label.name = %(wanted)s
    )""",
}


def prompt_rows(access: TokenAccess) -> QuerySet[Any, Any]:
    """The team's prompts with their labels."""
    rows = access.rows(Prompt).annotate(pairs=_pairs("pk"))
    shown: QuerySet[Any, Any] = rows.values(*PROMPT, "pairs")
    return shown


def system_prompt_rows(access: TokenAccess) -> QuerySet[Any, Any]:
    """The team's system prompts."""
    rows: QuerySet[Any, Any] = access.rows(SystemPrompt).values(*PROMPT)
    return rows


def version_rows(access: TokenAccess, slug: str) -> QuerySet[Any, Any]:
    """The versions of a prompt with its labels."""
    rows = access.rows(PromptVersion).filter(prompt__slug=slug)
    shown: QuerySet[Any, Any] = rows.annotate(pairs=_pairs("prompt_id")).values(*VERSION, "pairs")
    return shown


def chosen_version(access: TokenAccess, slug: str, query: Query) -> Row:
    """The version that ``label`` or ``version`` names, else the latest; raises ``ApiError``.

    What is shown of the prompt stands in it as ``prompt__…``.
    """
    label, number = query.text("label"), query.number("version")
    if query.is_given("label") and number is not None:
        raise bad_request("Give “label” or “version”, not both.")
    if query.is_given("label"):
        row = _version(access, slug, "label", label)
        missing = f"No version of this prompt has the label “{label[:80]}”."
    elif number is not None:
        row = _version(access, slug, "number", number)
        missing = "This prompt has no version with this number."
    else:
        row = _version(access, slug, "latest")
        missing = "This prompt has no version yet."
    if row is None:
        has_prompt = access.rows(Prompt).filter(slug=slug).exists()
        raise not_found(missing) if has_prompt else not_found()
    return row


def _version(access: TokenAccess, slug: str, way: str, wanted: str | int = "") -> Row | None:
    given: dict[str, str | int] = {"team": access.team.pk, "slug": slug, "wanted": wanted}
    with connection.cursor() as cursor:
        cursor.execute(_CHOSEN + _CHOICES[way], given)
        found = cursor.fetchone()
        names = [column.name for column in cursor.description]
    if found is None:
        return None
    row = dict(zip(names, found, strict=True))
    return row | {name: json.loads(row[name]) for name in ("prompt__tags", "pairs")}


def chosen_system_version(access: TokenAccess, slug: str, query: Query) -> Row:
    """The version of a system prompt that ``version`` names, else the latest."""
    number = query.number("version")
    rows = access.rows(SystemPromptVersion).filter(system_prompt__slug=slug)
    wanted = F("system_prompt__latest_number") if number is None else number
    of_prompt = [f"system_prompt__{name}" for name in PROMPT]
    row: Row | None = rows.filter(number=wanted).values(*VERSION, *of_prompt).first()
    if row is None:
        raise not_found()
    return row


def prompt_shown(row: Row, team: Team, prefix: str = "") -> Row:
    """A prompt as programs get it; its columns begin with ``prefix`` in ``row``."""
    shown = _named(row, prefix)
    return shown | {
        "labels": {pair["name"]: pair["number"] for pair in row["pairs"]},
        "url": address("api:prompt", shown["slug"]),
        "page": address("prompts:prompt", team.slug, row[f"{prefix}pk"]),
    }


def system_prompt_shown(row: Row, prefix: str = "") -> Row:
    """A system prompt as programs get it."""
    shown = _named(row, prefix)
    return shown | {"url": address("api:system-prompt", shown["slug"])}


def version_shown(row: Row, url: str) -> Row:
    """A version as programs get it; ``url`` is the address of what it is a version of."""
    shown = {
        "number": row["number"],
        "note": row["note"],
        "author": row["author_name"],
        "created_at": row["created_at"].isoformat(),
        "hash": row["content_hash"],
        "url": f"{url}?version={row['number']}",
    }
    if "pairs" in row:
        pairs = row["pairs"]
        shown["labels"] = [pair["name"] for pair in pairs if pair["number"] == row["number"]]
    return shown


def _named(row: Row, prefix: str) -> Row:
    return {
        "slug": row[f"{prefix}slug"],
        "name": row[f"{prefix}name"],
        "description": row[f"{prefix}description"],
        "tags": row[f"{prefix}tags"],
        "latest_version": row[f"{prefix}latest_number"] or None,
        "updated_at": row[f"{prefix}updated_at"].isoformat(),
        "archived": row[f"{prefix}archived_at"] is not None,
    }


def _pairs(prompt: str) -> ArraySubquery:
    """The labels of a prompt, each with the number of its version."""
    labels = Label.objects.filter(prompt=OuterRef(prompt)).order_by("name")
    return ArraySubquery(labels.values(pair=JSONObject(name="name", number="version__number")))
