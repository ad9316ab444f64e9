"""Ids, numbers, slugs and names in forms and query strings that are another team's to name.

Each field of the table gets the row of another team, one that does not exist, and nonsense. The
answer is never a failure, says the same of a foreign row as of none, and changes nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from workbench.prompts.models import ValueSet

from .naming import (
    ASKING_PAGE,
    DRAFT,
    TYPED,
    Field,
    Given,
    all_wrong,
    begin_from,
    by_package,
    heir,
    of,
    read,
)
from .world import World

pytestmark = pytest.mark.django_db

WRITTEN_DOWN = frozenset({"accounts_auditevent"})
VOICE = {"name": "Voice", "text": "Be kind.", "description": "", "tags": "", "note": ""}


def _person(actor: str) -> Given:
    return lambda world: world.people[actor].pk


def _number(_: World) -> str:
    return "3"  # the stranger's prompt has it, ours does not


def _slug(_: World) -> str:
    return "example-of-elsewhere"


def _theirs(_: World) -> str:
    return "theirs"  # a tag, label or name of theirs alone


def _page(_: World) -> str:
    return "stranger-page"


def _value_set(world: World) -> Any:
    return ValueSet.objects.get(team=world.teams["elsewhere"]).pk


def _cursor(world: World) -> str:
    prompt = world.prompts["elsewhere"]
    prompt.refresh_from_db()
    return f"{prompt.updated_at.isoformat()} {prompt.pk}"


FILTERS = [
    read("prompts:library", "author", _person("stranger")),
    *(read("prompts:library", name, _theirs, "nobodys") for name in ("tag", "label", "model")),
    read("prompts:history", "before", of("prompts")),
    *(read("prompts:news", name, _number, "99") for name in ("seen", "told")),
    read("prompts:choose-versions", "from", _number, "99", more={"to": "1"}),
    read("prompts:choose-versions", "to", _number, "99", more={"from": "1"}),
    read("prompts:files", "prompt", of("prompts")),
    read("prompts:presets", "after", _theirs, "thein"),
    read("prompts:draft-presets", "preset", of("presets")),
    read("prompts:merge", "newer", _number, "99", before=begin_from(1)),
    read("prompts:system-prompts", "tag", _theirs, "nobodys"),
    read("prompts:choose-system-prompt", "chosen", _slug, "nobodys"),
    read("prompts:choose-system-prompt", "compare", _slug, "nobodys", shape="{} 1"),
    read("runs:list", "prompt", of("prompts")),
    read("runs:list", "version", _number, "99", more={"prompt": "1"}),
    read("runs:list", "person", _person("stranger")),
    read("runs:choose-other", "with", of("runs", "stranger")),
    read("runs:compare", "from", of("comparisons", "stranger")),
    read("prompts:library-archive", "prompt", of("prompts"), writes=WRITTEN_DOWN),
    *(read(url, "prompt", of("prompts")) for url in ("runs:usage", "runs:usage-csv")),
    *(read(url, "member", _person("stranger")) for url in ("runs:usage", "runs:usage-csv")),
    read("accounts:audit", "actor", _person("stranger")),
    read("accounts:audit-file", "actor", _person("stranger"), writes=WRITTEN_DOWN),
    read("sharing:proposals", "prompt", of("prompts")),
    read("sharing:propose", "number", _number, "99", more={"label": "a"}),
    read("sharing:propose", "label", _theirs, "nobodys"),
    read("search:page", "in", _theirs, "nobodys", more={"q": "Example"}),
    read("search:palette", ASKING_PAGE, of("prompts"), shape="/t/acme/prompts/{}/"),
    read("search:palette", ASKING_PAGE, of("drafts", "stranger"), shape="/t/acme/drafts/{}/"),
    read("api:prompts", "tag", _theirs, "nobodys"),
    read("api:prompts", "label", _theirs, "nobodys"),
    read("api:prompts", "model", _theirs, "nobodys"),
    read("api:prompt", "version", _number, "99"),
    read("api:prompt", "label", _theirs, "nobodys"),
    read("api:system-prompts", "tag", _theirs, "nobodys"),
    read("api:system-prompt", "version", _number, "99"),
]
"""What a list is narrowed down to, or a page shows."""

LISTS = [
    read("prompts:library", "before", _cursor, "x"),
    read("prompts:system-prompts", "before", _cursor, "x"),
    read("prompts:draft-presets", "after", _slug, "nobodys"),
    read("runs:list", "before", of("runs", "stranger")),
    read("sharing:links", "before", of("links", "stranger")),
    read("sharing:webhook", "before", of("deliveries", "stranger")),
    read("sharing:inbox", "before", of("notices", "stranger")),
    read("sharing:prompt-comments", "before", of("comments", "stranger")),
    read("sharing:proposals", "before", of("proposals")),
    read("search:page", "before", _cursor, "x", more={"q": "Example", "in": "prompts"}),
    read("accounts:audit", "before", of("runs", "stranger")),
    read("accounts:people", "after", lambda world: "stranger@", "x", actor="instance admin"),
    read("api:prompts", "before", lambda world: f"1-{world.prompts['elsewhere'].pk}", "1-1"),
    read("api:versions", "before", _number, "99"),
    read("api:system-prompts", "before", lambda world: "1-1", "1-2"),
]
"""Where a page of a list begins: any row may stand there, and it shows none of it."""

POSTS = [
    Field("prompts:new-draft", "prompt", of("prompts"), more={"number": "1"}),
    Field("prompts:labels", "number", _number, "99", more={"name": "staging"}, writes=TYPED),
    Field("prompts:uploads", "prompt", of("prompts"), more={"text": "Hello"}),
    Field("prompts:apply-preset", "preset", of("presets")),
    Field(
        "prompts:new-preset",
        "replaces",
        of("presets"),
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
            before=begin_from(1),
            writes=TYPED,
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
            writes=TYPED,
        )
        for verb in ("insert", "replace")
    ),
    Field(
        "prompts:draft",
        "upstream",
        lambda world: world.connections["stranger"].pk,
        more=DRAFT,
        writes=TYPED,
    ),
    Field(
        "prompts:draft",
        "base",
        _number,
        "99",
        more=DRAFT,
        before=begin_from(1),
        writes=TYPED,
    ),
    # With the newest version as its base, the second version would be undone.
    Field("prompts:save", "base", _number, "99", more=DRAFT, before=begin_from(1), writes=TYPED),
    *(
        Field(url, "page", _page, "nobodys-page", more=DRAFT, before=begin_from(1), writes=TYPED)
        for url in ("prompts:draft", "prompts:save", "prompts:changes", "runs:create")
    ),
    *(
        Field(
            "runs:compare",
            "pane-a-version",
            _number,
            "99",
            more={"pane": "a", "do": do},
            before=begin_from(2),
        )
        for do in ("run", "show", "same")
    ),
    Field("prompts:attachments", "to", _theirs, "nobodys", more=DRAFT, writes=TYPED),
    Field("sharing:write-on-prompt", "parent", of("comments", "stranger"), more={"text": "Hi"}),
    Field("sharing:write-on-run", "parent", of("comments", "stranger"), more={"text": "Hi"}),
    *(
        Field(
            f"sharing:write-on-{what}",
            "mention",
            _person("stranger"),
            more={"text": "Hi"},
            writes=frozenset({"sharing_comment"}),
            is_fragment=True,
        )
        for what in ("prompt", "version", "run", "proposal")
    ),
    Field("sharing:propose", "number", _number, "99", more={"label": "b", "note": ""}),
    Field("sharing:share-prompt", "which", of("prompts"), more={"days": "1"}),
    Field("sharing:copy", "team", lambda world: "elsewhere", "nobodys"),
    Field("sharing:lift-protection", "name", _theirs, "nobodys"),
    Field("sharing:webhook-state", "state", _theirs, "nobodys"),
    Field(
        "accounts:change-role",
        "role",
        of("members", "stranger", "role"),
        "nobodys",
        shape="{}s",
        arguments=lambda world: {"member": world.members["viewer"].pk},
    ),
    Field("accounts:invitations", "role", _theirs, "nobodys", more={"days": "7", "uses": "1"}),
    Field("accounts:money", "spend_role", _theirs, "nobodys", more={"cap_usd": "10"}),
    Field("accounts:person-state", "state", _theirs, "nobodys", actor="instance admin"),
    heir("stranger"),
]
"""What a form changes: each of these is refused."""

PAGES = [replace(row, is_place=True) for row in LISTS]


@pytest.mark.parametrize("rows", by_package([*FILTERS, *PAGES, *POSTS]))
def test_what_is_not_theirs_to_name_is_neither_taken_nor_told(
    rows: list[Field], world: World, clients: dict[str, Client], settings: Any
) -> None:
    assert not (found := all_wrong(rows, world, clients, settings)), "\n".join(found)
