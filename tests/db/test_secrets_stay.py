"""Secrets stay where they are: looked for in everything that leaves the server or is kept.

Each is looked for as it is, as addresses and HTML spell it, and in base64 and hexadecimal digits.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any, cast

import pytest
from asgiref.sync import iscoroutinefunction
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.db import test_audit_of_urls as posts
from workbench.accounts.models import Session
from workbench.accounts.resets import reset_path
from workbench.export.targets import TARGETS
from workbench.launch import backup_commands, backups, databases
from workbench.operations.figures import Figures
from workbench.operations.measured import Measured
from workbench.runs.engine import engine

from .asking import URLS, ruled
from .secrets_of_world import (
    LOOKS_NEW,
    METRICS_TOKEN,
    SHOWN,
    WAITING,
    Secrets,
    content_of,
    files_in,
    tables,
)
from .unchanged import undone
from .world import TOKENS, World

pytestmark = pytest.mark.django_db
ACTORS = (
    *("anonymous", "viewer", "editor", "admin", "owner"),
    *("stranger", "former member", "disabled", "instance admin"),
)
FRAGMENT = {"HX-Request": "true"}
TYPED = "sk-ant-api03-Typed0nAF0rm/And & n0t kept"


# Pages and exports -----------------------------------------------------------------------------


@pytest.mark.parametrize("actor", ACTORS)
def test_no_page_tells_a_secret(
    actor: str, world: World, clients: dict[str, Client], secrets: Secrets
) -> None:
    seen, wrong = 0, []
    for url in URLS:
        if iscoroutinefunction(url.view) or ruled(url, actor) != "admitted":
            continue
        with undone():
            answer = clients[actor].get(reverse(url.name, kwargs=world.arguments(url, actor)))
            told = secrets.found_in(content_of(answer))
        seen += answer.status_code == 200
        if (actor, url.name) == ("viewer", "accounts:second-factor"):
            assert told == [WAITING], "until the first code a person can read it again"
            continue
        wrong += [f"{url.name} tells {actor} {name}" for name in told]
    assert not wrong
    assert seen > (50 if actor in ("viewer", "editor", "admin", "owner") else 3)


@pytest.mark.parametrize("name", ["sharing:shared", "accounts:join", "accounts:reset"])
def test_who_has_a_link_reads_no_secret_but_the_link(
    name: str, world: World, clients: dict[str, Client], secrets: Secrets
) -> None:
    kind = {"shared": "a share link", "join": "an invitation", "reset": "a reset link"}
    kind_of = kind[name.partition(":")[2]]
    (url,) = [url for url in URLS if url.name == name]
    arguments = world.arguments(url, "anonymous") | {"token": secrets[kind_of]}
    for actor in ("anonymous", "owner"):
        answer = clients[actor].get(reverse(name, kwargs=arguments))
        assert answer.status_code in (200, 302, 404), answer.text
        assert set(secrets.found_in(content_of(answer))) <= {kind_of}, f"{name} as {actor}"


EXPORTS = {
    "the audit trail as CSV": ("accounts:audit-file", "?as=csv"),
    "the audit trail as lines of JSON": ("accounts:audit-file", ""),
    "usage": ("runs:usage-csv", ""),
    "the library": ("prompts:library-archive", ""),
    "a prompt": ("prompts:prompt-archive", ""),
    "the request of a run": ("runs:request-body", ""),
    "the answer of a run": ("runs:message-body", ""),
    **{
        f"{name} for {target}": (name, f"?target={target}")
        for name in (
            *("runs:draft-code", "runs:draft-code-files"),
            *("runs:version-code", "runs:version-code-files"),
            *("runs:run-code", "runs:run-code-files"),
        )
        for target in TARGETS
    },
}


def test_no_export_holds_a_secret(
    world: World, clients: dict[str, Client], secrets: Secrets
) -> None:
    wrong = []
    of_name = {url.name: url for url in URLS}
    for what, (name, query) in EXPORTS.items():
        arguments = world.arguments(of_name[name], "owner")
        answer = clients["owner"].get(reverse(name, kwargs=arguments) + query)
        assert answer.status_code == 200, what
        wrong += [f"{what} holds {secret}" for secret in secrets.found_in(content_of(answer))]
    assert not wrong


def test_no_answer_for_programs_holds_a_secret(world: World, secrets: Secrets) -> None:
    wrong = []
    for url in (url for url in URLS if url.rule == "token"):
        address = reverse(url.name, kwargs=world.arguments(url, "owner"))
        for token, status in ((TOKENS["acme"], 200), (f"{TOKENS['acme']}x", 401)):
            answer = Client().get(address, headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code == status, url.name
            wrong += [f"{url.name} tells {name}" for name in secrets.found_in(content_of(answer))]
    assert not wrong


def test_health_and_figures_tell_no_secret(
    world: World, clients: dict[str, Client], secrets: Secrets
) -> None:
    assert secrets.found_in(content_of(clients["anonymous"].get("/health/"))) == []
    for header in (f"Bearer {METRICS_TOKEN}", "Bearer wrong", ""):
        said = _figures(header)
        assert (b"workbench_" in said) == (METRICS_TOKEN in header)
        assert secrets.found_in(said) == [], f"/metrics/ asked with {header!r}"


def _figures(authorization: str) -> bytes:
    said: list[Any] = []

    async def send(event: Any) -> None:
        said.append(event)

    headers = [(b"authorization", authorization.encode())]
    scope: Any = {"type": "http", "path": "/metrics/", "method": "GET", "headers": headers}
    measured = Measured(cast(Any, None), Figures(engine), METRICS_TOKEN)
    asyncio.run(measured(scope, cast(Any, None), send))
    return b"".join(repr(event).encode() + event.get("body", b"") for event in said)


# What is sent ------------------------------------------------------------------------------------


# Django's token counts in seconds: a link of the same second is the one that the world has.
SAME_SECOND = "accounts:person-reset-link: the next page tells a reset link"


def test_no_post_tells_a_secret_to_its_sender_or_to_the_audit_trail(
    world: World, clients: dict[str, Client], secrets: Secrets
) -> None:
    wrong: list[str] = []
    for name, change in posts.CHANGES.items():
        client = Client()
        client.cookies = clients[change.actor].cookies.copy()
        with undone():
            fields = change.fields | (change.before(world) or {})
            arguments = world.arguments(posts.POSTING[name], change.actor)
            address = reverse(name, kwargs=arguments | change.arguments(world))
            told = [f"{name}: {what}" for what in _told(client, address, fields, secrets)]
            wrong += [each for each in told if each != SAME_SECOND]
            trail = tables()["accounts_auditevent"]
            told = secrets.found_in(trail) + LOOKS_NEW.findall(trail)
            wrong += [f"{name}: the audit trail tells {secret}" for secret in told]
    assert not wrong


def _told(client: Client, address: str, fields: dict[str, Any], secrets: Secrets) -> Iterator[str]:
    """What a POST and the two pages after it tell that they should not."""
    answer = client.post(address, fields)
    assert answer.status_code < 400, answer.text
    texts = [content_of(answer)]
    if next_page := answer.get("Location", answer.get("HX-Redirect")):
        texts += [content_of(client.get(next_page)) for _ in range(2)]
    for place, text in zip(("the answer", "the next page", "that page again"), texts, strict=False):
        yield from (f"{place} tells {secret}" for secret in secrets.found_in(text))
    new = [bool(LOOKS_NEW.search(text.decode("utf-8", "replace"))) for text in texts]
    if any(new[:1]) or any(new[2:]):
        yield "a new secret is told by another page than the next one, or twice"


def test_a_new_secret_is_shown_once_and_kept_nowhere(
    world: World, clients: dict[str, Client], secrets: Secrets
) -> None:
    wrong: list[str] = []
    for name, (actor, fields, _) in SHOWN.items():
        (url,) = [url for url in URLS if url.name == name]
        with undone():
            address = reverse(name, kwargs=world.arguments(url, actor))
            answer = clients[actor].post(address, fields)
            kept, waiting = tables(), _sessions()
            others = clients["admin"].get(answer["Location"])
            shown = clients[actor].get(answer["Location"])
            again = clients[actor].get(answer["Location"])
            found = set(LOOKS_NEW.findall(shown.text))
            assert len(found) == 1, f"the page after {name} shows {len(found)} secrets"
            new = Secrets({"it": [found.pop().rpartition("/")[2]]})
            places = {
                "the answer": content_of(answer),
                "the page, again": content_of(again),
                "the page of somebody else": content_of(others),
                "the session": waiting,
                **kept,
                **{f"later {table}": rows for table, rows in tables().items()},
            }
            wrong += [f"{name}: {place}" for place, text in places.items() if new.found_in(text)]
    assert not wrong, "the new secret is there too"


FORMS: dict[str, tuple[str, dict[str, str]]] = {
    "accounts:sign-in": ("anonymous", {"email": "alice@example.com", "password": TYPED}),
    "accounts:password": ("owner", {"current_password": TYPED, "new_password": TYPED}),
    "accounts:delete-team": ("owner", {"name": "Acme", "current_password": TYPED}),
    "accounts:second-factor-removal": ("editor", {"current_password": TYPED, "code": ""}),
    "accounts:second-factor-recovery-codes": ("editor", {"code": TYPED}),
    "accounts:second-factor-activation": ("viewer", {"current_password": TYPED, "code": "000000"}),
    "accounts:join": ("anonymous", {"name": "", "email": "no address", "password": TYPED}),
    "accounts:reset": ("anonymous", {"new_password": TYPED[:4], "password": TYPED}),
    "sharing:share-version": ("owner", {"which": "", "days": "", "password": TYPED}),
    "sharing:unlock": ("anonymous", {"password": TYPED}),
}
LINKS = {
    "accounts:join": "an invitation",
    "accounts:reset": "a reset link",
    "sharing:unlock": "a share link",
}


def test_a_form_that_comes_back_has_no_secret_in_it(
    world: World, clients: dict[str, Client], secrets: Secrets
) -> None:
    wrong: list[str] = []
    typed = Secrets({"what was typed": [TYPED]})
    viewer = world.people["viewer"]
    assert viewer is not None
    for (name, (actor, fields)), headers in product(FORMS.items(), ({}, FRAGMENT)):
        (url,) = [url for url in URLS if url.name == name]
        with undone():
            arguments = world.arguments(url, actor)
            if name in LINKS:
                arguments["token"] = secrets[LINKS[name]]
            if name == "accounts:reset":
                arguments["uid"] = reset_path(viewer).split("/")[3]
            answer = clients[actor].post(reverse(name, kwargs=arguments), fields, headers=headers)
            assert answer.status_code == 422, (name, answer.status_code)
            said = content_of(answer)
            may_tell = {LINKS.get(name), WAITING if actor == "viewer" else None}
            told = {*typed.found_in(said), *secrets.found_in(said)} - may_tell
            wrong += [f"{name} with {headers} tells {secret}" for secret in told]
    assert not wrong


# What is kept ------------------------------------------------------------------------------------


def test_a_plain_dump_of_all_tables_holds_no_secret(secrets: Secrets) -> None:
    wrong = [
        f"{table} holds {name}"
        for table, rows in tables().items()
        for name in secrets.found_in(rows)
    ]
    assert not wrong


def test_the_sessions_hold_no_secret(secrets: Secrets) -> None:
    assert "new_second_factor" in _sessions()
    assert secrets.found_in(_sessions()) == []


def _sessions() -> str:
    """What is in all sessions, which is compressed in the table."""
    return "\n".join(str(session.get_decoded()) for session in Session.objects.all())


@pytest.mark.django_db(transaction=True)
def test_a_backup_holds_no_secret(
    world: World,
    clients: dict[str, Client],
    secrets: Secrets,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = connection.settings_dict["NAME"]
    address = os.environ["DATABASE_URL"]
    plain, _, query = address.partition("?")
    monkeypatch.setenv("DATABASE_URL", f"{plain.rpartition('/')[0]}/{name}?{query}")
    file = tmp_path / "backup.zip"
    assert backup_commands.backup([str(file)]) == 0
    parts = list(files_in(file.read_bytes()))
    dump = parts[parts.index(backups.DUMP.encode()) + 1]
    with databases.program(
        "pg_restore", ["--file=-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as reader:
        statements, _ = reader.communicate(dump)
    assert b"alice@example.com" in statements
    for place, content in {"the file": b"\n".join(parts), "the dump": statements}.items():
        assert secrets.found_in(content) == [], place


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["accounts:add-connection", "accounts:connection-key"])
def test_a_key_that_cannot_be_used_does_not_come_back(
    name: str, world: World, clients: dict[str, Client]
) -> None:
    (url,) = [url for url in URLS if url.name == name]
    address = reverse(name, kwargs=world.arguments(url, "owner"))
    answer = clients["owner"].post(address, {"name": "", "key": TYPED})
    assert answer.status_code == 422
    assert not Secrets({"it": [TYPED]}).found_in(content_of(answer))
