"""Links that let people join a team: made, shown once, used, and no good any more."""

from __future__ import annotations

import hashlib
import logging
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from workbench.accounts.invitations.forms import MOST
from workbench.accounts.models import AuditEvent, Invitation, Membership, Session, TokenBucket, User
from workbench.log import hide_secrets

URL = "/t/acme/invitations/"
LINK = re.compile(r"/join/([A-Za-z0-9_-]{43})/")
FORM = {"role": "editor", "days": "7", "uses": "1", "email": ""}
PERSON = {"name": "Nora", "email": "nora@example.com", "password": "a sentence to remember"}


def made(client, **fields):
    """Make an invitation as a plain form does; returns its token."""
    answer = client.post(URL, FORM | fields)
    assert answer.status_code == 302, answer.text
    [token] = LINK.findall(client.get(answer["Location"]).text)
    return token


@pytest.fixture
def adams(adam, alice, client_of):
    return client_of(adam)


def test_the_link_is_shown_once_and_only_its_hash_is_kept(adams, adam):
    assert adams.post(URL, FORM | {"email": "nora@example.com"}).status_code == 302
    assert "new_invitation" in str(Session.objects.get().get_decoded())
    sealed = str(Session.objects.get().get_decoded())
    [token] = LINK.findall(adams.get(URL).text)
    assert token not in sealed
    row = Invitation.objects.get()
    assert row.token_hash == hashlib.sha256(token.encode()).hexdigest()
    assert (row.role, row.uses_left, row.email, row.invited_by) == (
        "editor",
        1,
        "nora@example.com",
        adam,
    )
    assert timedelta(days=6.9) < row.expires_at - timezone.now() < timedelta(days=7)
    again = adams.get(URL)
    assert not LINK.search(again.text)
    assert "nora@example.com" in again.text
    assert again["Cache-Control"] == "no-store"
    event = AuditEvent.objects.get(action="invitation.create")
    assert token not in str(event.detail)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"role": "owner"}, "Select a valid choice"),
        ({"role": ""}, "This field is required"),
        ({"uses": "0"}, "1 to 1000"),
        ({"uses": "1001"}, "1 to 1000"),
        ({"uses": "many"}, "1 to 1000"),
        ({"days": "3650"}, "Select a valid choice"),
        ({"email": "nobody"}, "Type an e-mail address"),
    ],
)
def test_what_cannot_be_is_refused_and_stays_as_typed(adams, fields, sentence):
    answer = adams.post(URL, FORM | {"email": "kept@example.com"} | fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "email" in fields or "kept@example.com" in answer.text
    assert not Invitation.objects.exists()


def test_an_owner_invites_owners(alice, client_of):
    made(client_of(alice), role="owner")
    assert Invitation.objects.get().role == "owner"


def test_editors_and_strangers_invite_nobody(alice, erin, charlie, client_of):
    assert client_of(erin).get(URL).status_code == 403
    assert client_of(erin).post(URL, FORM).status_code == 403
    assert client_of(charlie).post(URL, FORM).status_code == 404
    assert not Invitation.objects.exists()


def test_a_team_has_so_many_open_ones_and_no_more(acme, adams, adam):
    soon = timezone.now() + timedelta(days=1)
    Invitation.objects.bulk_create(
        Invitation(team=acme, token_hash=str(n), role="viewer", invited_by=adam, expires_at=soon)
        for n in range(MOST)
    )
    answer = adams.post(URL, FORM)
    assert answer.status_code == 422
    assert f"at most {MOST} open invitations" in answer.text


def test_a_stranger_registers_and_is_in_the_team(adams, acme):
    token = made(adams)
    visitor = Client()
    page = visitor.get(f"/join/{token}/")
    assert page.status_code == 200
    assert all(word in page.text for word in ("Adam", "Acme", "Editor"))
    assert visitor.post(f"/join/{token}/", PERSON)["Location"] == "/t/acme/members/"
    nora = User.objects.get(email="nora@example.com")
    assert Membership.objects.get(user=nora).role == "editor"
    assert nora.check_password(PERSON["password"])
    assert visitor.get("/t/acme/members/").status_code == 200
    event = AuditEvent.objects.get(action="member.join")
    assert (event.actor, event.team, event.detail["role"]) == (nora, acme, "editor")
    assert Client().get(f"/join/{token}/").status_code == 404


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"password": "short"}, "too short"),
        ({"password": "nora@example.com"}, "too similar"),
        ({"email": "nobody"}, "valid email"),
        ({"name": " "}, "required"),
        ({"email": "ADAM@example.com"}, "sign in with it, then you come back"),
    ],
)
def test_who_registers_badly_is_told_why_and_no_use_is_spent(adams, fields, sentence):
    token = made(adams)
    answer = Client().post(f"/join/{token}/", PERSON | fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert not re.search(r'type="password"[^>]* value=', answer.text)
    assert Invitation.objects.get().uses_left == 1
    assert not User.objects.filter(name="Nora").exists()


def test_a_person_with_an_account_joins_with_it(adams, charlie, client_of):
    token = made(adams, role="viewer")
    visitor = client_of(charlie)
    page = visitor.get(f"/join/{token}/").text
    assert "charlie@example.com" in page
    assert not Membership.objects.filter(user=charlie, team__slug="acme").exists()
    assert visitor.post(f"/join/{token}/").status_code == 302
    assert Membership.objects.get(user=charlie, team__slug="acme").role == "viewer"


def test_who_signs_in_on_the_page_comes_back_to_it(adams, charlie, password):
    token = made(adams)
    visitor = Client()
    page = visitor.get(f"/join/{token}/").text
    assert f'name="next" value="/join/{token}/"' in page
    form = {"email": charlie.email, "password": password, "next": f"/join/{token}/"}
    answer = visitor.post("/sign-in/", form)
    assert answer["Location"] == f"/join/{token}/"
    assert "Join the team" in visitor.get(f"/join/{token}/").text


def test_a_member_already_there_is_told_so_and_no_use_is_spent(adams, bob, client_of):
    token = made(adams, role="admin")
    visitor = client_of(bob)
    assert "already" in visitor.get(f"/join/{token}/").text
    assert visitor.post(f"/join/{token}/").status_code == 302
    assert Membership.objects.get(user=bob).role == "viewer"
    assert Invitation.objects.get().uses_left == 1


def test_a_link_for_three_lets_three_in(adams):
    token = made(adams, uses="3")
    answers = [
        Client().post(f"/join/{token}/", PERSON | {"email": f"n{n}@example.com"}).status_code
        for n in range(4)
    ]
    assert answers == [302, 302, 302, 404]


def _lower(adam):
    Membership.objects.filter(user=adam).update(role="editor")


def _take_out(adam):
    Membership.objects.filter(user=adam).delete()


def _disable(adam):
    User.objects.filter(pk=adam.pk).update(is_active=False)


def _revoke(adam):
    Invitation.objects.update(revoked_at=timezone.now())


def _expire(adam):
    Invitation.objects.update(expires_at=timezone.now())


def _use_up(adam):
    Invitation.objects.update(uses_left=0)


def _raise_role(adam):
    """As if Adam had been an owner when he made it."""
    Invitation.objects.update(role="owner")


@pytest.mark.parametrize(
    "spoil", [_lower, _take_out, _disable, _revoke, _expire, _use_up, _raise_role]
)
def test_every_link_that_is_no_good_looks_like_a_wrong_one(adams, adam, charlie, client_of, spoil):
    token = made(adams)
    spoil(adam)
    wrong = Client().get("/join/wrong/")
    for client in (Client(), client_of(charlie)):
        for method in (client.get, client.post):
            answer = method(f"/join/{token}/", PERSON)
            assert answer.status_code == 404
            assert answer.text == wrong.text
    assert not User.objects.filter(name="Nora").exists()
    assert not Membership.objects.filter(user=charlie, team__slug="acme").exists()


def test_revoking_ends_an_invitation_and_is_written_down_once(adams, alice, client_of):
    token = made(adams)
    row = Invitation.objects.get()
    for _ in range(2):
        path = f"{URL}{row.pk}/revocation/"
        assert client_of(alice).post(path).status_code == 302
    assert Client().get(f"/join/{token}/").status_code == 404
    assert AuditEvent.objects.filter(action="invitation.revoke").count() == 1
    assert "revoked" in adams.get(URL).text


def test_the_list_says_what_became_of_each(acme, adams, adam):
    now = timezone.now()
    for number, fields in enumerate(({"uses_left": 0}, {"expires_at": now}, {"revoked_at": now})):
        values = {"expires_at": now + timedelta(days=1)} | fields
        Invitation.objects.create(
            team=acme, token_hash=str(number), role="viewer", invited_by=adam, **values
        )
    page = adams.get(URL).text
    assert all(f": {state}</li>" in page for state in ("used up", "expired", "revoked"))
    assert "No open invitations" in page


def test_guessing_is_throttled(adams):
    token = made(adams)
    for _ in range(20):
        assert Client().get("/join/wrong/").status_code == 404
    assert Client().get("/join/wrong/").status_code == 429
    assert Client().get(f"/join/{token}/").status_code == 429


def test_opening_a_good_link_costs_no_try_but_asking_for_emails_does(adams):
    token = made(adams, uses="9")
    for _ in range(25):
        assert Client().get(f"/join/{token}/").status_code == 200
    taken = PERSON | {"email": "adam@example.com"}
    for _ in range(20):
        assert Client().post(f"/join/{token}/", taken).status_code == 422
    assert Client().post(f"/join/{token}/", taken).status_code == 429
    assert TokenBucket.objects.filter(key__startswith="code:").exists()


def test_the_address_leaves_with_no_referer_and_stays_in_no_cache(adams, charlie, client_of):
    token = made(adams)
    for client in (Client(), client_of(charlie)):
        for path in (f"/join/{token}/", "/join/wrong/"):
            answer = client.get(path)
            assert answer["Referrer-Policy"] == "strict-origin"
            assert answer["Cache-Control"] == "no-store"
            assert answer["X-Robots-Tag"] == "noindex"


def test_no_log_keeps_the_address(adams, caplog):
    token = made(adams)
    caplog.set_level(logging.DEBUG)
    Client().get(f"/join/{token}/")
    for record in caplog.records:
        assert token not in hide_secrets(record.getMessage())
    assert hide_secrets(f"GET /join/{token}/ 200") == "GET /join/[hidden] 200"


def test_the_list_costs_the_same_however_many_there_are(
    acme, adams, adam, django_assert_max_num_queries
):
    soon = timezone.now() + timedelta(days=1)
    for number in range(40):
        Invitation.objects.create(
            team=acme,
            token_hash=str(number),
            role="viewer",
            invited_by=adam,
            uses_left=number % 2,
            expires_at=soon,
        )
    adams.get(URL)
    # Session, person, membership, open ones, their mails, past ones, unread notices.
    with django_assert_max_num_queries(7):
        adams.get(URL)
