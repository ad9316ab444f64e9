"""Ids, numbers, slugs and names in forms and query strings that are not the sender's to name.

Each field of the table gets the row of another team, one that does not exist, and nonsense. The
answer is never a failure, says the same of a foreign row as of none, and changes nothing.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from workbench.accounts.mail.server import MailServer
from workbench.prompts.models import Prompt, ProtectedLabel, ValueSet

from .asking import URLS
from .unchanged import digests, undone
from .world import TOKENS, World

pytestmark = pytest.mark.django_db

NOWHERE = "987654321"
NONSENSE = ("x", "-1", "0", str(2**63), "1\0", "9" * 10_000, "²", "٣" * 9)
DRAFT = {"name": "Example", "system-text": "Be kind."}
VOICE = {"name": "Voice", "text": "Be kind.", "description": "", "tags": "", "note": ""}
TYPED = {"prompts_draft", "prompts_draftcopy"}
"""What is typed is kept, whatever else the same form names."""
THEIRS = (b"Example of elsewhere", b"Theirs alone")
EVERYWHERE = {"accounts_apitoken"}  # programs: when their token was last used
Given = Callable[[World], Any]


@dataclass(frozen=True)
class Field:
    """A field that names a row: of another team in ``foreign``, of nobody in ``missing``.

    ``others`` are the foreign rows that one person alone may name. ``{}`` in ``shape`` is where
    the value stands in the field.
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


def _of(rows: str, key: str = "elsewhere", attribute: str = "pk") -> Given:
    return lambda world: getattr(getattr(world, rows)[key], attribute)


def _person(actor: str) -> Given:
    return lambda world: world.people[actor].pk


def _get(url: str, name: str, foreign: Given, missing: Any = NOWHERE, **more: Any) -> Field:
    return Field(url, name, foreign, missing, "GET", **more)


def _number(_: World) -> str:
    return "3"  # the stranger's prompt has it, ours does not


def _slug(_: World) -> str:
    return "example-of-elsewhere"


def _theirs(_: World) -> str:
    return "theirs"  # a tag, label or name of theirs alone


def _of_a_prompt(world: World) -> None:
    draft = world.drafts["owner"]
    draft.prompt, draft.base_number = world.prompts["acme"], 1
    draft.save(update_fields=["prompt", "base_number"])


def _value_set(world: World) -> Any:
    return ValueSet.objects.get(team=world.teams["elsewhere"]).pk


def _cursor(world: World) -> str:
    prompt = world.prompts["elsewhere"]
    prompt.refresh_from_db()
    return f"{prompt.updated_at.isoformat()} {prompt.pk}"


FILTERS = [
    _get("prompts:library", "author", _person("stranger")),
    *(_get("prompts:library", name, _theirs, "nobodys") for name in ("tag", "label", "model")),
    _get("prompts:history", "before", _of("prompts")),
    *(_get("prompts:news", name, _number, "99") for name in ("seen", "told")),
    _get("prompts:choose-versions", "from", _number, "99", more={"to": "1"}),
    _get("prompts:choose-versions", "to", _number, "99", more={"from": "1"}),
    _get("prompts:files", "prompt", _of("prompts")),
    _get("prompts:presets", "after", _theirs, "thein"),
    _get("prompts:draft-presets", "preset", _of("presets")),
    _get("prompts:merge", "newer", _number, "99", before=_of_a_prompt),
    _get("prompts:system-prompts", "tag", _theirs, "nobodys"),
    _get("prompts:choose-system-prompt", "chosen", _slug, "nobodys"),
    _get("prompts:choose-system-prompt", "compare", _slug, "nobodys", shape="{} 1"),
    *(_get("runs:list", name, _of("prompts")) for name in ("prompt",)),
    _get("runs:list", "version", _number, "99", more={"prompt": "1"}),
    _get("runs:list", "person", _person("stranger")),
    _get("runs:choose-other", "with", _of("runs", "stranger")),
    _get("runs:compare", "from", _of("comparisons", "stranger")),
    _get("runs:usage", "prompt", _of("prompts")),
    _get("runs:usage", "member", _person("stranger")),
    _get("accounts:audit", "actor", _person("stranger")),
    _get("sharing:proposals", "prompt", _of("prompts")),
    _get("sharing:propose", "number", _number, "99", more={"label": "a"}),
    _get("sharing:propose", "label", _theirs, "nobodys"),
    _get("search:page", "in", _theirs, "nobodys", more={"q": "Example"}),
    _get("api:prompts", "tag", _theirs, "nobodys"),
    _get("api:prompts", "label", _theirs, "nobodys"),
    _get("api:prompts", "model", _theirs, "nobodys"),
    _get("api:prompt", "version", _number, "99"),
    _get("api:prompt", "label", _theirs, "nobodys"),
    _get("api:system-prompts", "tag", _theirs, "nobodys"),
    _get("api:system-prompt", "version", _number, "99"),
]
"""What a list is narrowed down to, or a page shows."""

