"""What instance admins do to accounts; one of them stays able to sign in."""

from __future__ import annotations

from django.db import transaction
from django.http import Http404

from workbench.accounts import audit, resets
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.models import Session, User
from workbench.accounts.second_factor import codes
from workbench.accounts.sessions.entering import passwords_are_closed

LAST_ADMIN = "This is the last account that looks after the installation: it stays enabled."
IS_DISABLED = "This account is disabled: enable it first, then make the link."


class Refused(Exception):
    """What may not be done to an account; its text is the sentence for people."""


@transaction.atomic
def set_active(request: WorkbenchRequest, person: int, *, is_active: bool) -> User:
    """Enable or disable an account, which ends its sessions; returns the account.

    Raises ``Http404`` and ``Refused``.
    """
    # All instance admins are locked, in one order: two who disable each other come one by one.
    admins = User.objects.select_for_update().filter(is_instance_admin=True).order_by("pk")
    active = {admin.pk for admin in admins if admin.is_active}
    if request.user.pk not in active:
        raise Http404("not an instance admin any more")
    found = _person(person)
    if found.is_active == is_active:
        return found
    if not is_active and active == {found.pk}:
        raise Refused(LAST_ADMIN)
    found.is_active = is_active
    found.save(update_fields=["is_active"])
    if not is_active:
        end_sessions(found)
    action = "account.enable" if is_active else "account.disable"
    audit.record(request, action, actor=request.user, target=found.email)
    return found


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
