"""Stop a run, wherever it is executed."""

from __future__ import annotations

from django.db import connection
from django.utils import timezone

from workbench.accounts.http import WorkbenchRequest

from .models import ACTIVE, Run, State
from .reasons import CANCELLED
from .store import CHANNEL


def stop(request: WorkbenchRequest, wanted: Run) -> None:
    """Ask for the end of a run; one that has ended stays as it is.

    Raises ``PermissionDenied`` when it is somebody else's and the member may stop only their own.
    """
    if wanted.user_id != request.user.pk:
        request.access.require("run.cancel-any")
    now = timezone.now()
    queued = Run.objects.filter(pk=wanted.pk, state=State.QUEUED)
    if not queued.update(
        state=State.CANCELLED, ending=CANCELLED, cancel_requested_at=now, finished_at=now
    ):
        Run.objects.filter(pk=wanted.pk, state__in=ACTIVE).update(cancel_requested_at=now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, f"cancel:{wanted.pk}"])
