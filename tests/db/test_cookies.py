"""Every cookie that the site sets, by what a browser is told to do with it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse

from tests.conftest import PASSWORD
from workbench.sharing.models import ShareLink

from .world import World

pytestmark = pytest.mark.django_db

# Scripts of the site read these two: the token of forms, and how the page is drawn.
READ_BY_SCRIPTS = {"workbench-csrf", "theme"}


@pytest.mark.parametrize("is_https", [True, False])
def test_none_leaves_the_site_or_goes_out_in_the_clear(
    is_https: bool, world: World, settings: Any
) -> None:
    for name in ("IS_HTTPS", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"):
        setattr(settings, name, is_https)
    ShareLink.objects.update(password=make_password("open"))
    unlock = reverse("sharing:unlock", args=["a-token"])
    client = Client()
    signing_in = {"email": "alice@example.com", "password": PASSWORD}
    for path, form in (
        ("/sign-in/", signing_in),
        (reverse("accounts:theme"), {"theme": "dark"}),
        (unlock, {"password": "open"}),
    ):
        answer = client.post(path, form, secure=is_https)
        assert answer.status_code == 302, answer.text
        client.get("/account/", secure=is_https)
    paths = {name: cookie["path"] for name, cookie in client.cookies.items()}
    assert paths == {
        "workbench-session": "/",
        "workbench-csrf": "/",
        "theme": "/",
        "workbench-link": reverse("sharing:shared", args=["a-token"]),
    }
    for name, cookie in client.cookies.items():
        assert cookie["samesite"] == "Lax", name
        assert bool(cookie["secure"]) == is_https, name
        assert cookie["domain"] == "", name
        assert bool(cookie["httponly"]) == (name not in READ_BY_SCRIPTS), name
