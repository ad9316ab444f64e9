"""What members have spent, asked of whoever counts it: money is counted with runs, higher up."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.dispatch import Signal

from workbench.accounts.models import Team

spent_asked = Signal()
"""Sent with a ``team_id``; a receiver returns USD of this calendar month (UTC) by user id."""


def spent_by_members(team_id: int) -> dict[int, Decimal]:
    """USD of this month by user id; who has spent nothing is absent."""
    answers: list[tuple[Any, Any]] = spent_asked.send(Team, team_id=team_id)
    return {user: usd for _, found in answers for user, usd in found.items()}
