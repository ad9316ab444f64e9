"""Who has a prompt open for editing: their pages say so every 15 seconds."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from workbench.accounts.models import User
from workbench.prompts.models import Draft, Presence, Prompt

SEEN_WITHIN = timedelta(seconds=45)
MOST_SHOWN = 5

_UPSERT = """
INSERT INTO prompts_presence (team_id, user_id, prompt_id, base_number, is_changed, seen_at)
SELECT team_id, user_id, prompt_id, base_number,
       coalesce((content #>> '{editor,is_changed}')::boolean, false), now()
FROM prompts_draft WHERE id = %s AND prompt_id IS NOT NULL
ON CONFLICT (prompt_id, user_id) DO UPDATE SET base_number = excluded.base_number,
       is_changed = excluded.is_changed, seen_at = excluded.seen_at
"""


def say_present(draft: Draft) -> None:
    """Note that the author of ``draft`` has it open; of a draft without a prompt nothing.

    Nothing either when the prompt is deleted or moved at this moment.
    """
    with suppress(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_UPSERT, [draft.pk])


def others_at(prompt: Prompt | None, reader: User | None = None) -> list[Presence]:
    """Who but ``reader`` has the prompt open, those seen last first."""
    if prompt is None:
        return []
    rows = Presence.objects.filter(prompt=prompt, seen_at__gte=timezone.now() - SEEN_WITHIN)
    if reader is not None:
        rows = rows.exclude(user=reader)
    return list(rows.select_related("user").order_by("-seen_at")[:MOST_SHOWN])
