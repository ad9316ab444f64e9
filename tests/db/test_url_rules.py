"""Every URL of the site × every kind of person × every method, against the table of abilities.

The URLs come from the URLconf itself: one without a rule, or with an argument that has no factory
here, fails. Programs with tokens of a team are tried at the end.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from http import HTTPStatus
from itertools import product
from typing import Any
from urllib.parse import urlencode

import pytest
from asgiref.sync import iscoroutinefunction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.every_url import Url
from workbench.accounts.access import ABILITIES
from workbench.accounts.models import ApiToken, Membership, Role, User

from .asking import URLS, call, ruled, verdict_of
from .unchanged import digests, undone
from .world import TOKENS, World, client_with, token_of

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
NEVER_OFFERED = ("PUT", "PATCH", "DELETE")
NOT_THERE = (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)
FRAGMENT = {"HX-Request": "true"}
STREAM = {"Accept": "text/event-stream"}
FORM = "application/x-www-form-urlencoded"
# What the admitted get from these needs the run engine: tests/process and the tests of runs.
NEED_ENGINE = {"runs:create", "runs:repeat", "runs:stream", "runs:events"}


def _cases(urls: list[Url]) -> pytest.MarkDecorator:
    """One case per package, whose requests share a world and are undone one after the other.

    Async views give their connection back, which ends a test's transaction: each has its own case.
    """
    groups: dict[str, list[Url]] = {}
    for url in urls:
        is_async = iscoroutinefunction(url.view)
        name = url.name if is_async else url.name.rpartition(":")[0] or "site"
        groups.setdefault(name, []).append(url)
    return pytest.mark.parametrize("urls", [_case(name, group) for name, group in groups.items()])


def _case(name: str, urls: list[Url]) -> Any:
    marks = [pytest.mark.django_db(transaction=True)] if iscoroutinefunction(urls[0].view) else []
    return pytest.param(urls, marks=marks, id=name)


TEAM_URLS = [url for url in URLS if url.rule in ABILITIES]
TOKEN_URLS = [url for url in URLS if url.rule == "token"]
for_every_url = _cases(URLS)
every_row_url = _cases([url for url in TEAM_URLS if len(url.arguments) > 1])
every_token_url = pytest.mark.parametrize("url", TOKEN_URLS, ids=lambda url: url.name)
# Arguments that name what is one person's alone, whatever the role of others.
PERSONAL = {"draft", "copy", "upload", "reading", "notice", "session"}
every_personal_url = _cases([url for url in URLS if PERSONAL & {*url.arguments}])


def test_the_urlconf_is_walked_through_its_namespaces() -> None:
    names = {url.name for url in URLS}
    assert {"home", "health", "accounts:sign-in", "prompts:draft", "runs:stream"} <= names
    assert ("team", "run") in {url.arguments for url in URLS}


@pytest.mark.parametrize("url", URLS, ids=lambda url: url.name)
def test_every_url_carries_a_rule(url: Url) -> None:
    assert url.rule in {"public", "signed in", "instance admin", "token", *ABILITIES}
    assert (url.rule in ABILITIES) == ("team" in url.arguments)


@for_every_url
def test_people_get_what_the_rule_says_by_every_method(
    urls: list[Url], world: World, clients: dict[str, Client]
) -> None:
    wrong: list[str] = []
    before = digests()
    for url, (actor, client) in product(urls, clients.items()):
        expected = ruled(url, actor)
        if expected == "admitted":
            continue
        path = reverse(url.name, kwargs=world.arguments(url, actor))
        with undone(url):
            for method in METHODS:
                verdict = verdict_of(call(client, method, path), is_public=False)
                if verdict != expected:
                    wrong.append(f"{url.name} {actor} {method}: {verdict} instead of {expected}")
            if (now := digests()) != before:
                changed = sorted(table for table in now if now[table] != before[table])
                wrong.append(f"{url.name} {actor}: refused, and changed {changed}")
    assert not wrong


@for_every_url
def test_people_whom_the_rule_admits_are_answered(
    urls: list[Url], world: World, clients: dict[str, Client]
) -> None:
    wrong: list[str] = []
    for url, (actor, client) in product(urls, clients.items()):
        if ruled(url, actor) != "admitted":
            continue
        path = reverse(url.name, kwargs=world.arguments(url, actor))
        cookies = client.cookies.copy()
        with undone(url):
            wrong += [f"{url.name} {actor} {what}" for what in _not_answered(url, client, path)]
        client.cookies = cookies  # of those who signed out
    assert not wrong


def _not_answered(url: Url, client: Client, path: str) -> Iterator[str]:
    """What is wrong with the answers to somebody whom the rule of ``url`` admits."""
    for method in NEVER_OFFERED:
        status = call(client, method, path).status_code
        if status != HTTPStatus.METHOD_NOT_ALLOWED:
            yield f"{method}: {status} instead of 405"
    if url.name in NEED_ENGINE:
        return
    statuses = []
    for method in ("GET", "POST"):
        with undone(url):
            answer = call(client, method, path)
        statuses.append(answer.status_code)
        verdict = verdict_of(answer, is_public=url.rule == "public")
        if verdict != "admitted":
            yield f"{method}: {verdict} ({answer.status_code})"
    if set(statuses) == {HTTPStatus.METHOD_NOT_ALLOWED}:
        yield "no method is offered"


@for_every_url
@pytest.mark.parametrize("headers", [FRAGMENT, STREAM], ids=["fragment", "stream"])
def test_scripts_without_a_session_get_401_and_no_page(
    urls: list[Url], headers: dict[str, str], world: World, clients: dict[str, Client]
) -> None:
    closed = [url for url in urls if url.rule not in ("public", "token")]
    for url, actor in product(closed, ("anonymous", "disabled")):
        path = reverse(url.name, kwargs=world.arguments(url, actor))
        for method in ("GET", "POST"):
            answer = call(clients[actor], method, path, headers)
            assert answer.status_code == HTTPStatus.UNAUTHORIZED, f"{url.name} {actor} {method}"
            assert answer["HX-Redirect"].startswith("/sign-in/")


@every_row_url
def test_a_row_of_another_team_is_not_there_in_ones_own(
    urls: list[Url], world: World, clients: dict[str, Client]
) -> None:
    before = digests()
    wrong: list[str] = []
    for url in urls:
        for argument in set(url.arguments) - {"team"}:
            foreign = world.arguments(url, "owner", "elsewhere")[argument]
            if argument in ("number", "until"):
                foreign = 3  # the stranger's prompt has it, ours does not
            own = world.arguments(url, "owner") | {argument: foreign}
            for method in ("GET", "POST"):
                with undone(url):
                    path = reverse(url.name, kwargs=own)
                    status = call(clients["owner"], method, path).status_code
                    if status not in NOT_THERE or digests() != before:
                        wrong.append(f"{url.name} {argument} {method}: {status}")
    assert not wrong


@every_personal_url
def test_what_is_one_persons_is_not_there_for_teammates(
    urls: list[Url], world: World, clients: dict[str, Client]
) -> None:
    before = digests()
    wrong: list[str] = []
    for url, (actor, other) in product(urls, (("owner", "editor"), ("editor", "owner"))):
        for argument, method in product(PERSONAL & {*url.arguments}, ("GET", "POST")):
            arguments = world.arguments(url, actor)
            arguments[argument] = world.arguments(url, other)[argument]
            with undone(url):
                path = reverse(url.name, kwargs=arguments)
                status = call(clients[actor], method, path).status_code
                if status not in NOT_THERE or digests() != before:
                    wrong.append(f"{url.name} {argument} {actor} {method}: {status}")
    assert not wrong


@for_every_url
def test_a_role_that_was_lowered_counts_from_the_next_request(
    urls: list[Url], world: World, clients: dict[str, Client]
) -> None:
    for url in urls:
        if url.rule not in ABILITIES or ABILITIES[url.rule] == Role.VIEWER:
            continue
        path = reverse(url.name, kwargs=world.arguments(url, "editor"))
        with undone(url):
            Membership.objects.filter(user=world.people["editor"]).update(role=Role.VIEWER)
            status = call(clients["editor"], "POST", path).status_code
            assert status == HTTPStatus.FORBIDDEN, url.name
            Membership.objects.filter(user=world.people["editor"]).delete()
            status = call(clients["editor"], "POST", path).status_code
            assert status == HTTPStatus.NOT_FOUND, url.name


@pytest.mark.parametrize(("actor", "status"), [("editor", 403), ("admin", 302), ("owner", 302)])
def test_somebody_elses_run_is_stopped_by_admins_alone(
    actor: str, status: int, world: World, clients: dict[str, Client]
) -> None:
    path = reverse("runs:cancel", args=["acme", world.runs["viewer"].pk])
    assert call(clients[actor], "POST", path).status_code == status


# Programs ----------------------------------------------------------------------------------


def _program(path: str, token: str, method: str = "GET", user: User | None = None) -> HttpResponse:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return call(client_with(user), method, path, headers)


def test_programs_have_addresses_of_their_own() -> None:
    assert {url.name for url in URLS if url.name.startswith("api:")} == {
        *(url.name for url in TOKEN_URLS),
        "api:openapi",
    }


@every_token_url
def test_a_program_reads_with_a_token_of_the_team_and_with_nothing_else(
    url: Url, world: World
) -> None:
    path = reverse(url.name, kwargs=world.arguments(url, "owner"))
    revoked = token_of(world.teams["acme"], TOKENS["revoked"])
    ApiToken.objects.filter(pk=revoked.pk).update(revoked_at=revoked.created_at)
    owner = world.people["owner"]
    for method in METHODS:
        for token, user in (
            ("", None),
            ("", owner),
            ("wbk_wrong", owner),
            (TOKENS["revoked"], None),
        ):
            status = _program(path, token, method, user).status_code
            assert status == HTTPStatus.UNAUTHORIZED, (token, user, method)
        is_reading = method in ("GET", "HEAD")
        expected = HTTPStatus.OK if is_reading else HTTPStatus.METHOD_NOT_ALLOWED
        assert _program(path, TOKENS["acme"], method).status_code == expected


@every_token_url
def test_what_a_program_sends_as_a_body_names_nothing(url: Url, world: World) -> None:
    path = reverse(url.name, kwargs=world.arguments(url, "owner"))
    theirs = {name: world.arguments(url, "stranger", "elsewhere")[name] for name in url.arguments}
    body = theirs | {"team": "elsewhere", "slug": "example-of-elsewhere", "version": 3}
    headers = {"Authorization": f"Bearer {TOKENS['acme']}"}
    plain = Client().get(path, headers=headers)
    for kind, text in (("application/json", json.dumps(body)), (FORM, urlencode(body))):
        answer = Client().generic("GET", path, text, kind, headers=headers)
        assert (answer.status_code, answer.content) == (HTTPStatus.OK, plain.content), kind
        status = Client().generic("POST", path, text, kind, headers=headers).status_code
        assert status == HTTPStatus.METHOD_NOT_ALLOWED


@every_token_url
def test_a_program_of_another_team_finds_nothing_of_ours(url: Url, world: World) -> None:
    path = reverse(url.name, kwargs=world.arguments(url, "owner"))
    answer = _program(path, TOKENS["elsewhere"])
    if url.arguments:
        assert answer.status_code == HTTPStatus.NOT_FOUND
    assert b"example-of-acme" not in answer.content
    theirs = reverse(url.name, kwargs=world.arguments(url, "stranger", "elsewhere"))
    assert _program(theirs, TOKENS["elsewhere"]).status_code == HTTPStatus.OK
