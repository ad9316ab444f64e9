"""Teams whose only owner is disabled: another member owns them from then on.

Whoever disables somebody locks the teams first and accounts after them, as ``teams/roles.py`` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models.functions import Lower
from django.http import HttpRequest

from workbench.accounts import audit
from workbench.accounts.models import Membership, Role, Team, User


@dataclass(frozen=True)
class Left:
    """A team without an owner who can sign in, and who in it could own it, likeliest first."""

    team: Team
    members: tuple[Membership, ...]

    @property
    def field(self) -> str:
        """The name of the form's field that says who owns it."""
        return f"owner-{self.team.pk}"


def lock_teams_of(person: int) -> set[int]:
    """Hold the teams that somebody is in until the transaction ends; returns their ids."""
    # Not FOR UPDATE: rows that only refer to a team, such as runs, may go on being written.
    rows = Team.objects.select_for_update(no_key=True).filter(memberships__user=person)
    return {team.pk for team in rows.order_by("pk")}


def left_by(user: User) -> list[Left]:
    """The teams that ``user`` alone owns and others are in, by name.

    A team that nobody else can come to is left with its owner, who may be enabled again.
    """
    owned = Team.objects.filter(memberships__user=user, memberships__role=Role.OWNER)
    members = Membership.objects.filter(team__in=owned, user__is_active=True)
    found: dict[int, list[Membership]] = {}
    for member in members.exclude(user=user).select_related("user").order_by(Lower("user__name")):
        found.setdefault(member.team_id, []).append(member)
    return [
        Left(team, tuple(sorted(found[team.pk], key=_rank, reverse=True)))
        for team in owned.order_by(Lower("name"), "pk")
        if team.pk in found and all(member.role != Role.OWNER for member in found[team.pk])
    ]


def hand_over(request: HttpRequest, actor: User, left: Left, chosen: Membership) -> None:
    """Make ``chosen`` the owner of a team that is left."""
    before, chosen.role = chosen.role, Role.OWNER.value
    chosen.save(update_fields=["role"])
    detail = {"before": before, "after": chosen.role}
    target = chosen.user.email
    audit.record(request, "member.role", actor=actor, team=left.team, target=target, **detail)


def chosen_of(left: Left, posted: Mapping[str, str]) -> Membership | None:
    """Whom a form names as the owner of a team that is left, None for nobody of its members."""
    wanted = posted.get(left.field, "")
    return next((member for member in left.members if str(member.pk) == wanted), None)


def _rank(member: Membership) -> int:
    return Role(member.role).rank
