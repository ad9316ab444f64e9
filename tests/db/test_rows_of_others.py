"""Rows of another person of the sender's own team: read by all members, changed by one.

What nobody else even sees (drafts, uploads, notices, sessions) is tried in test_url_rules.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from workbench.accounts.models import Membership
from workbench.prompts.models import Draft, Star
from workbench.runs.models import Run
from workbench.sharing.models import Proposal

from .naming import (
    ASKING_PAGE,
    DRAFT,
    RULES,
    TYPED,
    Field,
    all_wrong,
    begin_from,
    by_package,
    heir,
    of,
    read,
    rows_of_others,
)
from .unchanged import digests, undone
from .world import World

pytestmark = pytest.mark.django_db

Prepare = Callable[[World], Any]
DAY = {"which": "version", "days": "1"}


@dataclass(frozen=True)
class Act:
    """What ``actor`` does to a row of ``whose``, and the status that they get."""

    url: str
    actor: str
    whose: str
    status: int
    fields: dict[str, str] = field(default_factory=dict)
    before: Prepare = lambda world: None
    writes: frozenset[str] = frozenset()


def _runs_on(world: World) -> None:
    """The owner's comparison has a run that goes on."""
    run = Run.objects.filter(pk=world.runs["owner"].pk)
    run.update(state="streaming", comparison=world.comparisons["owner"], pane=0)


def _waits(world: World) -> None:
    """The editor's run waits for the result of a tool."""
    call = {"type": "tool_use", "id": "t1", "name": "look", "input": {}}
    tool = {"name": "look", "input_schema": {"type": "object"}}
    run = world.runs["editor"]
    run.ending, run.message = "tool_use", {"role": "assistant", "content": [call]}
    run.request["body"] |= {"tools": [tool], "messages": [{"role": "user", "content": "Hi"}]}
    run.save()


def _archived(world: World) -> None:
    prompt = world.prompts["acme"]
    prompt.archived_at = timezone.now()
    prompt.save(update_fields=["archived_at"])


def _proposed_by(actor: str) -> Prepare:
    return lambda world: Proposal.objects.update(author=world.people[actor])


def _starred(world: World) -> None:
    prompt = world.prompts["acme"]
    Star.objects.create(team=prompt.team, user=world.people["owner"], prompt=prompt)


def _two_owners(world: World) -> None:
    """The owner is not the last one, who stays whoever asks."""
    Membership.objects.filter(pk=world.members["viewer"].pk).update(role="owner")


ACTS = [
    Act("sharing:edit-comment", "owner", "editor", 403, {"text": "Mine"}),
    Act("sharing:edit-comment", "editor", "owner", 403, {"text": "Mine"}),
    Act("sharing:delete-comment", "editor", "owner", 403),
    Act("sharing:revoke-link", "editor", "owner", 403),
    Act("sharing:share-prompt", "editor", "owner", 403, DAY),
    Act("sharing:share-version", "editor", "owner", 403, DAY),
    Act("sharing:share-run", "editor", "owner", 403, DAY),
    Act("sharing:share-comparison", "editor", "owner", 403, DAY),
    Act("sharing:withdraw-proposal", "owner", "editor", 422, before=_proposed_by("editor")),
    Act("sharing:approve-proposal", "owner", "owner", 422, before=_proposed_by("owner")),
    Act("runs:cancel", "editor", "owner", 403, before=_runs_on),
    Act("runs:stop-comparison", "editor", "owner", 403, before=_runs_on),
    Act("runs:keep-results", "owner", "editor", 404, {"result-1-text": "Mine"}, _waits),
    Act("runs:converse", "owner", "editor", 404, DRAFT),
    Act("runs:complaint", "owner", "editor", 404, DRAFT),
    Act("prompts:delete", "editor", "owner", 403, {"name": "Example"}, _archived),
    Act("accounts:change-role", "admin", "owner", 422, {"role": "viewer"}, _two_owners),
    Act("accounts:remove-member", "admin", "owner", 422, before=_two_owners),
]
"""What only one person may, or who has more rights: refused, and nothing is changed."""

BESIDE = [
    Act(
        "runs:results",
        "owner",
        "editor",
        302,
        DRAFT | {"editor": "1", "result-1-text": "Mine", "results_key": "key-1"},
        _waits,
        frozenset({"runs_run"}),
    ),
    Act(
        "sharing:read-all",
        "owner",
        "owner",
        302,
        {"newest": "9" * 9},
        writes=frozenset({"sharing_notice"}),
    ),
    Act("prompts:star", "editor", "owner", 302, {"starred": ""}, _starred),
    Act(
        "prompts:uploads",
        "owner",
        "owner",
        302,
        {"text": "Hello"},
        writes=frozenset({"prompts_libraryupload", "prompts_uploadpart"}),
    ),
]
"""What everybody may for themselves: nothing of others is changed."""


def _page(_: World) -> str:
    return "editor-page"


def _of_theirs(world: World) -> None:
    Draft.objects.filter(pk=world.drafts["editor"].pk).update(prompt=world.prompts["acme"])


FIELDS = [
    *(
        Field(url, "page", _page, "nobodys-page", more=DRAFT, before=begin_from(1), writes=TYPED)
        for url in ("prompts:draft", "prompts:save", "prompts:changes", "runs:create")
    ),
    read(
        "search:palette",
        ASKING_PAGE,
        of("drafts", "editor"),
        shape="/t/acme/drafts/{}/",
        before=_of_theirs,
    ),
    heir("disabled"),
]
"""Pages, drafts and people that only their own page or an active member may be named as."""


@pytest.mark.parametrize("act", [*ACTS, *BESIDE], ids=lambda act: f"{act.url} {act.actor}")
def test_what_is_another_persons_is_left_alone(
    act: Act, world: World, clients: dict[str, Client]
) -> None:
    act.before(world)
    before, theirs = digests(), rows_of_others(world, act.actor)
    url = RULES[act.url]
    path = reverse(act.url, kwargs=world.arguments(url, act.whose))
    with undone():
        answer = clients[act.actor].post(path, act.fields)
        assert answer.status_code == act.status, answer.text
        now = digests()
        assert {table for table in now if now[table] != before[table]} == act.writes
        changed = rows_of_others(world, act.actor)
        assert {table for table in changed if changed[table] != theirs[table]} == set()


@pytest.mark.parametrize("rows", by_package(FIELDS))
def test_what_is_another_persons_to_name_is_neither_taken_nor_told(
    rows: list[Field], world: World, clients: dict[str, Client], settings: Any
) -> None:
    assert not (found := all_wrong(rows, world, clients, settings)), "\n".join(found)
