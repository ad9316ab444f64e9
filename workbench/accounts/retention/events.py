"""The audit events that a team does not keep any longer."""

from __future__ import annotations

from datetime import timedelta

from django.db.models.functions import Now

from workbench.accounts.models import AuditEvent, Team

BATCH = 1_000


def delete_old_events(team: Team, days: int) -> int:
    """Delete up to 1,000 of the team's events older than ``days``, the oldest first; how many.

    The database's clock counts: by it the database lets go only of what the team does not keep.
    """
    events = AuditEvent.objects.filter(team=team, created_at__lt=Now() - timedelta(days=days))
    oldest = list(events.order_by("created_at").values_list("pk", flat=True)[:BATCH])
    return AuditEvent.objects.filter(pk__in=oldest).delete()[0]
