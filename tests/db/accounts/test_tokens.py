"""A team's tokens: made, shown once, revoked."""

from __future__ import annotations

import hashlib
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from workbench.accounts.models import ApiToken, AuditEvent, Membership, Session, Team
from workbench.accounts.tokens.forms import MOST

URL = "/t/acme/tokens/"
TOKEN = re.compile(r"wbk_[A-Za-z0-9_-]{43}")


@pytest.fixture
def adams(adam, client_of):
    return client_of(adam)


def made(client, name="CI", url=URL):
    """Make a token as a plain form does; returns the page after it and the token."""
    answer = client.post(url, {"name": name})
    assert answer.status_code == 302, answer.content
    page = client.get(answer["Location"]).content.decode()
    return page, TOKEN.findall(page)


def test_a_token_is_shown_once_and_only_its_hash_is_kept(adams, adam):
    page, [token] = made(adams)
    assert "curl -H" in page
    row = ApiToken.objects.get()
    assert row.token_hash == hashlib.sha256(token.encode()).hexdigest()
    assert (row.name, row.last4, row.created_by) == ("CI", token[-4:], adam)
    again = adams.get(URL).content.decode()
    assert not TOKEN.search(again)
    assert f"…{row.last4}" in again
    assert "Adam" in again
    assert "never" in again


def test_no_page_with_a_token_is_kept_by_a_cache(adams):
    adams.post(URL, {"name": "CI"})
    assert adams.get(URL)["Cache-Control"] == "no-store"


def test_a_head_request_does_not_use_up_the_one_time(adams):
    adams.post(URL, {"name": "CI"})
    adams.head(URL)
    assert TOKEN.search(adams.get(URL).content.decode())


def test_until_it_is_shown_the_session_keeps_it_encrypted(adams):
    adams.post(URL, {"name": "CI"})
    stored = str(Session.objects.get().get_decoded())
    assert "new_api_token" in stored
    assert not TOKEN.search(stored)
    adams.get(URL)
    assert "new_api_token" not in Session.objects.get().get_decoded()


def test_the_page_of_another_team_does_not_show_it(adams, adam, charlie):
    Membership.objects.create(team=Team.objects.get(slug="elsewhere"), user=adam, role="admin")
    adams.post(URL, {"name": "CI"})
    assert not TOKEN.search(adams.get("/t/elsewhere/tokens/").content.decode())
    assert TOKEN.search(adams.get(URL).content.decode())


def test_two_tokens_are_different(adams):
    assert made(adams, "one")[1] != made(adams, "two")[1]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "Give the token a name"),
        (" \t ", "Give the token a name"),
        ("a" * 101, "at most 100 characters"),
        (" CI ", "There is a token with this name"),
    ],
)
def test_a_name_that_cannot_be_is_refused_in_words(adams, name, sentence):
    made(adams)
    answer = adams.post(URL, {"name": name})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert ApiToken.objects.count() == 1


@pytest.mark.parametrize("name", ["\0", "\u202eabc", "<script>alert(1)</script>", "{{ name }}"])
def test_odd_names_are_kept_as_text(adams, name):
    answer = adams.post(URL, {"name": name})
    assert answer.status_code in (302, 422)
    assert "<script>alert" not in adams.get(URL).content.decode()


def test_a_team_has_so_many_and_no_more(adams, acme):
    rows = [ApiToken(team=acme, name=str(n), token_hash=str(n), last4="aaaa") for n in range(MOST)]
    ApiToken.objects.bulk_create(rows)
    answer = adams.post(URL, {"name": "one more"})
    assert answer.status_code == 422
    assert "at most 100" in answer.content.decode()


def test_the_list_costs_the_same_whatever_its_length(adams, acme, adam):
    def queries():
        with CaptureQueriesContext(connection) as found:
            adams.get(URL)
        return len(found)

    made(adams)
    before = queries()
    for number in range(20):
        ApiToken.objects.create(
            team=acme, name=str(number), token_hash=str(number), last4="aaaa", created_by=adam
        )
    assert queries() == before


def test_revoking_is_done_once_and_written_down(adams, adam):
    _, [token] = made(adams)
    row = ApiToken.objects.get()
    for _ in range(2):
        assert adams.post(f"{URL}{row.pk}/revocation/").status_code == 302
    row.refresh_from_db()
    assert row.revoked_at is not None
    page = adams.get(URL).content.decode()
    assert "Revoked tokens" in page
    assert "nothing reads with it any more" in page
    events = AuditEvent.objects.filter(action__startswith="token.").order_by("pk")
    assert [(event.action, event.target, event.actor) for event in events] == [
        ("token.create", "CI", adam),
        ("token.revoke", "CI", adam),
    ]
    assert not any(token in str(event.detail) for event in events)


def test_the_name_of_a_revoked_token_is_free_again(adams):
    made(adams)
    adams.post(f"{URL}{ApiToken.objects.get().pk}/revocation/")
    assert made(adams)[1]


def test_editors_and_strangers_have_nothing_to_do_here(client_of, erin, charlie, adams):
    made(adams)
    path = f"{URL}{ApiToken.objects.get().pk}/revocation/"
    for person, status in ((erin, 403), (charlie, 404)):
        client = client_of(person)
        assert client.get(URL).status_code == status
        assert client.post(URL, {"name": "mine"}).status_code == status
        assert client.post(path).status_code == status
    assert ApiToken.objects.get().revoked_at is None


def test_a_token_of_another_team_is_not_there(adams, charlie):
    team = Team.objects.get(slug="elsewhere")
    foreign = ApiToken.objects.create(team=team, name="x", token_hash="x", last4="xxxx")
    assert adams.post(f"{URL}{foreign.pk}/revocation/").status_code == 404
    foreign.refresh_from_db()
    assert foreign.revoked_at is None
