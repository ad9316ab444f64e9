"""The frame around every page: team, navigation, warnings."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from workbench.accounts.models import Team, User

SignedIn = Callable[[User], Client]
WARNING = "passwords and prompts travel unencrypted"
pytestmark = pytest.mark.django_db


def test_the_navigation_leads_to_the_parts_of_the_team(alice: User, client_of: SignedIn) -> None:
    page = client_of(alice).get("/account/").text
    for address in ("/t/acme/prompts/", "/t/acme/runs/", "/t/acme/drafts/", "/sign-out/"):
        assert f'"{address}"' in page
    assert "Acme" in page


def test_a_person_without_a_team_gets_no_dead_links(charlie: User, client_of: SignedIn) -> None:
    Team.objects.all().delete()
    page = client_of(charlie).get("/account/").text
    assert "/t/" not in page
    assert "/sign-out/" in page


def test_the_frame_costs_one_query_more_than_the_session(
    alice: User, client_of: SignedIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_of(alice)
    client.get("/account/")  # writes into the session once a day
    with django_assert_num_queries(3):  # session, person, memberships
        client.get("/account/")


def test_a_hostile_team_name_is_text(acme: Team, alice: User, client_of: SignedIn) -> None:
    Team.objects.update(name="<img src=x onerror=alert(1)>{{7*7}}")
    page = client_of(alice).get("/account/").text
    assert "<img src=x" not in page
    assert "{{7*7}}" in page


@pytest.mark.parametrize(
    ("site", "warns"),
    [
        ("http://127.0.0.1:8000", False),
        ("http://localhost:8000", False),
        ("http://[::1]:8000", False),
        ("https://workbench.example.org", False),
        ("http://192.0.2.7:8000", True),
        ("http://workbench.example.org", True),
    ],
)
def test_plain_http_over_a_network_is_warned_of_on_every_page(
    alice: User, client_of: SignedIn, settings: Settings, site: str, warns: bool
) -> None:
    settings.SITE_URL = site
    assert (WARNING in client_of(alice).get("/account/").text) is warns
