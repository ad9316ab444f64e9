"""Who may change whose role: changing it, removing and leaving, with one owner left at least.

Whatever changes members locks the row of the team first. So two owners who leave at once come one
after the other, and the second one finds that nobody else is left.
"""

from __future__ import annotations

from django.db import transaction
from django.http import Http404, HttpRequest

from workbench.accounts import audit
from workbench.accounts.access import Access, access_to
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.models import Membership, Role, Team, User

LAST_OWNER = "A team needs an owner: make somebody else an owner first."
OWN_REMOVAL = "You cannot remove yourself: use “Leave the team” below the list."
NOT_HIGHER = "You cannot give yourself more rights: ask an owner of the team."
OWNERS_ONLY = "Only an owner changes who is an owner: ask one of them."
UNKNOWN_ROLE = "Choose one of the roles that the page offers."


class Refused(Exception):
    """A change of members that may not be; its text is the sentence for people."""


def roles_given_by(role: Role) -> list[Role]:
    """The roles that a member with ``role`` gives to others, from the least to the most."""
    most = Role.OWNER if role == Role.OWNER else Role.ADMIN
    return [given for given in Role if given.rank <= most.rank]


def lock_team(team: Team) -> None:
    """Hold the team's row until the transaction ends; raises ``Http404`` when it was deleted."""
    if not Team.objects.select_for_update().filter(pk=team.pk).exists():
        raise Http404("no such team")


def may_change(access: Access, member: Membership) -> bool:
    """Whether the page offers to change this member: admins leave owners alone."""
    return access.can("member.edit") and (
        access.role == Role.OWNER or member.role != Role.OWNER.value
    )


@transaction.atomic
def change_role(request: WorkbenchRequest, member: int, wanted: str) -> Membership:
    """Give a member another role; returns the member as changed.

    Raises ``Http404`` for somebody who is not in the team, and ``Refused``.
    """
    access, found = _locked(request, member)
    if wanted not in Role.values:
        raise Refused(UNKNOWN_ROLE)
    _check_change(access, found, Role(wanted))
    before, found.role = found.role, wanted
    if before != wanted:
        found.save(update_fields=["role"])
        audit.record_in_team(request, "member.role", found.user.email, before=before, after=wanted)
    return found


@transaction.atomic
def remove(request: WorkbenchRequest, member: int) -> Membership:
    """Take somebody out of the team; returns who it was.

    Raises ``Http404`` for somebody who is not in the team, and ``Refused``.
    """
    access, found = _locked(request, member)
    if found.user_id == access.user.pk:
        raise Refused(OWN_REMOVAL)
    if not may_change(access, found):
        raise Refused(OWNERS_ONLY)
    _keep_an_owner(found)
    audit.record_in_team(request, "member.remove", found.user.email, role=found.role)
    found.delete()
    return found


@transaction.atomic
def leave(request: WorkbenchRequest) -> None:
    """Leave the team; raises ``Refused`` for its last owner."""
    lock_team(request.access.team)
    found = request.access.get(Membership, user=request.user)
    _keep_an_owner(found)
    audit.record_in_team(request, "member.leave", found.user.email, role=found.role)
    found.delete()


def make_team(request: HttpRequest, name: str, owner: User) -> Team:
    """A new team with one member, its owner; call it in a transaction."""
    team = Team.objects.create(name=name, slug=Team.free_slug(name))
    Membership.objects.create(team=team, user=owner, role=Role.OWNER)
    audit.record(request, "team.create", actor=owner, team=team, target=name)
    return team


def _locked(request: WorkbenchRequest, member: int) -> tuple[Access, Membership]:
    """The rights as they are under the lock, and the member; rights may have gone meanwhile."""
    lock_team(request.access.team)
    access = access_to(request.user.pk, request.access.team.slug)
    access.require("member.edit")
    found = access.rows(Membership).select_related("user", "team").filter(pk=member).first()
    if found is None:
        raise Http404("no such member")
    return access, found


def _check_change(access: Access, member: Membership, wanted: Role) -> None:
    is_own = member.user_id == access.user.pk
    if is_own and wanted.rank > access.role.rank:
        raise Refused(NOT_HIGHER)
    if not may_change(access, member) or wanted not in roles_given_by(access.role):
        raise Refused(OWNERS_ONLY)
    if wanted != Role.OWNER:
        _keep_an_owner(member)


def _keep_an_owner(member: Membership) -> None:
    """Raise ``Refused`` when ``member`` is the last owner who can sign in."""
    if member.role != Role.OWNER:
        return
    others = Membership.objects.filter(team=member.team_id, role=Role.OWNER, user__is_active=True)
    # Their accounts are held too: one that is being disabled just now does not count.
    held = others.select_related("user").select_for_update(of=("user",), no_key=True)
    if not held.exclude(pk=member.pk).order_by("user_id"):
        raise Refused(LAST_OWNER)
