"""How much a team makes the server send in an hour, whoever of it asks and from where."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from workbench.accounts.mail.server import MailServer
from workbench.accounts.models import Invitation, Mail, Team, TokenBucket

from .asking import URLS
from .unchanged import digests
from .world import World

pytestmark = pytest.mark.django_db

RULES = {url.name: url for url in URLS}


def used_up(kind: str, team: Team) -> None:
    """Let a team have no tries left for a long time."""
    TokenBucket.objects.filter(key=f"{kind}:{team.pk}").update(tokens=-(10**6))


@pytest.mark.parametrize("name", ["sharing:webhook-trial", "sharing:repeat-delivery"])
def test_deliveries_that_people_ask_for(
    name: str, world: World, clients: dict[str, Client]
) -> None:
    owners, admins = (
        reverse(name, kwargs=world.arguments(RULES[name], actor)) for actor in ("owner", "admin")
    )
    assert clients["owner"].post(owners).status_code == 302
    used_up("webhook", world.teams["elsewhere"])
    assert clients["owner"].post(owners).status_code == 302
    used_up("webhook", world.teams["acme"])
    before = digests()
    for actor, path in (("owner", owners), ("admin", admins)):
        answer = clients[actor].post(path)
        assert answer.status_code == 429
        assert int(answer["Retry-After"]) > 0
    assert digests() == before


def test_invitations_that_are_mailed(
    world: World, clients: dict[str, Client], settings: Any
) -> None:
    settings.MAIL_SERVER = MailServer("127.0.0.1", 9)
    path = reverse("accounts:invitations", args=["acme"])
    form = {"role": "viewer", "days": "7", "uses": "1", "email": "new@example.com"}
    assert clients["owner"].post(path, form).status_code == 302
    used_up("invite", world.teams["acme"])
    rows, mails = Invitation.objects.count(), Mail.objects.count()
    answer = clients["admin"].post(path, form | {"email": "other@example.com"})
    assert answer.status_code == 422
    assert "leave this empty and send the link" in answer.text
    assert (Invitation.objects.count(), Mail.objects.count()) == (rows, mails)
    assert clients["admin"].post(path, form | {"email": ""}).status_code == 302
