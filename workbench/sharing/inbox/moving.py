"""What becomes of notices when what they tell of moves to another team."""

from __future__ import annotations

from django.db.models import QuerySet

from workbench.accounts.models import Membership, Team
from workbench.sharing.models import Notice


def take_along(notices: QuerySet[Notice], team: Team) -> None:
    """Move ``notices`` to ``team``; whoever is no member could not read theirs there: they go."""
    members = Membership.objects.filter(team=team).values("user")
    notices.exclude(user__in=members).delete()
    notices.update(team=team)
