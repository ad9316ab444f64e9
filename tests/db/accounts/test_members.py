"""Who is in a team, and who may change that."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from workbench.accounts.models import AuditEvent, Membership, Team, User
from workbench.runs.models import Spending
from workbench.runs.spending.scopes import month_of

URL = "/t/acme/members/"


def member(user: User) -> Membership:
    return Membership.objects.get(user=user, team__slug="acme")


def role_of(user: User) -> str:
    return member(user).role


def change(client: Any, user: User, role: str) -> Any:
    return client.post(f"{URL}{member(user).pk}/role/", {"role": role})


def remove(client: Any, user: User) -> Any:
    return client.post(f"{URL}{member(user).pk}/removal/")


def test_everybody_in_the_team_sees_who_is_in_it(alice, adam, erin, bob, client_of):
    page = client_of(bob).get(URL).text
    assert re.findall(r"(\w+)@example\.com</span>", page) == ["alice", "adam", "erin", "bob"]
    assert "Change the role" not in page
    assert "Remove" not in page


def test_who_is_alone_is_led_to_inviting(alice, client_of):
    assert "Invite a colleague" in client_of(alice).get(URL).text


def test_who_is_not_alone_is_not_told_so(alice, bob, client_of):
    assert "Invite a colleague" not in client_of(alice).get(URL).text


def test_an_admin_is_offered_what_an_admin_may_do(alice, adam, bob, client_of):
    page = client_of(adam).get(URL).text
    assert "Role of Bob" in page
    assert "Role of Alice" not in page
    assert '"owner"' not in page
    assert 'aria-label="Remove Bob"' in page
    assert 'aria-label="Remove Adam"' not in page


def test_an_owner_gives_any_role_and_it_is_written_down(alice, bob, client_of):
    for role in ("admin", "editor", "owner"):
        assert change(client_of(alice), bob, role).status_code == 302
        assert role_of(bob) == role
    event = AuditEvent.objects.filter(action="member.role").latest("pk")
    assert (event.actor, event.target) == (alice, "bob@example.com")
    assert event.detail == {"before": "editor", "after": "owner"}


@pytest.mark.parametrize("role", ["owner", "", "king"])
def test_an_admin_gives_at_most_the_role_of_an_admin(alice, adam, bob, client_of, role):
    answer = change(client_of(adam), bob, role)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert role_of(bob) == "viewer"
    assert change(client_of(adam), bob, "admin").status_code == 302


def test_an_admin_leaves_owners_alone(alice, adam, client_of):
    assert change(client_of(adam), alice, "viewer").status_code == 422
    assert remove(client_of(adam), alice).status_code == 422
    assert role_of(alice) == "owner"


def test_nobody_raises_their_own_role_but_may_lower_it(alice, adam, client_of):
    assert change(client_of(adam), adam, "owner").status_code == 422
    assert change(client_of(adam), adam, "viewer").status_code == 302
    assert change(client_of(adam), adam, "admin").status_code == 403


def test_the_last_owner_stays_one(alice, adam, bob, client_of):
    owner = client_of(alice)
    for answer in (
        change(owner, alice, "admin"),
        owner.post("/t/acme/departure/"),
        remove(owner, alice),
    ):
        assert answer.status_code == 422
    assert role_of(alice) == "owner"
    change(owner, bob, "owner")
    assert owner.post("/t/acme/departure/").status_code == 302
    assert owner.get(URL).status_code == 404


def test_an_owner_who_cannot_sign_in_does_not_count_as_one(alice, bob, client_of):
    Membership.objects.filter(user=bob).update(role="owner")
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert client_of(alice).post("/t/acme/departure/").status_code == 422


def test_who_is_removed_sees_nothing_of_the_team_from_the_next_request(alice, bob, client_of):
    visitor = client_of(bob)
    assert visitor.get("/t/acme/prompts/").status_code == 200
    assert remove(client_of(alice), bob).status_code == 302
    assert visitor.get("/t/acme/prompts/").status_code == 404
    event = AuditEvent.objects.get(action="member.remove")
    assert (event.target, event.detail) == ("bob@example.com", {"role": "viewer"})


def test_editors_and_strangers_change_nobody(alice, erin, bob, charlie, client_of):
    assert change(client_of(erin), bob, "editor").status_code == 403
    assert remove(client_of(erin), bob).status_code == 403
    assert remove(client_of(charlie), bob).status_code == 404
    elsewhere = Membership.objects.get(user=charlie)
    for action in ("role", "removal"):
        answer = client_of(alice).post(f"{URL}{elsewhere.pk}/{action}/", {"role": "viewer"})
        assert answer.status_code == 404
    assert Membership.objects.get(user=charlie).role == "owner"


def test_leaving_touches_no_other_team(bob, alice, client_of):
    other = Team.objects.create(name="Other", slug="other")
    Membership.objects.create(team=other, user=bob, role="viewer")
    assert client_of(bob).post("/t/acme/departure/").status_code == 302
    assert [row.team for row in Membership.objects.filter(user=bob)] == [other]
    assert AuditEvent.objects.get(action="member.leave").actor == bob


def test_the_list_costs_the_same_however_many_there_are(
    acme, alice, client_of, django_assert_max_num_queries
):
    for number in range(30):
        person = User.objects.create(email=f"p{number}@example.com", name=f"P{number}")
        Membership.objects.create(team=acme, user=person, role="editor")
    client = client_of(alice)
    client.get(URL)
    # Session, person, membership, members, what they have spent, unread.
    with django_assert_max_num_queries(6):
        assert "P29" in client.get(URL).text


def test_the_list_says_what_each_has_spent_and_may_spend(acme, adam, erin, bob, client_of):
    now = timezone.now()
    for person, usd, month in ((erin, "1.50", now), (bob, "9", now - timedelta(days=31))):
        scope = f"user:{person.pk}"
        Spending.objects.create(
            team=acme, month=month_of(month), scope=scope, spent_usd=usd, reserved_usd="7"
        )
    Membership.objects.filter(user=erin).update(cap_usd=20)
    page = client_of(adam).get(URL).text
    row = page[page.index("erin@example.com") : page.index("bob@example.com")]
    assert "$1.50" in row
    assert "$20.00" in row
    assert f'href="{URL}{member(erin).pk}/cap/"' in row
    assert "$0" in page[page.index("bob@example.com") :]
    assert "$9" not in page
    assert "Spent in this one: $1.50." in client_of(adam).get(f"{URL}{member(erin).pk}/cap/").text
    assert "/cap/" not in client_of(erin).get(URL).text
    assert "$20.00" in client_of(erin).get(URL).text
    assert "Spent this month" not in client_of(bob).get(URL).text


def test_hostile_names_are_text(alice, bob, client_of):
    User.objects.filter(pk=bob.pk).update(name='"><img src=x onerror=alert(1)>')
    assert "<img src=x" not in client_of(alice).get(URL).text
