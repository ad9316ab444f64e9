"""The page of accounts, for the people who look after the installation."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from workbench.accounts.models import AuditEvent, Membership, Session, Team, User
from workbench.accounts.people.views import PAGE

URL = "/people/"
LINK = re.compile(r"/account/reset/[\w-]+/[\w-]+/")


@pytest.fixture
def keeper(alice, client_of):
    User.objects.filter(pk=alice.pk).update(is_instance_admin=True)
    return client_of(alice)


def set_state(client, user, state):
    return client.post(f"{URL}{user.pk}/state/", {"state": state})


def test_the_page_is_there_for_instance_admins_alone(keeper, adam, client_of):
    assert keeper.get(URL).status_code == 200
    assert "adam@example.com" in keeper.get(URL).text
    for method in (client_of(adam).get, client_of(adam).post):
        assert method(URL).status_code == 404
    assert set_state(client_of(adam), adam, "disabled").status_code == 404
    assert 'href="/audit/"' in keeper.get(URL).text
    assert 'href="/people/"' in keeper.get("/account/").text
    assert 'href="/people/"' not in client_of(adam).get("/account/").text


def test_disabling_ends_the_sessions_for_good(keeper, bob, erin, client_of):
    visitor, other = client_of(bob), client_of(erin)
    visitor.get("/account/")
    assert set_state(keeper, bob, "disabled").status_code == 302
    assert visitor.get("/account/").status_code == 302
    assert set_state(keeper, bob, "enabled").status_code == 302
    assert visitor.get("/account/").status_code == 302
    assert other.get("/account/").status_code == 200
    assert Session.objects.count() == 2
    actions = AuditEvent.objects.filter(team=None, target=bob.email).order_by("pk")
    assert [event.action for event in actions] == ["account.disable", "account.enable"]


def test_the_last_instance_admin_stays_enabled(keeper, alice, adam):
    User.objects.filter(pk=adam.pk).update(is_instance_admin=True, is_active=False)
    answer = set_state(keeper, alice, "disabled")
    assert answer.status_code == 422
    assert "stays enabled" in answer.text
    User.objects.filter(pk=adam.pk).update(is_active=True)
    Membership.objects.filter(user=adam).update(role="owner")
    assert set_state(keeper, alice, "disabled")["Location"] == "/sign-in/"
    assert User.objects.filter(is_instance_admin=True, is_active=True).count() == 1


def test_a_reset_link_is_shown_once_and_works_once(keeper, bob, client_of):
    session = client_of(bob)
    assert keeper.post(f"{URL}{bob.pk}/reset-link/").status_code == 302
    [path] = LINK.findall(keeper.get(URL).text)
    assert not LINK.search(keeper.get(URL).text)
    visitor = Client()
    assert visitor.get(path).status_code == 200
    chosen = {"new_password": "another sentence to remember"}
    assert visitor.post(path, chosen).status_code == 302
    assert visitor.post(path, chosen).status_code == 404
    assert session.get("/account/").status_code == 302
    event = AuditEvent.objects.get(action="account.reset-link")
    assert (event.team, event.target, event.detail) == (None, bob.email, {})


def test_a_disabled_account_gets_no_reset_link(keeper, bob):
    set_state(keeper, bob, "disabled")
    assert keeper.post(f"{URL}{bob.pk}/reset-link/").status_code == 422


@pytest.fixture
def sole(keeper, acme, alice, adam, erin, client_of):
    """Erin owns Acme alone, and a team in which nobody else is."""
    Membership.objects.filter(user__in=[alice, adam]).update(role="viewer")
    Membership.objects.filter(user=erin).update(role="owner")
    private = Team.objects.create(name="Private", slug="private")
    Membership.objects.create(team=private, user=erin, role="owner")
    return erin


def test_who_owns_a_team_alone_is_disabled_once_it_has_another_owner(keeper, sole, acme, adam):
    answer = set_state(keeper, sole, "disabled")
    assert answer.status_code == 422
    assert "Owner of Acme" in answer.text
    assert "Private" not in answer.text
    assert User.objects.get(pk=sole.pk).is_active
    heir = Membership.objects.get(team=acme, user=adam)
    form = {"state": "disabled", f"owner-{acme.pk}": str(heir.pk)}
    assert keeper.post(f"{URL}{sole.pk}/state/", form).status_code == 302
    assert not User.objects.get(pk=sole.pk).is_active
    heir.refresh_from_db()
    assert heir.role == "owner"
    event = AuditEvent.objects.get(action="member.role", team=acme)
    assert (event.target, event.detail) == (adam.email, {"before": "viewer", "after": "owner"})
    assert Membership.objects.get(team__slug="private").role == "owner"


@pytest.mark.parametrize("whose", ["nobody", "stranger", "disabled", "themselves"])
def test_a_team_is_handed_to_an_active_member_alone(keeper, sole, acme, adam, charlie, whose):
    User.objects.filter(pk=adam.pk).update(is_active=False)
    user = {"stranger": charlie, "disabled": adam, "themselves": sole}.get(whose)
    heir = Membership.objects.filter(user=user).first()
    form = {"state": "disabled", f"owner-{acme.pk}": str(heir.pk) if heir else "x\0"}
    answer = keeper.post(f"{URL}{sole.pk}/state/", form)
    assert answer.status_code == 422
    assert "Adam" not in answer.text
    assert User.objects.get(pk=sole.pk).is_active
    assert not AuditEvent.objects.filter(action__in=["member.role", "account.disable"]).exists()


@pytest.mark.parametrize("state", ["", "deleted"])
def test_a_state_that_is_none_changes_nothing(keeper, bob, state):
    assert set_state(keeper, bob, state).status_code == 422
    assert User.objects.get(pk=bob.pk).is_active


def test_nobody_by_that_number_is_404(keeper):
    for action in ("state", "reset-link"):
        answer = keeper.post(f"{URL}999999/{action}/", {"state": "disabled"})
        assert answer.status_code == 404


def test_the_list_is_cut_into_pages_and_looked_through(keeper, django_assert_max_num_queries):
    User.objects.bulk_create(
        User(email=f"p{number:03}@example.com", name=f"P {number:03}") for number in range(PAGE)
    )
    first = keeper.get(URL).text
    assert "p000@example.com" in first
    [after] = re.findall(r"after=([\w%.-]+)", first)
    second = keeper.get(f"{URL}?after={after}").text
    assert f"p{PAGE - 1:03}@example.com" in second
    assert "p000@example.com" not in second
    found = keeper.get(f"{URL}?q=P 042").text
    assert "p042@example.com" in found
    assert "p041@example.com" not in found
    assert keeper.get(f"{URL}?q=%00&after=%00").status_code == 200
    with django_assert_max_num_queries(4):  # session, person, accounts, team of the frame
        keeper.get(URL)
