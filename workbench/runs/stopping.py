"""Stop a run, wherever it is executed, and the rounds of mocked results that would follow it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from workbench.accounts import audit
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.models import Team

from .models import ACTIVE, Run, RunText, State
from .reasons import CANCELLED
from .search_document import run_document
from .store import CHANNEL


def stop(request: WorkbenchRequest, wanted: Run) -> None:
    """Ask for the end of a run; one that has ended stays as it is.

    Who stops somebody else's run is written down. A round of mocked results that has ended goes on
    with no further one; a round that began from it meanwhile is stopped in its place.

    Raises ``PermissionDenied`` when it is somebody else's and the member may stop only their own.
    """
    is_own = wanted.user_id == request.user.pk
    if not is_own:
        request.access.require("run.cancel-any")
    with transaction.atomic():
        if _is_asked(wanted, timezone.now()) and not is_own:
            audit.record_in_team(request, "run.stop", wanted.prompt_name, run=wanted.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, f"cancel:{wanted.pk}"])
    if wanted.mock_round is not None:
        for following in wanted.continuations.filter(mock_round__isnull=False):
            stop(request, following)


def _is_asked(wanted: Run, now: datetime) -> bool:
    """Note the wish; False when the run has ended and nothing follows it."""
    if _is_taken_back(wanted, now):
        return True
    can_go_on = Q(state__in=ACTIVE) | Q(mock_round__isnull=False)
    return bool(Run.objects.filter(can_go_on, pk=wanted.pk).update(cancel_requested_at=now))


@transaction.atomic
def _is_taken_back(wanted: Run, now: datetime) -> bool:
    """End a run that has not begun; what was asked is found all the same."""
    ended = Run.objects.filter(pk=wanted.pk, state=State.QUEUED).update(
        state=State.CANCELLED, ending=CANCELLED, cancel_requested_at=now, finished_at=now
    )
    if ended:
        found = run_document(wanted.team_id, wanted.prompt_name, wanted.request, None)
        RunText.objects.create(run=wanted, team_id=wanted.team_id, search=found.vector)
    return bool(ended)


def stop_all_of(sender: object, *, team: Team, **signal: Any) -> None:
    """Stop whatever is going on in a team that is deleted, once its transaction has ended."""
    runs = Run.objects.filter(team=team, state__in=ACTIVE)
    going_on = list(runs.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        for run in going_on:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, f"cancel:{run}"])
    if going_on:
        transaction.on_commit(lambda: forget_chunks(going_on), robust=True)


@transaction.atomic
def forget_chunks(runs: list[int]) -> None:
    """Delete what was written of runs while the transaction that deleted them was under way.

    No foreign key keeps chunks from it. The lock waits for writers that still saw the runs, a few
    milliseconds; who comes after it does not see them any more.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE runs_runchunk IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("DELETE FROM runs_runchunk WHERE run_id = ANY(%s)", [runs])


def stop_what_follows(request: WorkbenchRequest, run: Run) -> None:
    """Stop the round that has just begun from ``run`` by itself, when Stop was pressed meanwhile.

    ``stop`` notes the wish before it looks for following rounds, and they are stored before this
    looks for the wish: whichever comes first, one of the two sees the other.
    """
    run.refresh_from_db(fields=["cancel_requested_at"])
    if run.cancel_requested_at:
        stop(request, run)
