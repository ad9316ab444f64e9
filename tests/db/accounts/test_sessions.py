"""What happens without a session, and how a session ends."""

from __future__ import annotations

import time
from collections.abc import Callable
from http import HTTPStatus

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.test import Client

from workbench.accounts.middleware import LONGEST_SESSION, SEEN_AT, SIGNED_IN_AT, TOUCH_EVERY
from workbench.accounts.models import User
from workbench.accounts.sessions.store import SessionStore

pytestmark = pytest.mark.django_db
PAGE = "/account/theme/"  # needs a signed-in person, answers GET with 405


def _is_signed_in(client: Client) -> bool:
    return client.get(PAGE).status_code == HTTPStatus.METHOD_NOT_ALLOWED


def test_a_page_leads_a_stranger_to_the_sign_in_and_back(client: Client) -> None:
    answer = client.get("/account/?tab=1")
    assert answer.status_code == HTTPStatus.FOUND
    assert answer["Location"] == "/sign-in/?next=/account/%3Ftab%3D1"


def test_a_form_posted_without_a_session_leads_to_the_sign_in_alone(client: Client) -> None:
    answer = client.post("/account/theme/", {"theme": "dark"})
    assert (answer.status_code, answer["Location"]) == (HTTPStatus.FOUND, "/sign-in/")


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_fragment_is_answered_with_401_and_the_page_it_was_for(
    client: Client, method: str
) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/account/?a=1"}
    answer = getattr(client, method)("/account/", headers=headers)
    assert answer.status_code == HTTPStatus.UNAUTHORIZED
    assert answer["HX-Redirect"] == "/sign-in/?next=%2Faccount%2F%3Fa%3D1"
    assert answer.text == "You are signed out. Sign in again to go on."


def test_a_foreign_page_is_never_where_the_sign_in_leads(client: Client) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "https://evil.example/"}
    assert client.get("/account/", headers=headers)["HX-Redirect"] == "/sign-in/"


def test_a_stream_is_answered_with_401(client: Client) -> None:
    answer = client.get("/account/", headers={"Accept": "text/event-stream"})
    assert answer.status_code == HTTPStatus.UNAUTHORIZED


@pytest.mark.parametrize("cookie", ['"aaaaaaaaaaaa\\000b"', "a" * 5000, "%00aaaaaaaaa", '"\\777"'])
def test_a_cookie_that_is_no_session_key_is_no_session(client: Client, cookie: str) -> None:
    answer = client.get("/account/", headers={"Cookie": f"workbench-session={cookie}"})
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/?next=/account/")


def test_a_disabled_person_is_signed_out_at_once(
    alice: User, client_of: Callable[[User], Client]
) -> None:
    client = client_of(alice)
    assert _is_signed_in(client)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert not _is_signed_in(client)


@pytest.mark.parametrize(
    ("age", "lasts"), [(0, True), (LONGEST_SESSION - 60, True), (LONGEST_SESSION + 60, False)]
)
def test_a_session_ends_after_thirty_days_however_busy(
    alice: User, client_of: Callable[[User], Client], age: int, lasts: bool
) -> None:
    client = client_of(alice)
    session = client.session
    session[SIGNED_IN_AT] = int(time.time()) - age
    session.save()
    assert _is_signed_in(client) is lasts


def test_a_session_in_use_is_written_once_a_day_only(
    alice: User, client_of: Callable[[User], Client]
) -> None:
    client = client_of(alice)
    _is_signed_in(client)
    first = client.session[SEEN_AT]
    _is_signed_in(client)
    assert client.session[SEEN_AT] == first
    session = client.session
    session[SEEN_AT] = first - TOUCH_EVERY - 1
    session.save()
    _is_signed_in(client)
    assert client.session[SEEN_AT] >= first


def test_no_answer_may_be_kept_by_a_cache(client: Client, alice: User) -> None:
    for path in ("/sign-in/", "/account/", "/health/", "/welcome/x/"):
        assert client.get(path)["Cache-Control"] == "no-store"


def test_a_session_that_another_request_ended_is_over_without_an_error(
    alice: User, client_of: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(alice)

    def ended(*_: object, **__: object) -> None:
        raise UpdateError

    monkeypatch.setattr(SessionStore, "save", ended)
    assert client.get("/account/").status_code == HTTPStatus.FOUND
