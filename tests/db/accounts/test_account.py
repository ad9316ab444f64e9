"""A person's own account: name, theme, password, reset link."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from workbench.accounts.models import AuditEvent, User

pytestmark = pytest.mark.django_db
NEW = "another long password"
SignedIn = Callable[[User], Client]


def _reset_path(email: str) -> str:
    printed = StringIO()
    call_command("reset_link", email, stdout=printed)
    link = printed.getvalue().strip()
    assert link.startswith("http://127.0.0.1:8000/account/reset/")
    return link.removeprefix("http://127.0.0.1:8000")


def test_people_see_their_name_and_teams(alice: User, client_of: SignedIn) -> None:
    page = client_of(alice).get("/account/")
    assert page.status_code == HTTPStatus.OK
    assert 'value="Alice"' in page.text
    assert "Acme (Owner)" in page.text


def test_a_stranger_to_every_team_has_an_account_page_too(client_of: SignedIn) -> None:
    loner = User.objects.create_user("loner@example.com", None, name="Loner")
    page = client_of(loner).get("/account/")
    assert page.status_code == HTTPStatus.OK
    assert "None yet" in page.text


def test_name_and_theme_are_saved(alice: User, client_of: SignedIn) -> None:
    client = client_of(alice)
    answer = client.post("/account/", {"name": "Álice", "theme": "dark"})
    assert (answer.status_code, answer["Location"]) == (HTTPStatus.FOUND, "/account/")
    alice.refresh_from_db()
    assert (alice.name, alice.theme) == ("Álice", "dark")
    assert answer.cookies["theme"].value == "dark"
    page = client.get("/account/").text
    assert "Your account is saved." in page
    assert 'data-theme="dark"' in page


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"name": "", "theme": "dark"},
        {"name": "x" * 101, "theme": "dark"},
        {"name": "a\0b", "theme": "dark"},
        {"name": "Alice", "theme": "pink"},
    ],
)
def test_what_is_no_name_or_theme_is_refused(
    alice: User, client_of: SignedIn, form: dict[str, str]
) -> None:
    assert client_of(alice).post("/account/", form).status_code == 422
    alice.refresh_from_db()
    assert (alice.name, alice.theme) == ("Alice", "system")


def test_nobody_can_make_themselves_an_admin(alice: User, client_of: SignedIn) -> None:
    form = {
        "name": "Alice",
        "theme": "dark",
        "is_instance_admin": "on",
        "email": "root@example.com",
        "user": "1",
    }
    client_of(alice).post("/account/", form)
    alice.refresh_from_db()
    assert (alice.is_instance_admin, alice.email) == (False, "alice@example.com")


def test_a_theme_is_kept_in_a_cookie_until_the_system_decides_again(
    alice: User, client_of: SignedIn
) -> None:
    client = client_of(alice)
    headers = {"HX-Request": "true"}
    chosen = client.post("/account/theme/", {"theme": "light"}, headers=headers)
    assert chosen.status_code == HTTPStatus.NO_CONTENT
    assert chosen.cookies["theme"].value == "light"
    answer = client.post("/account/theme/", {"theme": "system"})
    assert answer.status_code == HTTPStatus.FOUND
    assert answer.cookies["theme"].value == ""
    alice.refresh_from_db()
    assert alice.theme == "system"


@pytest.mark.parametrize("theme", ["", "pink", "dark\0", "<b>"])
def test_an_unknown_theme_is_refused_with_a_sentence(
    alice: User, client_of: SignedIn, theme: str
) -> None:
    answer = client_of(alice).post("/account/theme/", {"theme": theme})
    assert (answer.status_code, answer.text) == (422, "Choose system, light or dark.")


def test_a_new_password_counts_at_once_and_ends_the_other_sessions(
    alice: User, client_of: SignedIn, password: str
) -> None:
    client, other = client_of(alice), client_of(alice)
    form = {"current_password": password, "new_password": NEW}
    assert client.post("/account/password/", form)["Location"] == "/account/"
    alice.refresh_from_db()
    assert alice.check_password(NEW)
    assert client.get("/account/").status_code == HTTPStatus.OK
    assert [each.session_key for each in alice.sessions.all()] == [client.session.session_key]
    assert other.get("/account/").status_code == HTTPStatus.FOUND
    assert AuditEvent.objects.filter(action="password.change", actor=alice).exists()


@pytest.mark.parametrize(
    ("current", "new", "sentence"),
    [
        ("wrong", NEW, "This is not your current password."),
        (None, "short", "too short"),
        (None, "alice@example.com", "too similar"),
        (None, "x" * 1001, "at most 1000"),
        ("", NEW, "required"),
    ],
)
def test_a_password_that_cannot_be_changed_stays(
    alice: User,
    client_of: SignedIn,
    password: str,
    current: str | None,
    new: str,
    sentence: str,
) -> None:
    form = {"current_password": password if current is None else current, "new_password": new}
    page = client_of(alice).post("/account/password/", form)
    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert sentence in page.text
    alice.refresh_from_db()
    assert alice.check_password(password)


def test_guessing_the_current_password_is_refused_after_ten(
    alice: User, client_of: SignedIn, password: str
) -> None:
    client = client_of(alice)
    for _ in range(10):
        client.post("/account/password/", {"current_password": "guess", "new_password": NEW})
    right = {"current_password": password, "new_password": NEW}
    assert client.post("/account/password/", right).status_code == 429


def test_a_reset_link_sets_a_password_once(
    alice: User, client: Client, client_of: SignedIn
) -> None:
    before = client_of(alice)
    path = _reset_path("ALICE@example.com")
    made = AuditEvent.objects.get(action="account.reset-link")
    assert (made.actor, made.target) == (None, "alice@example.com")
    assert "alice@example.com" in client.get(path).text
    assert client.post(path, {"new_password": "short"}).status_code == 422
    assert client.post(path, {"new_password": NEW})["Location"] == "/sign-in/"
    alice.refresh_from_db()
    assert alice.check_password(NEW)
    assert not alice.sessions.exists()
    assert before.get("/account/").status_code == HTTPStatus.FOUND
    again = client.post(path, {"new_password": "a third long password"})
    assert again.status_code == HTTPStatus.NOT_FOUND
    assert "A reset link works once, for one hour" in again.text


def test_a_reset_link_ends_after_an_hour(
    alice: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.contrib.auth import tokens

    path = _reset_path(alice.email)
    an_hour_on = datetime.now() + timedelta(seconds=3700)
    monkeypatch.setattr(tokens.default_token_generator, "_now", lambda: an_hour_on)
    assert client.get(path).status_code == HTTPStatus.NOT_FOUND


def test_guessing_a_reset_link_is_refused_after_twenty(alice: User) -> None:
    path = _reset_path(alice.email)
    for _ in range(25):  # a good one costs no try
        assert Client().get(path).status_code == HTTPStatus.OK
    for _ in range(20):
        assert Client().get(f"{path[:-2]}/").status_code == HTTPStatus.NOT_FOUND
    for wanted in (path, f"{path[:-2]}/"):
        assert Client().get(wanted).status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert Client(REMOTE_ADDR="192.0.2.7").get(path).status_code == HTTPStatus.OK


@pytest.mark.parametrize("damage", ["uid", "token", "other person", "nonsense", "digits"])
def test_a_reset_link_that_was_changed_does_nothing(
    alice: User, erin: User, client: Client, damage: str
) -> None:
    uid, token = _reset_path(alice.email).split("/")[3:5]
    other = _reset_path(erin.email).split("/")[3]
    path = {
        "uid": f"/account/reset/x{uid}/{token}/",
        "token": f"/account/reset/{uid}/{token[:-1]}/",
        "other person": f"/account/reset/{other}/{token}/",
        "nonsense": "/account/reset/%FF%00/%F0%9F%98%80/",
        "digits": "/account/reset/OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5/a-b/",
    }[damage]
    assert client.post(path, {"new_password": NEW}).status_code == HTTPStatus.NOT_FOUND
    assert not User.objects.exclude(password=alice.password).exists()


def test_no_reset_link_for_unknown_or_disabled_people(alice: User) -> None:
    with pytest.raises(CommandError, match="Nobody signs in with"):
        call_command("reset_link", "nobody@example.com")
    User.objects.filter(pk=alice.pk).update(is_active=False)
    with pytest.raises(CommandError):
        call_command("reset_link", alice.email)
