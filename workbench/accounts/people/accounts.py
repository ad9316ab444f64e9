"""What instance admins do to accounts; one of them, and an owner of each team, stays enabled."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Q
from django.http import Http404

from workbench.accounts import audit, resets
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.models import Session, User
from workbench.accounts.second_factor import codes
from workbench.accounts.sessions.entering import passwords_are_closed

from .handing_over import Left, chosen_of, hand_over, left_by, lock_teams_of

LAST_ADMIN = "This is the last account that looks after the installation: it stays enabled."
IS_DISABLED = "This account is disabled: enable it first, then make the link."


class Refused(Exception):
    """What may not be done to an account; its text is the sentence for people."""


class OwnersWanted(Exception):
    """Teams would be left without an owner; ``left`` has them and who could own them."""

    def __init__(self, left: list[Left]) -> None:
        self.left = left


class _Moved(Exception):
    """The person came to a team that is not locked."""


def set_active(
    request: WorkbenchRequest, person: int, *, is_active: bool, owners: Mapping[str, str]
) -> User:
    """Enable or disable an account, which ends its sessions; returns the account.

    ``owners`` is the form that says who owns the teams that the person alone owns. Raises
    ``Http404``, ``Refused`` and ``OwnersWanted``.
    """
    while True:
        try:
            return _set_active(request, person, is_active, owners)
        except _Moved:
            continue


@transaction.atomic
def _set_active(
    request: WorkbenchRequest, person: int, is_active: bool, owners: Mapping[str, str]
) -> User:
    teams = lock_teams_of(person)
    # All instance admins are locked, in one order: two who disable each other come one by one.
    rows = User.objects.select_for_update(no_key=True).filter(
        Q(is_instance_admin=True) | Q(pk=person)
    )
    accounts = {account.pk: account for account in rows.order_by("pk")}
    active = {pk for pk, one in accounts.items() if one.is_instance_admin and one.is_active}
    if request.user.pk not in active:
        raise Http404("not an instance admin any more")
    if person not in accounts:
        raise Http404("no such person")
    found = accounts[person]
    if found.is_active == is_active:
        return found
    if not is_active and active == {found.pk}:
        raise Refused(LAST_ADMIN)
    if not is_active:
        _hand_teams_over(request, found, teams, owners)
        end_sessions(found)
    found.is_active = is_active
    found.save(update_fields=["is_active"])
    action = "account.enable" if is_active else "account.disable"
    audit.record(request, action, actor=request.user, target=found.email)
    return found


def _hand_teams_over(
    request: WorkbenchRequest, found: User, locked: set[int], owners: Mapping[str, str]
) -> None:
    left = left_by(found)
    if not {each.team.pk for each in left} <= locked:
        raise _Moved
    chosen = [(each, chosen_of(each, owners)) for each in left]
    if any(member is None for _, member in chosen):
        raise OwnersWanted(left)
    for each, member in chosen:
        assert member is not None
        hand_over(request, request.user, each, member)


@transaction.atomic
def reset_path(request: WorkbenchRequest, person: int) -> tuple[User, str]:
    """The account and the path of its one-time reset page; raises ``Http404`` and ``Refused``."""
    found = _person(person)
    if passwords_are_closed():
        raise Refused(resets.CLOSED)
    if not found.is_active:
        raise Refused(IS_DISABLED)
    audit.record(request, "account.reset-link", actor=request.user, target=found.email)
    return found, resets.reset_path(found)


@transaction.atomic
def remove_second_factor(request: WorkbenchRequest, person: int) -> tuple[User, bool]:
    """The account, and whether it had a second factor, which it has no more; raises ``Http404``."""
    found = _person(person)
    was_on = codes.switch_off(found)
    if was_on:
        audit.record(request, "second-factor.remove", actor=request.user, target=found.email)
    return found, was_on


def end_sessions(user: User) -> None:
    """End every session of ``user``."""
    Session.objects.filter(user_id=user.pk).delete()


def _person(person: int) -> User:
    found = User.objects.select_for_update().filter(pk=person).first()
    if found is None:
        raise Http404("no such person")
    return found