PAGES = [
    *(_get("prompts:library", "before", _cursor, "x"),),
    _get("prompts:system-prompts", "before", _cursor, "x"),
    _get("prompts:draft-presets", "after", _slug, "nobodys"),
    _get("runs:list", "before", _of("runs", "stranger")),
    _get("sharing:links", "before", _of("links", "stranger")),
    _get("sharing:webhook", "before", _of("deliveries", "stranger")),
    _get("sharing:inbox", "before", _of("notices", "stranger")),
    _get("sharing:prompt-comments", "before", _of("comments", "stranger")),
    _get("sharing:proposals", "before", _of("proposals")),
    _get("search:page", "before", _cursor, "x", more={"q": "Example", "in": "prompts"}),
    _get("accounts:audit", "before", _of("runs", "stranger")),
    _get("accounts:people", "after", lambda world: "stranger@", "x", actor="instance admin"),
    _get("api:prompts", "before", lambda world: f"1-{world.prompts['elsewhere'].pk}", "1-1"),
    _get("api:versions", "before", _number, "99"),
    _get("api:system-prompts", "before", lambda world: "1-1", "1-2"),
]
"""Where a page of a list begins: any row may stand there, and it shows none of it."""

POSTS = [
    Field("prompts:new-draft", "prompt", _of("prompts"), more={"number": "1"}),
    Field(
        "prompts:labels", "number", _number, "99", more={"name": "staging"}, writes=frozenset(TYPED)
    ),
    Field("prompts:uploads", "prompt", _of("prompts"), more={"text": "Hello"}),
    Field("prompts:apply-preset", "preset", _of("presets")),
    Field(
        "prompts:new-preset",
        "replaces",
        _of("presets"),
        more={"preset-name": "Short", "part": "body.max_tokens"},
    ),
    Field("prompts:transfer", "team", lambda world: "elsewhere", "nobodys"),
    Field("prompts:system-prompt-text", "base", _number, "99", more=VOICE),
    Field("prompts:successor-draft", "number", _number, "99"),
    *(
        Field(
            "prompts:values",
            "value-set",
            _value_set,
            more={verb: "1", "value-set-name": "New", **DRAFT},
            before=_of_a_prompt,
            writes=frozenset(TYPED),
        )
        for verb in ("delete", "restore", "rename")
    ),
    *(
        Field(
            "prompts:choose-system-prompt",
            verb,
            _slug,
            "nobodys",
            shape="{} 1",
            more={"name": "Example"},
            writes=frozenset(TYPED),
        )
        for verb in ("insert", "replace")
    ),
    Field(
        "prompts:draft",
        "upstream",
        lambda world: world.connections["stranger"].pk,
        more=DRAFT,
        writes=frozenset(TYPED),
    ),
    Field(
        "prompts:draft",
        "base",
        _number,
        "99",
        more=DRAFT,
        before=_of_a_prompt,
        writes=frozenset(TYPED),
    ),
    Field("prompts:attachments", "to", _theirs, "nobodys", more=DRAFT, writes=frozenset(TYPED)),
    Field("sharing:write-on-prompt", "parent", _of("comments", "stranger"), more={"text": "Hi"}),
    Field("sharing:write-on-run", "parent", _of("comments", "stranger"), more={"text": "Hi"}),
    Field("sharing:propose", "number", _number, "99", more={"label": "b", "note": ""}),
    Field("sharing:share-prompt", "which", _of("prompts"), more={"days": "1"}),
    Field("sharing:copy", "team", lambda world: "elsewhere", "nobodys"),
    Field("sharing:lift-protection", "name", _theirs, "nobodys"),
    Field("sharing:webhook-state", "state", _theirs, "nobodys"),
    Field(
        "accounts:change-role",
        "role",
        _of("members", "stranger", "role"),
        "nobodys",
        shape="{}s",
        arguments=lambda world: {"member": world.members["viewer"].pk},
    ),
    Field("accounts:invitations", "role", _theirs, "nobodys", more={"days": "7", "uses": "1"}),
    Field("accounts:money", "spend_role", _theirs, "nobodys", more={"cap_usd": "10"}),
    Field("accounts:person-state", "state", _theirs, "nobodys", actor="instance admin"),
]
"""What a form changes: each of these is refused."""

