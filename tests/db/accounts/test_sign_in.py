"""Signing in and out."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

import pytest
from django.test import Client

from workbench.accounts.models import AuditEvent, Session, TokenBucket, User

MISMATCH = "E-mail and password do not match an account."
pytestmark = pytest.mark.django_db


def _sign_in(client: Client, email: str, password: str, **extra: str) -> HTTPStatus:
    answer = client.post("/sign-in/", {"email": email, "password": password}, **extra)
    return HTTPStatus(answer.status_code)


def test_the_page_is_there_for_everybody(client: Client) -> None:
    page = client.get("/sign-in/")
    assert page.status_code == HTTPStatus.OK
    assert 'type="password"' in page.text
    assert "Ask the person who runs this server" in page.text  # nothing is mailed here
    assert page["Cache-Control"] == "no-store"


@pytest.mark.parametrize("email", ["alice@example.com", "Alice@Example.COM", " alice@example.com "])
def test_e_mail_in_any_case_and_password_sign_in(
    client: Client, alice: User, password: str, email: str
) -> None:
    assert _sign_in(client, email, password) == HTTPStatus.FOUND
    assert client.session["_auth_user_id"] == str(alice.pk)
    assert AuditEvent.objects.filter(action="sign-in", actor=alice).exists()


def test_the_session_gets_a_new_key(client: Client, alice: User, password: str) -> None:
    session = client.session
    session["before"] = 1
    session.save()
    client.cookies["workbench-session"] = session.session_key or ""
    _sign_in(client, alice.email, password)
    assert client.session.session_key != session.session_key
    assert not Session.objects.filter(pk=session.session_key).exists()


def test_cookies_stay_on_this_site_and_out_of_scripts(
    client: Client, alice: User, password: str
) -> None:
    _sign_in(client, alice.email, password)
    client.get("/account/")
    kept = client.cookies["workbench-session"]
    assert (kept["httponly"], kept["samesite"], kept["path"], kept["domain"]) == (
        True,
        "Lax",
        "/",
        "",
    )
    assert client.cookies["workbench-csrf"]["samesite"] == "Lax"


@pytest.mark.parametrize("password", ["wrong", "Correct horse battery staple", " " * 30])
@pytest.mark.parametrize("email", ["alice@example.com", "nobody@example.com"])
def test_wrong_passwords_and_unknown_people_get_the_same_sentence(
    client: Client, alice: User, email: str, password: str
) -> None:
    page = client.post("/sign-in/", {"email": email, "password": password})
    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert MISMATCH in page.text
    assert email in page.text
    assert password not in page.text
    assert "_auth_user_id" not in client.session


def test_a_disabled_person_gets_the_same_sentence(
    client: Client, alice: User, password: str
) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    page = client.post("/sign-in/", {"email": alice.email, "password": password})
    assert MISMATCH in page.text


@pytest.mark.parametrize("email", ["", "no address", "a\0b@example.com", "x" * 300 + "@x.org"])
def test_what_is_no_e_mail_is_refused_beside_the_field(client: Client, email: str) -> None:
    page = client.post("/sign-in/", {"email": email, "password": "x"})
    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'aria-invalid="true"' in page.text


def test_an_unknown_address_costs_as_much_hashing_as_a_known_one(
    client: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workbench.accounts.passwords import ModestArgon2

    work: list[str] = []
    for name in ("encode", "verify"):
        real = getattr(ModestArgon2, name)

        def counted(self: object, *given: str, real: Callable[..., object] = real) -> object:
            work.append("hash")
            return real(self, *given)

        monkeypatch.setattr(ModestArgon2, name, counted)
    _sign_in(client, alice.email, "wrong")
    known, work[:] = len(work), []
    _sign_in(client, "nobody@example.com", "wrong")
    assert known == len(work) == 1


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("/account/", "/account/"),
        ("/t/acme/runs/?state=failed", "/t/acme/runs/?state=failed"),
        ("", "/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("http://testserver/account/", "http://testserver/account/"),
    ],
)
def test_afterwards_people_go_to_pages_of_this_site_only(
    client: Client, alice: User, password: str, page: str, expected: str
) -> None:
    form = {"email": alice.email, "password": password, "next": page}
    assert client.post("/sign-in/", form)["Location"] == expected
    assert client.get("/sign-in/", {"next": page})["Location"] == expected


def test_the_page_keeps_where_to_go_over_a_mistake(client: Client, alice: User) -> None:
    assert 'value="/account/"' in client.get("/sign-in/?next=/account/").text
    form = {"email": alice.email, "password": "wrong", "next": "/account/"}
    assert 'value="/account/"' in client.post("/sign-in/", form).text


def test_ten_failures_close_an_account_for_that_place_alone(
    client: Client, alice: User, erin: User, password: str
) -> None:
    for _ in range(10):
        assert _sign_in(client, alice.email, "wrong") == HTTPStatus.UNPROCESSABLE_ENTITY
    refused = client.post("/sign-in/", {"email": "ALICE@example.com", "password": password})
    assert refused.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert 0 < int(refused["Retry-After"]) <= 360
    assert "Wait 6 minutes" in refused.text
    assert _sign_in(Client(), alice.email, password, REMOTE_ADDR="192.0.2.7") == HTTPStatus.FOUND
    assert _sign_in(Client(), erin.email, password) == HTTPStatus.FOUND


def test_thirty_failures_close_the_place(client: Client, alice: User, password: str) -> None:
    for number in range(30):
        _sign_in(client, f"person{number}@example.com", "wrong")
    assert _sign_in(client, alice.email, password) == HTTPStatus.TOO_MANY_REQUESTS


def test_successes_are_not_counted(alice: User, password: str) -> None:
    for _ in range(12):
        assert _sign_in(Client(), alice.email, password) == HTTPStatus.FOUND


def test_the_addresses_of_one_ipv6_network_are_counted_together(alice: User) -> None:
    for number in range(10):
        _sign_in(Client(), alice.email, "wrong", REMOTE_ADDR=f"2001:db8::{number:x}")
    last = _sign_in(Client(), alice.email, "wrong", REMOTE_ADDR="2001:db8::ffff")
    other = _sign_in(Client(), alice.email, "wrong", REMOTE_ADDR="2001:db8:0:1::1")
    assert last == HTTPStatus.TOO_MANY_REQUESTS
    assert other == HTTPStatus.UNPROCESSABLE_ENTITY


def test_a_failure_is_written_down_without_what_was_typed(client: Client, alice: User) -> None:
    _sign_in(client, alice.email, "wrong")
    _sign_in(client, "my-secret-password@example.com", "wrong", REMOTE_ADDR="192.0.2.7")
    known, unknown = AuditEvent.objects.filter(action="sign-in.failed").order_by("pk")
    assert (known.actor, known.target, known.address) == (alice, alice.email, "127.0.0.1")
    assert (unknown.actor, unknown.target, unknown.address) == (None, "", "192.0.2.7")
    assert not TokenBucket.objects.filter(key__contains="example.com").exists()


def test_a_client_without_an_address_can_sign_in(
    client: Client, alice: User, password: str
) -> None:
    assert _sign_in(client, alice.email, password, REMOTE_ADDR="") == HTTPStatus.FOUND
    assert AuditEvent.objects.get(action="sign-in").address is None


def test_signing_out_ends_the_session_and_leaves_other_cookies(
    client: Client, alice: User, password: str
) -> None:
    _sign_in(client, alice.email, password)
    answer = client.post("/sign-out/")
    assert (answer.status_code, answer["Location"]) == (HTTPStatus.FOUND, "/sign-in/")
    assert answer["Clear-Site-Data"] == '"storage"'
    assert "_auth_user_id" not in client.session
    assert AuditEvent.objects.filter(action="sign-out", actor=alice).exists()


def test_signing_out_twice_or_without_a_session_is_harmless(client: Client) -> None:
    assert client.post("/sign-out/").status_code == HTTPStatus.FOUND


def test_a_link_cannot_sign_anybody_out(alice: User, client_of: Callable[[User], Client]) -> None:
    client = client_of(alice)
    assert client.get("/sign-out/").status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert client.session["_auth_user_id"] == str(alice.pk)


def test_other_methods_are_refused(client: Client) -> None:
    for method in (client.put, client.patch, client.delete):
        assert method("/sign-in/").status_code == HTTPStatus.METHOD_NOT_ALLOWED
