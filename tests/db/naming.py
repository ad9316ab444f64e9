"""A field that names a row which its sender may not name: what it is, and what is wrong then."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from workbench.accounts.mail.server import MailServer
from workbench.accounts.models import AuditEvent
from workbench.prompts.models import DraftCopy, Prompt, ProtectedLabel, ValueSet
from workbench.runs.models import UsageSum

from .asking import URLS
from .secrets_of_world import content_of
from .unchanged import digests, undone
from .world import TOKENS, World

NOWHERE = "987654321"
NONSENSE = ("x", "-1", "0", str(2**63), "1\0", "9" * 10_000, "²", "٣" * 9)
DRAFT = {"name": "Example", "system-text": "Be kind."}
TYPED = frozenset({"prompts_draft", "prompts_draftcopy"})
"""What is typed is kept, whatever else the same form names."""
THEIRS = (b"Example of elsewhere", b"Theirs alone", b"charlie@", b"example-of-elsewhere/")
ASKING_PAGE = "HX-Current-URL"
EVERYWHERE = {"accounts_apitoken"}  # programs: when their token was last used
RULES = {url.name: url for url in URLS}
Given = Callable[[World], Any]


@dataclass(frozen=True)
class Field:
    """A field that names a row: of others in ``foreign``, of nobody in ``missing``.

    Where it ``is_place``, a page of a list begins there: any row may stand there, and it shows none
    of it. ``{}`` in ``shape`` is where the value stands in the field, ``{acme}`` in ``name`` the
    number of our team.
    """

    url: str
    name: str
    foreign: Given
    missing: Any = NOWHERE
    method: str = "POST"
    more: dict[str, Any] = field(default_factory=dict)
    shape: str = "{}"
    actor: str = "owner"
    writes: frozenset[str] = frozenset()
    before: Callable[[World], Any] = lambda world: None
    arguments: Given = lambda world: {}
    is_place: bool = False
    is_fragment: bool = False
    """Asked for by htmx, whose answer shows what came of it."""


def of(rows: str, key: str = "elsewhere", attribute: str = "pk") -> Given:
    """A column of one of the rows of the world."""
    return lambda world: getattr(getattr(world, rows)[key], attribute)


def read(url: str, name: str, foreign: Given, missing: Any = NOWHERE, **more: Any) -> Field:
    """A field of a query string."""
    return Field(url, name, foreign, missing, "GET", **more)


def heir(member: str) -> Field:
    """Who owns our team from then on, in the form that disables its owner."""
    return Field(
        "accounts:person-state",
        "owner-{acme}",
        of("members", member),
        more={"state": "disabled"},
        actor="instance admin",
        arguments=lambda world: {"person": world.people["owner"].pk},
    )


def begin_from(number: int) -> Callable[[World], None]:
    """The owner's draft is one of the prompt, begun from its version ``number``."""

    def change(world: World) -> None:
        draft = world.drafts["owner"]
        draft.prompt, draft.base_number = world.prompts["acme"], number
        draft.save(update_fields=["prompt", "base_number"])

    return change


def give_names(world: World, settings: Any) -> None:
    """Give others rows by names that no row of the sender has; nothing that is sent leaves."""
    settings.MAIL_SERVER = MailServer("127.0.0.1", 9)
    team, prompt = world.teams["elsewhere"], world.prompts["elsewhere"]
    Prompt.objects.filter(pk=prompt.pk).update(tags=["theirs"])
    ValueSet.objects.create(team=team, prompt=prompt, name="Kept", values={"a": "b"})
    ProtectedLabel.objects.create(team=team, name="theirs")
    world.presets["elsewhere"].name = "Theirs alone"
    world.presets["elsewhere"].save(update_fields=["name"])
    stranger = world.people["stranger"]
    assert stranger is not None
    AuditEvent.objects.create(
        team=team, actor=stranger, action="team.rename", target="Theirs alone"
    )
    for kind, key in (("member", str(stranger.pk)), ("prompt", str(prompt.pk))):
        day = {"team": team, "day": timezone.now().date(), "upstream": "simulator", "runs": 7}
        UsageSum.objects.create(kind=kind, key=key, **day)
    for actor in ("stranger", "editor"):
        copy = world.copies[actor]
        copy.typed = copy.typed | {"name": "Theirs alone"}
        copy.page = f"{actor}-page"
        copy.save(update_fields=["typed", "page"])


