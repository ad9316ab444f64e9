"""Two people at the same moment: a team keeps an owner, a last use lets one person in."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from workbench.accounts.models import Invitation, Membership, User
from workbench.accounts.unguessable import digest

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 5
LEAVE = "/t/acme/departure/"


def at_once(*calls: Callable[[], int]) -> list[int]:
    """What the calls answer, all made at the same moment from a thread each."""
    answers: list[int] = []
    barrier = threading.Barrier(len(calls))

    def make(call: Callable[[], int]) -> None:
        barrier.wait()
        try:
            answers.append(call())
        finally:
            connection.close()

    threads = [threading.Thread(target=make, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)


def post(client: Client, path: str, **fields: str) -> Callable[[], int]:
    return lambda: client.post(path, fields).status_code


def test_two_owners_who_leave_at_once_leave_one_behind(acme, alice, bob, client_of):
    clients = client_of(alice), client_of(bob)
    for _ in range(ROUNDS):
        Membership.objects.filter(team=acme).delete()
        for user in (alice, bob):
            Membership.objects.create(team=acme, user=user, role="owner")
        answers = at_once(*(post(client, LEAVE) for client in clients))
        assert answers == [302, 422]
        assert Membership.objects.filter(team=acme, role="owner").count() == 1


def test_two_owners_who_remove_each_other_leave_one_behind(acme, alice, bob, client_of):
    clients = client_of(alice), client_of(bob)
    for _ in range(ROUNDS):
        Membership.objects.filter(team=acme).delete()
        one, two = (
            Membership.objects.create(team=acme, user=user, role="owner") for user in (alice, bob)
        )
        at_once(
            post(clients[0], f"/t/acme/members/{two.pk}/removal/"),
            post(clients[1], f"/t/acme/members/{one.pk}/role/", role="viewer"),
        )
        assert Membership.objects.filter(team=acme, role="owner").count() == 1


def test_two_owners_who_lower_themselves_at_once_leave_one_behind(acme, alice, bob, client_of):
    clients = client_of(alice), client_of(bob)
    for _ in range(ROUNDS):
        owners = own(acme, alice, bob)
        calls = zip(clients, owners, strict=True)
        answers = at_once(
            *(
                post(client, f"/t/acme/members/{own.pk}/role/", role="admin")
                for client, own in calls
            )
        )
        assert answers == [302, 422]
        assert Membership.objects.filter(team=acme, role="owner").count() == 1


def test_an_owner_who_leaves_while_the_other_is_disabled_leaves_one_behind(
    acme, alice, bob, keeper, client_of
):
    client = client_of(alice)
    for _ in range(ROUNDS):
        own(acme, alice, bob)
        User.objects.filter(pk=bob.pk).update(is_active=True)
        answers = at_once(
            post(client, LEAVE),
            post(keeper, f"/people/{bob.pk}/state/", state="disabled"),
        )
        # Whoever leaves first may; whoever is disabled then has nobody beside them.
        assert answers in ([302, 302], [302, 422])
        assert has_owner(acme)


def test_two_owners_who_are_disabled_at_once_leave_one_behind(acme, alice, bob, erin, keeper):
    for _ in range(ROUNDS):
        own(acme, alice, bob)
        Membership.objects.create(team=acme, user=erin, role="editor")
        User.objects.update(is_active=True)
        answers = at_once(
            *(post(keeper, f"/people/{user.pk}/state/", state="disabled") for user in (alice, bob))
        )
        assert answers == [302, 422]
        assert has_owner(acme)


def test_an_owner_who_is_being_disabled_does_not_count(acme, alice, bob, client_of):
    own(acme, alice, bob)
    client, answers = client_of(alice), []
    leaving = threading.Thread(target=lambda: answers.extend(at_once(post(client, LEAVE))))
    with transaction.atomic():  # of who disables, after the locks
        User.objects.filter(pk=bob.pk).update(is_active=False)
        leaving.start()
        leaving.join(1)
    leaving.join()
    assert answers == [422]
    assert Membership.objects.filter(team=acme, user=alice, role="owner").exists()


def test_of_two_at_a_single_use_link_exactly_one_joins(acme, alice, client_of):
    for number in range(ROUNDS):
        people = [
            User.objects.create(email=f"{name}{number}@example.com", name=name)
            for name in ("one", "two")
        ]
        invitation = invite(acme, alice, f"token-{number}")
        clients = [client_of(person) for person in people]
        answers = at_once(*(post(client, f"/join/token-{number}/") for client in clients))
        assert answers == [302, 404]
        assert Membership.objects.filter(team=acme, user__in=people).count() == 1
        invitation.refresh_from_db()
        assert invitation.uses_left == 0


def test_one_person_who_joins_twice_at_once_takes_one_use(acme, alice, charlie, client_of):
    invitation = invite(acme, alice, "token", uses=2)
    clients = client_of(charlie), client_of(charlie)
    assert at_once(*(post(client, "/join/token/") for client in clients)) == [302, 302]
    invitation.refresh_from_db()
    assert invitation.uses_left == 1


def test_two_who_register_with_one_email_at_once_make_one_account(acme, alice):
    invite(acme, alice, "token", uses=2)
    form = {"name": "New", "email": "new@example.com", "password": "a sentence to remember"}
    answers = at_once(*(post(Client(), "/join/token/", **form) for _ in range(2)))
    assert answers == [302, 422]
    assert User.objects.filter(email="new@example.com").count() == 1


@pytest.fixture
def keeper(client_of) -> Client:
    """The browser of somebody who looks after the installation and is in no team."""
    return client_of(User.objects.create(email="k@example.com", name="K", is_instance_admin=True))


def own(team, *users) -> list[Membership]:
    """Makes ``users`` the owners of the team, in which nobody else is."""
    Membership.objects.filter(team=team).delete()
    return [Membership.objects.create(team=team, user=user, role="owner") for user in users]


def has_owner(team) -> bool:
    """Whether somebody who can sign in owns the team, or nobody is left in it who can."""
    active = Membership.objects.filter(team=team, user__is_active=True)
    return active.filter(role="owner").exists() or not active.exists()


def invite(team, inviter, token, uses=1) -> Invitation:
    return Invitation.objects.create(
        team=team,
        token_hash=digest(token),
        role="editor",
        invited_by=inviter,
        uses_left=uses,
        expires_at=timezone.now() + timedelta(days=1),
    )
