"""Writing the audit trail: names and settings, never a prompt's text, a key or a token."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from workbench.request_ids import current_request_id

from .address import client_address
from .http import WorkbenchRequest
from .models import AuditEvent, Team, User

LONGEST_TARGET = 200


def record(
    request: HttpRequest | None,
    action: str,
    *,
    actor: User | None = None,
    team: Team | None = None,
    target: str = "",
    **detail: Any,
) -> AuditEvent:
    """Write down that ``actor`` did ``action`` to ``target``, in the transaction that does it.

    Without a request it was done on the command line.
    """
    return AuditEvent.objects.create(
        team=team,
        team_name=team.name if team else "",
        actor=actor,
        actor_email=actor.email if actor else "",
        action=action,
        target=target[:LONGEST_TARGET],
        detail=detail,
        address=client_address(request) if request else None,
        request_id=current_request_id(),
    )


def record_in_team(
    request: WorkbenchRequest, action: str, target: str = "", **detail: Any
) -> AuditEvent:
    """Write down what a member did in the team of ``request``, in the transaction that does it."""
    team, actor = request.access.team, request.user
    return record(request, action, actor=actor, team=team, target=target, **detail)
