"""The page on which a person sees and ends their own sessions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DjangosStore
from django.contrib.sessions.models import Session as DjangosSession
from django.test import Client
from django.utils import timezone

from workbench.accounts.models import AuditEvent, Session, User
from workbench.accounts.sessions.views import name_of

ClientOf = Callable[[User], Client]
PAGE = "/account/sessions/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0"


def is_signed_in(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


def test_a_sign_in_notes_the_device_and_the_address(
    client: Client, alice: User, password: str
) -> None:
    client.post(
        "/sign-in/",
        {"email": alice.email, "password": password},
        headers={"User-Agent": FIREFOX + "\x00"},
    )
    session = Session.objects.get(user=alice)
    assert session.address == "127.0.0.1"
    assert session.signed_in_at is not None
    page = client.get(PAGE).content.decode()
    assert "Firefox on Linux" in page
    assert "this browser" in page
    assert session.session_key not in page


def test_only_ones_own_sessions_are_listed(client_of: ClientOf, alice: User, erin: User) -> None:
    client_of(erin)
    page = client_of(alice).get(PAGE).content.decode()
    assert page.count('<th scope="row">') == 1


def test_a_session_is_ended_alone(client_of: ClientOf, alice: User) -> None:
    here, there, third = client_of(alice), client_of(alice), client_of(alice)
    name = name_of(str(there.session.session_key))
    assert here.post(f"{PAGE}{name}/end/")["Location"] == PAGE
    assert [is_signed_in(each) for each in (here, there, third)] == [True, False, True]
    assert AuditEvent.objects.get(action="session.end").detail == {"count": 1}


def test_every_other_session_is_ended(client_of: ClientOf, alice: User, erin: User) -> None:
    here, there, hers = client_of(alice), client_of(alice), client_of(erin)
    assert here.post(f"{PAGE}end/")["Location"] == PAGE
    assert [is_signed_in(each) for each in (here, there, hers)] == [True, False, True]


@pytest.mark.parametrize("whose", ["erins", "nobodys"])
def test_a_session_of_somebody_else_is_not_there(
    client_of: ClientOf, alice: User, erin: User, whose: str
) -> None:
    hers = client_of(erin)
    name = name_of(str(hers.session.session_key)) if whose == "erins" else "f" * 32
    assert client_of(alice).post(f"{PAGE}{name}/end/").status_code == 404
    assert is_signed_in(hers)


def test_a_session_that_has_expired_is_not_listed(client_of: ClientOf, alice: User) -> None:
    here, there = client_of(alice), client_of(alice)
    past = timezone.now() - timedelta(minutes=1)
    Session.objects.filter(pk=there.session.session_key).update(expire_date=past)
    assert here.get(PAGE).content.decode().count('<th scope="row">') == 1


def test_a_person_who_is_deleted_has_no_session(client_of: ClientOf, alice: User) -> None:
    client_of(alice)
    alice.delete()
    assert not Session.objects.exists()


def test_an_upgrade_signs_nobody_out(alice: User) -> None:
    store = DjangosStore()
    for key, user, days in (("a" * 32, alice.pk, 1), ("b" * 32, alice.pk, -1), ("c" * 32, 0, 1)):
        DjangosSession.objects.create(
            session_key=key,
            session_data=store.encode({SESSION_KEY: str(user)} if user else {"x": 1}),
            expire_date=timezone.now() + timedelta(days=days),
        )
    import_module("workbench.accounts.migrations.0005_sessions")._keep_sessions(apps, None)
    assert list(Session.objects.values_list("session_key", "user_id")) == [("a" * 32, alice.pk)]
    assert not DjangosSession.objects.exists()
