"""Deleting a team with everything in it; what was done in it stays in the audit trail."""

from __future__ import annotations

from django.db import IntegrityError, OperationalError, transaction
from django.dispatch import Signal
from django.http import Http404

from workbench.accounts import audit
from workbench.accounts.access import access_to
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.models import Team

TRIES = 4
"""Others may be writing into the team: one of two that wait for each other is turned back."""

team_goes = Signal()
"""Sent with ``team`` in the transaction that deletes it: whatever is going on in it is to stop."""


def delete_team(request: WorkbenchRequest) -> None:
    """Delete the team of the request; raises ``Http404`` when it has gone already."""
    for tries_left in reversed(range(TRIES)):
        try:
            return _delete(request)
        except (IntegrityError, OperationalError):
            if not tries_left:
                raise


@transaction.atomic
def _delete(request: WorkbenchRequest) -> None:
    team = Team.objects.select_for_update().filter(pk=request.access.team.pk).first()
    if team is None:
        raise Http404("no such team")
    access_to(request.user.pk, team.slug).require("team.own")
    team_goes.send(Team, team=team)
    audit.record(request, "team.delete", actor=request.user, target=team.name, slug=team.slug)
    team.delete()
