"""One code sent by two browsers at the same moment lets one of them in."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from workbench.accounts.models import User
from workbench.accounts.second_factor import codes

from .test_members_at_once import at_once, post
from .test_second_factor import CODE_URL, SECRET, code_at, now_step, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 4


def half_way(user: User, password: str) -> Client:
    client = Client()
    sign_in(client, user, password)
    return client


@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_a_code_counts_once_however_many_send_it(alice: User, password: str, kind: str) -> None:
    made = codes.switch_on(alice, SECRET, code_at(now_step()))
    assert made is not None
    for number in range(ROUNDS):
        row = Authenticator.objects.get(user=alice, type="totp")
        row.data[codes.LAST_STEP] = 0
        row.save()
        code = code_at(now_step()) if kind == "app" else made[number]
        clients = [half_way(alice, password) for _ in range(3)]
        answers = at_once(*(post(client, CODE_URL, code=code) for client in clients))
        assert answers == [302, 422, 422]
