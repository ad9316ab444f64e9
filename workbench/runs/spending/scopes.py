"""What a cap can be set on, and the rows that add up its month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from workbench.accounts.models import Connection, Membership, Team

TEAM = "team"


@dataclass(frozen=True)
class Scope:
    """One sum of a month; ``cap`` is in USD, None no limit, ``name`` what sentences call it."""

    key: str
    name: str
    cap: Decimal | None


def keys_of(user_id: int | None, connection_id: int | None) -> list[str]:
    """The scopes of a run, in the order in which their rows are locked, always."""
    found = [TEAM]
    if user_id is not None:
        found.append(f"user:{user_id}")
    if connection_id is not None:
        found.append(f"connection:{connection_id}")
    return found


def scopes_of(team_id: int, user_id: int | None, connection: Connection | None) -> list[Scope]:
    """The scopes of a run with their caps as they are now, in the order of ``keys_of``."""
    teams = Team.objects.filter(pk=team_id)
    caps: dict[str, tuple[str, Decimal | None]] = {
        TEAM: ("the team", teams.values_list("cap_usd", flat=True).first())
    }
    if user_id is not None:
        own = Membership.objects.filter(team_id=team_id, user_id=user_id)
        caps[f"user:{user_id}"] = ("you", own.values_list("cap_usd", flat=True).first())
    if connection is not None:
        caps[f"connection:{connection.pk}"] = (f"“{connection.name}”", connection.cap_usd)
    keys = keys_of(user_id, connection.pk if connection else None)
    return [Scope(key, *caps[key]) for key in keys]


def month_of(moment: datetime) -> date:
    """The first day of a moment's calendar month, in UTC."""
    return moment.astimezone(UTC).date().replace(day=1)
