"""Fields that a form does not have, sent along with what is asked for."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.db import test_audit_of_urls as posts
from workbench.accounts.mail.server import MailServer

from .unchanged import digests, undone
from .world import World

pytestmark = pytest.mark.django_db

FLAGS = ("is_staff", "is_superuser", "is_instance_admin")
PEOPLE = ("user", "author", "created_by", "invited_by", "decided_by", "actor", "assignee")
Rows = dict[tuple[str, str], list[str]]


def _extras(world: World) -> dict[str, Any]:
    """What somebody would like to set, by the names of the columns."""
    stranger, team = world.people["stranger"], world.teams["elsewhere"]
    assert stranger is not None
    people = dict.fromkeys(PEOPLE, stranger.pk) | {f"{name}_id": stranger.pk for name in PEOPLE}
    more = {"role": "owner", "version": 3, "versions": 3, "slug": "taken", "key_sealed": "taken"}
    return {
        **people,
        **more,
        **dict.fromkeys(FLAGS, "on"),
        "team": team.slug,
        "team_id": team.pk,
        "last4": "take",
        "key_ciphertext": "taken",
        "token_hash": "taken",
        "secret_ciphertext": "taken",
    }


def _columns() -> Rows:
    """The values of each column of each table, in an order of their own."""
    found: Rows = {}
    with connection.cursor() as cursor:
        for table in digests():
            for column in connection.introspection.get_table_description(cursor, table):
                cursor.execute(f'SELECT "{column.name}"::text FROM {table} ORDER BY 1')
                found[table, column.name] = [row[0] for row in cursor.fetchall()]
    return found


def test_a_field_that_a_form_does_not_have_is_never_taken(
    world: World, clients: dict[str, Client], settings: Any
) -> None:
    settings.MAIL_SERVER = MailServer("127.0.0.1", 9)  # nothing sends here
    wrong: list[str] = []
    for name, change in posts.CHANGES.items():
        after: list[Rows] = []
        for more in ({}, _extras(world), {}):
            client = Client()
            client.cookies = clients[change.actor].cookies.copy()
            with undone():
                fields = change.fields | (change.before(world) or {})
                arguments = world.arguments(posts.POSTING[name], change.actor)
                path = reverse(name, kwargs=arguments | change.arguments(world))
                answer = client.post(path, more | fields)
                assert answer.status_code < 400, (name, more, answer.text)
                after.append(_columns())
        plain, extra, again = after
        same = [key for key in plain if plain[key] == again[key]]  # no clock, chance or counter
        wrong += [f"{name}: {key}" for key in same if extra[key] != plain[key]]
    assert not wrong
