"""Forms that another site makes a browser post: each is refused before its view is asked."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from tests.every_url import every_url
from workbench.accounts.models import AuditEvent, User

from .hardening import EVIL, weakness_of

URLS = [url for url in every_url() if not url.name.startswith("api:")]


@pytest.mark.parametrize("origin", ["", EVIL.rstrip("/"), "null"])
def test_no_form_is_taken_without_the_token_of_its_page(alice: User, origin: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    before = AuditEvent.objects.count()
    wrong = []
    for url in URLS:
        arguments = {name: "acme" if name == "team" else 1 for name in url.arguments}
        path = reverse(url.name, kwargs=arguments)
        answer = client.post(path, headers={"Origin": origin} if origin else {})
        if answer.status_code != HTTPStatus.FORBIDDEN or weakness_of(answer, path):
            wrong.append(f"{url.name}: {answer.status_code}")
    assert not wrong
    assert AuditEvent.objects.count() == before


def test_a_token_of_another_browser_is_none(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    client.get("/account/")
    token = client.cookies["workbench-csrf"].value
    form = {"name": "Alice B", "theme": "dark"}
    assert client.post("/account/", form | {"csrfmiddlewaretoken": "x" * 64}).status_code == 403
    assert client.post("/account/", form | {"csrfmiddlewaretoken": token}).status_code == 302
