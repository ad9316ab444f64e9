"""The only place that decides who may see and change what.

Every view carries one rule: ``@public``, ``@signed_in``, ``@instance_admin``, ``@rule(ability)`` or
``@token_rule(ability)``. A view with an ability takes the team's slug as its first argument; it
gets ``request.access`` and reaches rows through it alone. A stranger's team or row answers 404; a
teammate's missing ability 403. A view for programs gets the team of its token the same way.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar, cast

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import connection, connections, models
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404

from .models import Membership, Role, Team, User
from .unguessable import digest

Row = TypeVar("Row", bound=models.Model)
View = TypeVar("View", bound=Callable[..., Any])

# Ability -> the least role that has it. The page of rules and the matrix test print this table.
ABILITIES: dict[str, Role] = {
    "team.read": Role.VIEWER,
    "prompt.read": Role.VIEWER,
    "prompt.edit": Role.EDITOR,
    "prompt.delete": Role.ADMIN,
    "label.move": Role.EDITOR,
    "run.read": Role.VIEWER,
    "run.start": Role.EDITOR,
    "run.cancel": Role.EDITOR,
    "run.cancel-any": Role.ADMIN,
    "comment.write": Role.EDITOR,
    "comment.delete-any": Role.ADMIN,
    "proposal.decide": Role.EDITOR,
    "link.edit": Role.EDITOR,
    "link.edit-any": Role.ADMIN,
    "usage.read": Role.VIEWER,
    "connection.read": Role.EDITOR,
    "connection.edit": Role.ADMIN,
    "member.edit": Role.ADMIN,
    "token.edit": Role.ADMIN,
    "webhook.edit": Role.ADMIN,
    "team.edit": Role.ADMIN,
    "audit.read": Role.ADMIN,
    "team.own": Role.OWNER,
}


# What a token of a team may do.
TOKEN_ROLE = Role.VIEWER
# Written out: programs ask this hundreds of times a second, and putting a statement together costs
# more than answering it.
_TOKEN = """
    SELECT token.id, token.last_used_at, team.id, team.name, team.slug
    FROM accounts_apitoken token JOIN accounts_team team ON team.id = token.team_id
    WHERE token.token_hash = %s AND token.revoked_at IS NULL
"""


@dataclass(frozen=True)
class TeamAccess:
    """Rights in one team, read from the database for this request."""

    team: Team
    role: Role

    def can(self, ability: str) -> bool:
        return self.role.rank >= ABILITIES[ability].rank

    def require(self, ability: str) -> None:
        """Raise ``PermissionDenied`` (403) unless the member has ``ability``."""
        if not self.can(ability):
            raise PermissionDenied(ability)

    def rows(self, model: type[Row]) -> models.QuerySet[Row]:
        """The team's rows of a model that has a ``team``."""
        return model._default_manager.filter(team=self.team)

    def get(self, model: type[Row], **lookup: Any) -> Row:
        """The team's one row that matches; raises ``Http404`` for a stranger's or missing one."""
        return get_object_or_404(self.rows(model), **lookup)


@dataclass(frozen=True)
class Access(TeamAccess):
    """One person's rights in one team."""

    user: User


@dataclass(frozen=True)
class TokenAccess(TeamAccess):
    """A program's rights in the team whose token it has."""

    token_id: int
    last_used_at: datetime | None


class TokenRefused(Exception):
    """A request without a token of a team that is good today."""


def access_to(user_id: int, slug: str) -> Access:
    """The rights of an active member; raises ``Http404`` for everyone else."""
    membership = (
        Membership.objects.select_related("team", "user")
        .filter(user_id=user_id, user__is_active=True, team__slug=slug)
        .first()
    )
    if membership is None:
        raise Http404("no such team")
    return Access(membership.team, Role(membership.role), membership.user)


def access_of(request: HttpRequest) -> TokenAccess:
    """What the token in the header ``Authorization`` opens; raises ``TokenRefused``.

    The same question is asked of the database whatever was sent: the answer to no token, a wrong
    one and a revoked one is the same and takes the same time.
    """
    scheme, _, sent = request.headers.get("Authorization", "").partition(" ")
    with connection.cursor() as cursor:
        cursor.execute(_TOKEN, [digest(sent.strip())])
        found = cursor.fetchone()
    if found is None or scheme.lower() != "bearer":
        raise TokenRefused
    token_id, last_used_at, team_id, name, slug = found
    return TokenAccess(Team(team_id, name, slug), TOKEN_ROLE, token_id, last_used_at)


def roles_with(ability: str) -> list[Role]:
    """The roles that have ``ability``."""
    return [role for role in Role if role.rank >= ABILITIES[ability].rank]


def public(view: View) -> View:
    """Mark a view that anybody may call."""
    view.rule = "public"  # type: ignore[attr-defined]
    return login_not_required(view)


def signed_in(view: View) -> View:
    """Mark a view that every signed-in person may call, whatever their teams."""
    view.rule = "signed in"  # type: ignore[attr-defined]
    return view


def instance_admin(view: View) -> View:
    """Let a view run only for people who look after the installation; 404 for everyone else."""

    @wraps(view)
    def guarded(request: HttpRequest, **arguments: Any) -> HttpResponseBase:
        if not cast(User, request.user).is_instance_admin:
            raise Http404("not an instance admin")
        answer: HttpResponseBase = view(request, **arguments)
        return answer

    guarded.rule = "instance admin"  # type: ignore[attr-defined]
    return cast(View, guarded)


def rule(ability: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let a view run only for members with ``ability``; gives it ``request.access``."""
    if ability not in ABILITIES:
        raise ValueError(f"unknown ability {ability!r}")

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        guard: Callable[..., Any] = _guard_async if iscoroutinefunction(view) else _guard
        guarded: Callable[..., Any] = guard(view, ability)
        guarded.rule = ability  # type: ignore[attr-defined]
        return guarded

    return decorate


def token_rule(ability: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let a view run for programs with a token of a team; gives it ``request.access``.

    The view is no page: cookies count for nothing, and it raises ``TokenRefused`` where a page
    would ask to sign in.
    """
    if ABILITIES[ability].rank > TOKEN_ROLE.rank:
        raise ValueError(f"no token has the ability {ability!r}")

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, **arguments: Any) -> HttpResponseBase:
            request.access = access_of(request)  # type: ignore[attr-defined]
            return view(request, **arguments)

        guarded.rule = "token"  # type: ignore[attr-defined]
        return login_not_required(guarded)

    return decorate


def _guard(view: Callable[..., HttpResponseBase], ability: str) -> Callable[..., HttpResponseBase]:
    @wraps(view)
    def guarded(request: HttpRequest, team: str, **arguments: Any) -> HttpResponseBase:
        _admit(request, team, ability)
        return view(request, **arguments)

    return guarded


def _guard_async(
    view: Callable[..., Awaitable[HttpResponseBase]], ability: str
) -> Callable[..., Awaitable[HttpResponseBase]]:
    @wraps(view)
    async def guarded(request: HttpRequest, team: str, **arguments: Any) -> HttpResponseBase:
        await sync_to_async(_admit_and_let_go)(request, team, ability)
        return await view(request, **arguments)

    return guarded


def _admit(request: HttpRequest, slug: str, ability: str) -> None:
    access = access_to(cast(User, request.user).pk, slug)
    access.require(ability)
    request.access = access  # type: ignore[attr-defined]


def _admit_and_let_go(request: HttpRequest, slug: str, ability: str) -> None:
    """Admit, then give the database connection back: the answer may stream for an hour."""
    try:
        _admit(request, slug, ability)
    finally:
        connections.close_all()