RULES = {url.name: url for url in URLS}


@pytest.fixture(autouse=True)
def rows_of_theirs(world: World, settings: Any) -> None:
    """Rows of the other team by names that ours has not; nothing that is sent leaves."""
    settings.MAIL_SERVER = MailServer("127.0.0.1", 9)
    team, prompt = world.teams["elsewhere"], world.prompts["elsewhere"]
    Prompt.objects.filter(pk=prompt.pk).update(tags=["theirs"])
    ValueSet.objects.create(team=team, prompt=prompt, name="Kept", values={"a": "b"})
    ProtectedLabel.objects.create(team=team, name="theirs")
    world.presets["elsewhere"].name = "Theirs alone"
    world.presets["elsewhere"].save(update_fields=["name"])


def _ask(row: Field, value: Any, world: World, clients: dict[str, Client]) -> HttpResponse:
    arguments = world.arguments(RULES[row.url], row.actor) | row.arguments(world)
    path = reverse(row.url, kwargs=arguments)
    sent = [row.shape.format(each) for each in (value if isinstance(value, list) else [value])]
    fields = row.more | {row.name: sent}
    if row.url.startswith("api:"):
        client = Client(raise_request_exception=False)
        answer = client.get(path, fields, headers={"Authorization": f"Bearer {TOKENS['acme']}"})
    elif row.method == "GET":
        answer = clients[row.actor].get(path, fields)
    else:
        answer = clients[row.actor].post(path, fields)
    if answer.streaming:
        answer.getvalue()
    return answer


def _words(answer: HttpResponse, *values: Any) -> str:
    """What a reader sees: no attributes, and not the values that were sent."""
    text = answer.get("Location", "")
    if not answer.streaming and answer.get("Content-Type", "").startswith("text/html"):
        page = re.sub(r"<(script|style|select)\b.*?</\1>", "", answer.text, flags=re.S)
        text += " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())
    for value in sorted(map(str, values), key=len, reverse=True):
        text = text.replace(value, "…")
    return text


def _rows_of_theirs(world: World) -> dict[str, str]:
    """A digest of all rows of the other team, by table."""
    found = {}
    with connection.cursor() as cursor:
        for table in digests():
            columns = connection.introspection.get_table_description(cursor, table)
            if "team_id" in {column.name for column in columns}:
                cursor.execute(
                    f"SELECT count(*) || ':' || coalesce(sum(hashtextextended(t::text, 0)), 0)"
                    f" FROM {table} t WHERE team_id = %s",
                    [world.teams["elsewhere"].pk],
                )
                found[table] = cursor.fetchone()[0]
    return found


def _shows_theirs(answer: HttpResponse) -> bool:
    return not answer.streaming and any(name in answer.content for name in THEIRS)


def _wrong(row: Field, world: World, clients: dict[str, Client]) -> Iterator[str]:
    row.before(world)
    before, theirs = digests(), _rows_of_theirs(world)
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
            if row.writes and _rows_of_theirs(world) != theirs:
                yield f"{shown!r}: changed rows of another team"
            if row.method == "GET" and answer.status_code < 300 and _shows_theirs(answer):
                yield f"{shown!r}: shows a row of another team"
    ours, none = answers[str(foreign)], answers[str(row.missing)]
    if row in PAGES:
        return
    if ours.status_code != none.status_code:
        yield f"{ours.status_code} of a foreign row and {none.status_code} of none"
    elif (one := _words(ours, foreign, row.missing)) != (two := _words(none, foreign, row.missing)):
        place = next(
            i for i, (a, b) in enumerate(zip(one + " ", two + " ", strict=False)) if a != b
        )
        yield f"two sentences: {one[place - 40 : place + 60]!r}, {two[place - 40 : place + 60]!r}"


def _by_package() -> list[Any]:
    """One case per package and way, whose requests share a world and are undone."""
    rows = sorted([*FILTERS, *PAGES, *POSTS], key=_package)
    return [
        pytest.param(list(group), id=f"{package} {method}")
        for (package, method), group in groupby(rows, key=_package)
    ]


def _package(row: Field) -> tuple[str, str]:
    return row.url.partition(":")[0], row.method


@pytest.mark.parametrize("rows", _by_package())
def test_what_is_not_theirs_to_name_is_neither_taken_nor_told(
    rows: list[Field], world: World, clients: dict[str, Client]
) -> None:
    wrong: list[str] = []
    for row in rows:
        with undone():
            wrong += [
                f"{row.method} {row.url} {row.name}: {what}" for what in _wrong(row, world, clients)
            ]
    assert not wrong, "\n".join(wrong)
