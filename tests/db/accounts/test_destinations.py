"""Where a member's new prompts go, and what the editor says about keys and money."""

from __future__ import annotations

import html
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import Settings

from workbench.accounts.access import access_to
from workbench.accounts.connections.destinations import beginning_for, destinations_of
from workbench.accounts.connections.keys import put_key
from workbench.accounts.models import Connection, Team, User
from workbench.accounts.upstreams import Upstream
from workbench.prompts.models import Draft, Preset
from workbench.runs.models import IMPORTED, Run

ClientOf = Callable[[User], Client]
OLD = "2023-06-01"


@pytest.fixture(autouse=True)
def upstreams(settings: Settings) -> None:
    """Two servers of which neither has an operator's key, and the simulator."""
    servers = [
        Upstream("anthropic", "Anthropic", "http://a"),
        Upstream("other", "Other", "http://o"),
    ]
    simulator = settings.UPSTREAMS["simulator"]
    settings.UPSTREAMS = {each.name: each for each in [*servers, simulator]}
    settings.DEFAULT_UPSTREAM = "simulator"


def lend(settings: Settings, name: str) -> None:
    """Give the operator a key for an upstream."""
    made = Upstream(name, name.capitalize(), "http://x", api_key="sk-ant-operator-oooo")
    settings.UPSTREAMS = settings.UPSTREAMS | {name: made}
    settings.DEFAULT_UPSTREAM = name


def connect(team: Team, upstream: str = "anthropic", api_version: str = OLD) -> Connection:
    made = Connection.objects.create(
        team=team, upstream=upstream, name=f"Key {upstream}", api_version=api_version, last4=""
    )
    Connection.objects.filter(pk=made.pk).update(is_default=True)
    put_key(made, "sk-ant-of-the-team-aaaa")
    return made


def new_page(client: Client) -> str:
    answer = client.post("/t/acme/drafts/", follow=True)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def start_of(user: User) -> tuple[str, str]:
    """Where the member's newest draft goes, and its API version."""
    draft = Draft.objects.filter(user=user).latest("pk")
    return draft.upstream, draft.parsed.api_version


def test_without_a_key_the_editor_says_who_can_add_one(
    client_of: ClientOf, adam: User, erin: User
) -> None:
    admins = new_page(client_of(adam))
    assert "There is no API key yet" in admins
    assert 'href="/t/acme/connections/#new-heading">add an API key of the team' in admins
    editors = new_page(client_of(erin))
    assert "ask an admin of the team to add an API key" in editors
    assert "Anthropic (no API key yet)" in editors
    assert start_of(erin) == ("simulator", "2026-10-21")


def test_with_a_key_of_the_team_new_prompts_go_there(
    client_of: ClientOf, acme: Team, erin: User
) -> None:
    client = client_of(erin)
    new_page(client)
    connect(acme, "other")
    shown = new_page(client)
    assert "There is no API key yet" not in shown
    assert 'value="other" selected>Other (key “Key other” …aaaa)' in shown
    assert start_of(erin) == ("other", OLD)
    again = Draft.objects.count()
    new_page(client)
    assert Draft.objects.count() == again, "the blank one is given again"
    client.post("/t/acme/drafts/", {"example": "1"})
    assert start_of(erin)[0] == "other"


def test_the_teams_key_comes_before_the_operators_and_the_presets_version_before_the_keys(
    acme: Team, adam: User, settings: Settings, client_of: ClientOf
) -> None:
    lend(settings, "anthropic")
    access = access_to(adam.pk, "acme")
    assert beginning_for(access).upstream == "anthropic"
    connect(acme, "other")
    assert beginning_for(access).upstream == "other"
    parameters = {"api_version": "2026-10-21"}
    Preset.objects.create(team=acme, name="P", is_default=True, parameters=parameters)
    new_page(client_of(adam))
    assert start_of(adam) == ("other", "2026-10-21")


def test_an_operators_key_that_is_not_lent_is_none(
    acme: Team, adam: User, settings: Settings
) -> None:
    lend(settings, "anthropic")
    assert next(each.note for each in destinations_of(acme.pk)) == "this server's key"
    settings.OPERATOR_KEY_FOR_TEAMS = False
    assert [each.note for each in destinations_of(acme.pk)] == [
        "no API key yet",
        "no API key yet",
        "pretend answers, no cost",
    ]
    begun = beginning_for(access_to(adam.pk, "acme"))
    assert (begun.upstream, begun.obstacle) == ("simulator", "key")


def test_who_may_not_spend_begins_at_the_simulator_and_reads_why(
    client_of: ClientOf, acme: Team, erin: User, adam: User
) -> None:
    connect(acme)
    Team.objects.filter(pk=acme.pk).update(spend_role="admin")
    shown = new_page(client_of(erin))
    assert "only some roles may send requests that cost money" in shown
    assert "In this team admins and above may send requests that cost money" in shown
    assert start_of(erin)[0] == "simulator"
    others = new_page(client_of(adam))
    assert "that cost money" not in others
    assert start_of(adam)[0] == "anthropic"


def test_a_key_of_another_team_or_of_no_default_is_none(acme: Team, adam: User) -> None:
    connect(Team.objects.create(name="Theirs", slug="theirs"))
    made = connect(acme)
    Connection.objects.filter(pk=made.pk).update(is_default=False)
    assert beginning_for(access_to(adam.pk, "acme")).upstream == "simulator"


def test_an_imported_run_is_sent_again_to_the_teams_own_key(acme: Team) -> None:
    run = Run(team=acme, upstream=IMPORTED)
    assert run.next_upstream == "simulator"
    connect(acme, "other")
    assert run.next_upstream == "other"
