"""With SINGLE_SIGN_ON_ONLY every other door is closed: each one is tried."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import Settings

from tests.identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider
from workbench.accounts.models import AuditEvent, Invitation, Session, Team, User
from workbench.accounts.resets import reset_path
from workbench.accounts.second_factor import codes
from workbench.accounts.sessions import entering
from workbench.accounts.single_sign_on.provider import Provider
from workbench.accounts.unguessable import digest
from workbench.accounts.welcome import new_welcome_path

from .test_second_factor import code_at, is_in, now_step, send, switch_on
from .test_single_sign_on import NINA, go

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
NEW_PASSWORD = "another horse battery staple"


@pytest.fixture
def provider(settings: Settings) -> Iterator[IdentityProvider]:
    with IdentityProvider(claims=dict(NINA)) as running:
        settings.SINGLE_SIGN_ON = Provider(
            running.issuer, CLIENT_ID, CLIENT_SECRET, "Example ID", is_only=True
        )
        yield running


@pytest.fixture
def invitation(acme: Team, alice: User) -> Invitation:
    soon = timezone.now() + timedelta(days=1)
    return Invitation.objects.create(
        team=acme, token_hash=digest("i"), role="editor", invited_by=alice, expires_at=soon
    )


def test_the_provider_lets_people_in(client: Client, alice: User, provider) -> None:
    go(client, provider)
    assert is_in(client)


def test_a_right_password_lets_nobody_in(
    client: Client, alice: User, password: str, provider
) -> None:
    page = client.get("/sign-in/?next=/account/")
    assert "Sign in with Example ID" in page.text
    assert 'name="next" value="/account/"' in page.text
    assert 'type="password"' not in page.text
    answer = client.post("/sign-in/", {"email": alice.email, "password": password})
    assert answer.status_code == 422
    assert "there are no passwords" in answer.text
    assert not is_in(client)
    assert not Session.objects.filter(user=alice).exists()


def test_a_first_step_from_before_lets_nobody_in(
    client: Client, alice: User, password: str, settings: Settings
) -> None:
    switch_on(alice)
    client.post("/sign-in/", {"email": alice.email, "password": password})
    settings.SINGLE_SIGN_ON = Provider("https://id.example", "a", "b", "ID", is_only=True)
    assert send(client, code_at(now_step())).status_code == 403
    assert not is_in(client)


def test_reset_links_of_before_and_new_ones_are_worthless(
    client: Client, alice: User, provider, client_of: ClientOf
) -> None:
    User.objects.filter(pk=alice.pk).update(is_instance_admin=True)
    path, before = reset_path(alice), User.objects.get(pk=alice.pk).password
    for answer in (client.get(path), client.post(path, {"new_password": NEW_PASSWORD})):
        assert answer.status_code == 404
    keeper = client_of(alice)
    assert "Reset link" not in keeper.get("/people/").text
    answer = keeper.post(f"/people/{alice.pk}/reset-link/")
    assert answer.status_code == 422
    assert "There are no passwords here" in answer.text
    assert "/account/reset/" not in answer.text
    with pytest.raises(CommandError, match="no passwords here"):
        call_command("reset_link", alice.email, stdout=StringIO())
    assert User.objects.get(pk=alice.pk).password == before
    assert not AuditEvent.objects.filter(action="account.reset-link").exists()


def test_no_reset_is_mailed(client: Client, alice: User, provider, settings: Settings) -> None:
    settings.MAIL_SERVER = replace(settings.MAIL_SERVER, host="mail.example")
    url = "/account/forgotten/"
    for answer in (client.get(url), client.post(url, {"email": alice.email})):
        assert answer.status_code == 404
    settings.SINGLE_SIGN_ON = None
    assert client.get(url).status_code == 200


def test_no_account_is_made_by_an_invitation(
    client: Client, invitation: Invitation, provider
) -> None:
    page = client.get("/join/i/")
    assert "Sign in with Example ID" in page.text
    assert 'type="password"' not in page.text
    fields = {"name": "Nina", "email": "nina@example.com", "password": NEW_PASSWORD}
    answer = client.post("/join/i/", fields)
    assert answer.status_code == 422
    assert not User.objects.filter(email="nina@example.com").exists()
    invitation.refresh_from_db()
    assert invitation.uses_left == 1
    go(client, provider, "/join/i/")
    client.post("/join/i/")
    assert User.objects.get(email="nina@example.com").memberships.get().role == "editor"


def test_nobody_changes_a_password(
    alice: User, password: str, provider, client_of: ClientOf
) -> None:
    browser = client_of(alice)
    for page in ("/account/", "/account/sessions/"):
        assert "/account/password/" not in browser.get(page).text
    fields = {"current_password": password, "new_password": NEW_PASSWORD}
    assert browser.get("/account/password/").status_code == 404
    assert browser.post("/account/password/", fields).status_code == 404
    assert User.objects.get(pk=alice.pk).check_password(password)


def test_the_welcome_is_for_the_first_person_alone(client: Client, provider) -> None:
    path = new_welcome_path()
    assert path is not None
    fields = {"name": "Ann", "email": "ann@example.com", "password": NEW_PASSWORD, "team_name": "A"}
    assert client.post(path, fields)["Location"] == "/"
    assert is_in(client)
    second = Client()
    assert new_welcome_path() is None
    assert second.post(path, fields).status_code == 404
    assert not is_in(second)


def test_there_is_a_wall_behind_the_doors(alice: User, provider, rf: RequestFactory) -> None:
    """A door that somebody adds and forgets to close lets nobody in either."""
    for door in (entering.PASSWORD, entering.INVITATION, "a new door"):
        request: HttpRequest = rf.get("/")
        request.session = Client().session
        with pytest.raises(PermissionDenied):
            entering.let_in(request, alice, door)
        with pytest.raises(PermissionDenied):
            entering.enter(request, alice, door, "/")
        assert "_auth_user_id" not in request.session


def test_one_module_alone_makes_sessions() -> None:
    root = Path(entering.__file__).parents[2]
    makers = [
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if re.search(r"\b(perform_|force_)?a?login\(", path.read_text("utf-8"))
    ]
    assert makers == ["accounts/sessions/entering.py"]


def test_the_second_factor_asks_for_a_code_instead_of_a_password(
    alice: User, password: str, provider, client_of: ClientOf
) -> None:
    switch_on(alice)
    browser = client_of(alice)
    url = "/account/two-factor/removal/"
    assert browser.post(url, {"current_password": password}).status_code == 422
    assert codes.is_on(alice)
    browser.post(url, {"code": code_at(now_step())})
    assert not codes.is_on(alice)