def wrong(row: Field, world: World, clients: dict[str, Client]) -> Iterator[str]:
    """What is wrong with the answers to a foreign row, to none and to nonsense."""
    row.before(world)
    before, theirs = digests(), rows_of_others(world, row.actor)
    answers, cookies = {}, clients[row.actor].cookies.copy()
    foreign = row.foreign(world)
    for value in (foreign, row.missing, *NONSENSE, [str(foreign), "x"]):
        clients[row.actor].cookies = cookies.copy()  # without the messages of the last answer
        with undone():
            shown = str(value)[:30]
            answer = answers[str(value)] = _ask(row, value, world, clients)
            if answer.status_code >= 500:
                yield f"{shown!r}: {answer.status_code}"
                continue
            now = digests()
            changed = (
                {table for table in now if now[table] != before[table]} - row.writes - EVERYWHERE
            )
            if changed:
                yield f"{shown!r}: {answer.status_code}, and changed {sorted(changed)}"
            if row.writes and rows_of_others(world, row.actor) != theirs:
                yield f"{shown!r}: changed rows of others"
            if row.actor != "instance admin" and _shows_theirs(answer):
                yield f"{shown!r}: shows a row of others"
    ours, none = answers[str(foreign)], answers[str(row.missing)]
    if row.is_place:
        return
    if ours.status_code != none.status_code:
        yield f"{ours.status_code} of a foreign row and {none.status_code} of none"
    elif (one := words(ours, foreign, row.missing)) != (two := words(none, foreign, row.missing)):
        place = next(
            i for i, (a, b) in enumerate(zip(one + " ", two + " ", strict=False)) if a != b
        )
        yield f"two sentences: {one[:place][-40:]!r} {one[place:][:60]!r}, {two[place:][:60]!r}"


def all_wrong(
    rows: list[Field], world: World, clients: dict[str, Client], settings: Any
) -> list[str]:
    """What is wrong with all of the fields, one after the other, each undone."""
    give_names(world, settings)
    found: list[str] = []
    for row in rows:
        with undone():
            found += [
                f"{row.method} {row.url} {row.name}: {what}" for what in wrong(row, world, clients)
            ]
    return found


def by_package(rows: list[Field]) -> list[Any]:
    """One case per package and way, whose requests share a world and are undone."""
    return [
        pytest.param(list(group), id=f"{package} {method}")
        for (package, method), group in groupby(sorted(rows, key=_package), key=_package)
    ]


def _package(row: Field) -> tuple[str, str]:
    return row.url.partition(":")[0], row.method


def _ask(row: Field, value: Any, world: World, clients: dict[str, Client]) -> HttpResponse:
    arguments = world.arguments(RULES[row.url], row.actor) | row.arguments(world)
    path = reverse(row.url, kwargs=arguments)
    sent = [row.shape.format(each) for each in (value if isinstance(value, list) else [value])]
    fields = row.more | {row.name.format(acme=world.teams["acme"].pk): sent}
    if row.name == ASKING_PAGE:
        headers = {"HX-Request": "true", ASKING_PAGE: sent[0].replace("\0", "")}
        answer = clients[row.actor].get(path, row.more, headers=headers)
    elif row.url.startswith("api:"):
        client = Client(raise_request_exception=False)
        answer = client.get(path, fields, headers={"Authorization": f"Bearer {TOKENS['acme']}"})
    elif row.method == "GET":
        answer = clients[row.actor].get(path, fields)
    else:
        headers = {"HX-Request": "true"} if row.is_fragment else {}
        answer = clients[row.actor].post(path, fields, headers=headers)
    answer.all_of_it = content_of(answer)  # also of a stream, which is read once
    return answer


def words(answer: HttpResponse, *values: Any) -> str:
    """What a reader sees: no attributes, not what time it is, and not the values that were sent."""
    text = re.sub(r"(before=|#comment-)\d+", r"\1", answer.get("Location", ""))
    if not answer.streaming and answer.get("Content-Type", "").startswith("text/html"):
        page = re.sub(r"<(script|style|select)\b.*?</\1>", "", answer.text, flags=re.S)
        page = re.sub(r"\b\d\d:\d\d\b", "", page)
        text += " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())
    for value in sorted(map(str, values), key=len, reverse=True):
        text = text.replace(value, "…")
    return text


def rows_of_others(world: World, actor: str) -> dict[str, Any]:
    """A digest of the rows of the other team, by table, and of what is another person's in ours."""
    user, found = world.people[actor], {}
    assert user is not None
    with connection.cursor() as cursor:
        for table, has_user in _tables_of_teams().items():
            others = " OR user_id <> %s" if has_user else ""
            cursor.execute(
                f"SELECT count(*) || ':' || coalesce(sum(hashtextextended(t::text, 0)), 0)"
                f" FROM {table} t WHERE team_id = %s{others}",
                [world.teams["elsewhere"].pk, *([user.pk] if others else [])],
            )
            found[table] = cursor.fetchone()[0]
    copies = DraftCopy.objects.exclude(draft__user=user).order_by("pk")
    return found | {"copies": list(copies.values("pk", "draft", "page", "base", "typed"))}


@cache
def _tables_of_teams() -> dict[str, bool]:
    """The tables whose rows belong to a team, and whether each to a person as well."""
    found = {}
    with connection.cursor() as cursor:
        for table in digests():
            columns = connection.introspection.get_table_description(cursor, table)
            names = {column.name for column in columns}
            if "team_id" in names:
                found[table] = "user_id" in names
    return found


def _shows_theirs(answer: HttpResponse) -> bool:
    return any(name in answer.all_of_it for name in THEIRS)
