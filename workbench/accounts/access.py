"""The only place that decides who may see and change what.

Every view carries one rule: ``@public``, ``@signed_in`` or ``@rule(ability)``. A view with an
ability takes the team's slug as its first argument; it gets ``request.access`` and reaches rows
through it alone. A stranger's team or row answers 404; a teammate's missing ability 403.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import connections, models
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404

from .models import Membership, Role, Team, User

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
    "connection.read": Role.EDITOR,
    "connection.edit": Role.ADMIN,
    "member.edit": Role.ADMIN,
    "team.own": Role.OWNER,
}


@dataclass(frozen=True)
class Access:
    """One person's rights in one team, read from the database for this request."""

    user: User
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


def access_to(user_id: int, slug: str) -> Access:
    """The rights of an active member; raises ``Http404`` for everyone else."""
    membership = (
        Membership.objects.select_related("team", "user")
        .filter(user_id=user_id, user__is_active=True, team__slug=slug)
        .first()
    )
    if membership is None:
        raise Http404("no such team")
    return Access(membership.user, membership.team, Role(membership.role))


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
