"""Who waits for whom when a prompt is arranged while people write in it.

Editing locks the draft first and then, to save a version, the prompt. What changes a prompt
together with its drafts (a move, a deletion) does it in the same order: the drafts by their ids,
then the prompt, for which it does not wait: it lets everything go and starts again. So no circle
can come to be. Rows that are only referred to (the keys of a run, of a star) are looked at in any
order, but only when their transaction ends, and stop nobody but a move or a deletion.

Whoever needs more than one kind of row asks for them in this order, and leaves out what it does not
need: an upload, drafts, prompts, system prompts, the team (who changes presets holds it), then what
hangs on these: versions and what is found of them, labels, sets of values, presets. Of one kind,
rows are asked for by their ids: see an import. What hangs on a prompt is changed by who holds the
prompt or a draft of it.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import IntegrityError, OperationalError, connection, transaction
from django.http import Http404
from django.shortcuts import get_object_or_404
from psycopg.errors import DeadlockDetected, LockNotAvailable, UniqueViolation

from workbench.accounts.access import Access
from workbench.accounts.models import Team
from workbench.prompts.models import Draft, Prompt

T = TypeVar("T")

LONGEST_WAIT = "500ms"
"""For one lock: shorter than the second after which Postgres looks for a deadlock."""
PATIENCE = 10.0  # seconds
PAUSES = (0.01, 0.1)  # seconds between two tries, at least and at most
IN_USE = (LockNotAvailable, DeadlockDetected, UniqueViolation)


class _CameIn(Exception):
    """A draft of the prompt was begun between the two locks."""


class Busy(Exception):
    """Others kept the prompt in use for all of ``PATIENCE``; nothing was changed."""


def locked_prompt(access: Access, prompt: int) -> Prompt:
    """The team's prompt, locked until the transaction ends; raises ``Http404``.

    Whoever holds it this way must not ask for a draft as well.
    """
    rows = access.rows(Prompt).select_for_update(no_key=True)
    return get_object_or_404(rows, pk=prompt)


def hold_presets(team: int) -> None:
    """Let one transaction at a time change the team's presets: their names and default are unique.

    The one that holds it must not ask for a draft or a prompt any more.
    """
    Team.objects.select_for_update(no_key=True).get(pk=team)


def alone_with(access: Access, prompt: int, change: Callable[[Prompt, list[Draft]], T]) -> T:
    """What ``change`` returns, called while nobody else can write to the prompt or its drafts.

    It may be called several times; all but the last are undone. Raises ``Http404`` and ``Busy``.
    Not to be called inside a transaction: its locks would stay.
    """
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with transaction.atomic():
                return change(*_locked(access, prompt))
        except (OperationalError, IntegrityError, _CameIn) as error:
            if not isinstance(error, _CameIn) and not isinstance(error.__cause__, IN_USE):
                raise
            if time.monotonic() > until:
                raise Busy from error
        time.sleep(random.uniform(*PAUSES))


def _locked(access: Access, prompt: int) -> tuple[Prompt, list[Draft]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{LONGEST_WAIT}'")
    drafts = access.rows(Draft).filter(prompt=prompt).order_by("pk")
    held = {draft.pk for draft in drafts.select_for_update().only("pk")}
    found = access.rows(Prompt).filter(pk=prompt).select_for_update(nowait=True).first()
    if found is None:
        raise Http404("no such prompt")
    # From here on nobody can add a draft; one that came in meanwhile is not locked yet.
    rows = list(drafts.select_for_update(nowait=True))
    if {draft.pk for draft in rows} - held:
        raise _CameIn
    return found, rows
