"""The audit events that a team does not keep any longer."""

from __future__ import annotations

from datetime import datetime

from workbench.accounts.models import AuditEvent, Team

BATCH = 1_000


def delete_old_events(team: Team, before: datetime) -> int:
    """Delete up to 1,000 of the team's events from before a time, the oldest first; how many."""
    events = AuditEvent.objects.filter(team=team, created_at__lt=before)
    oldest = list(events.order_by("created_at").values_list("pk", flat=True)[:BATCH])
    return AuditEvent.objects.filter(pk__in=oldest).delete()[0]
