"""Invitations: making one, what state it is in, and joining by it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from workbench.accounts import audit
from workbench.accounts.access import roles_with
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.models import Invitation, Membership, User
from workbench.accounts.teams.roles import lock_team
from workbench.accounts.unguessable import digest, new_secret


class NotOpen(Exception):
    """The invitation is wrong, used up, expired, revoked, or nobody's any more."""


class EmailTaken(Exception):
    """Somebody has an account with this e-mail already."""


@dataclass(frozen=True)
class Wanted:
    """What an invitation is to be."""

    role: str
    days: int
    uses: int
    email: str


def invite(request: WorkbenchRequest, wanted: Wanted) -> tuple[Invitation, str]:
    """The invitation and its token, of which only the hash is kept; call it in a transaction."""
    token = new_secret()
    made = Invitation.objects.create(
        team=request.access.team,
        token_hash=digest(token),
        role=wanted.role,
        email=wanted.email,
        invited_by=request.user,
        uses_left=wanted.uses,
        expires_at=timezone.now() + timedelta(days=wanted.days),
    )
    detail = {"role": wanted.role, "days": wanted.days, "uses": wanted.uses}
    record(request, "invitation.create", made, request.user, **detail)
    return made, token


def state_of(invitation: Invitation) -> str:
    """``open``, ``used up``, ``expired`` or ``revoked``."""
    if invitation.revoked_at is not None:
        return "revoked"
    if not invitation.uses_left:
        return "used up"
    return "open" if invitation.expires_at > timezone.now() else "expired"


def open_invitation(token: str) -> Invitation | None:
    """The invitation that ``token`` opens today, else None.

    One whose maker may not invite with its role any more opens nothing. The same question is asked
    of the database whatever was sent.
    """
    found = (
        Invitation.objects.select_related("team", "invited_by")
        .filter(token_hash=digest(token))
        .first()
    )
    return found if found is not None and _is_open(found) else None


def _is_open(invitation: Invitation) -> bool:
    if state_of(invitation) != "open":
        return False
    inviter = Membership.objects.filter(
        team=invitation.team_id,
        user=invitation.invited_by_id,
        user__is_active=True,
        role__in=roles_with("member.edit"),
    ).first()
    # An owner who became an admin gives the role of an owner no more.
    return inviter is not None and (invitation.role != "owner" or inviter.role == "owner")


@transaction.atomic
def join(request: HttpRequest, token: str, user: User) -> Membership:
    """Put ``user`` into the team; a member already there stays as they are, and no use is spent.

    Raises ``NotOpen``. Under the lock of the team, so that of two who come at once with the last
    use exactly one joins, and nobody after the inviter has lost the right.
    """
    found = Invitation.objects.select_related("team").filter(token_hash=digest(token)).first()
    if found is None:
        raise NotOpen
    lock_team(found.team)
    found.refresh_from_db(fields=["uses_left", "revoked_at", "expires_at"])
    if not _is_open(found):
        raise NotOpen
    member, is_new = Membership.objects.get_or_create(
        team=found.team, user=user, defaults={"role": found.role}
    )
    if is_new:
        Invitation.objects.filter(pk=found.pk).update(uses_left=F("uses_left") - 1)
        record(request, "member.join", found, user, role=found.role)
    return member


@transaction.atomic
def register(request: HttpRequest, token: str, *, name: str, email: str, password: str) -> User:
    """Make an account and put it into the team; raises ``NotOpen`` and ``EmailTaken``."""
    if User.objects.filter(email__iexact=email).exists():
        raise EmailTaken
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, password, name=name)
    except IntegrityError as error:  # another one was quicker
        raise EmailTaken from error
    join(request, token, user)
    return user


def record(
    request: HttpRequest, action: str, invitation: Invitation, actor: User, **detail: object
) -> None:
    """Write down what happened to an invitation, by its number: its token is nobody's to read."""
    target = actor.email if action == "member.join" else invitation.email
    detail["invitation"] = invitation.pk
    audit.record(request, action, actor=actor, team=invitation.team, target=target, **detail)
