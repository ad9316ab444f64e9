"""What a team, its members and its connections have spent in this month, for pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone

from workbench.accounts.models import Connection, Membership, Team
from workbench.runs.models import Spending

from .scopes import TEAM, month_of


@dataclass(frozen=True)
class Sum:
    """One line, in USD; ``cap`` and ``left`` are None without a cap, ``member`` a membership."""

    name: str
    spent: Decimal
    held: Decimal
    cap: Decimal | None
    member: int | None = None

    @property
    def left(self) -> Decimal | None:
        if self.cap is None:
            return None
        return max(Decimal(0), self.cap - self.spent - self.held)


@dataclass(frozen=True)
class Month:
    """The lines of a calendar month, UTC."""

    first: date
    team: Sum
    connections: list[Sum]
    members: list[Sum]


def spent_by_user(sender: object, team_id: int, **_: object) -> dict[int, Decimal]:
    """USD that members have spent in this month by user id; receives ``spent_asked``."""
    month = month_of(timezone.now())
    rows = Spending.objects.filter(team_id=team_id, month=month, scope__startswith="user:")
    found = rows.values_list("scope", "spent_usd")
    return {int(scope.removeprefix("user:")): usd for scope, usd in found}


def month_sums(team_id: int, month: date) -> Month:
    """What was spent, by a fixed number of queries; who spent nothing has a line too."""
    rows = Spending.objects.filter(team_id=team_id, month=month)
    found = {row.scope: (row.spent_usd, row.reserved_usd) for row in rows}

    def line(key: str, name: str, cap: Decimal | None, member: int | None = None) -> Sum:
        spent, held = found.get(key, (Decimal(0), Decimal(0)))
        return Sum(name, spent, held, cap, member)

    team = Team.objects.get(pk=team_id)
    keys = Connection.objects.filter(team_id=team_id).order_by("name")
    people = Membership.objects.filter(team_id=team_id).select_related("user")
    members = [
        line(f"user:{each.user_id}", str(each.user), each.cap_usd, each.pk) for each in people
    ]
    return Month(
        first=month,
        team=line(TEAM, "The team", team.cap_usd),
        connections=[line(f"connection:{each.pk}", each.name, each.cap_usd) for each in keys],
        members=sorted(members, key=lambda each: (-each.spent, each.name)),
    )
