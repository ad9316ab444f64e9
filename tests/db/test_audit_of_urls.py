"""Every URL that takes a POST either writes an audit event with what it changes, or says why not.

The URLs come from the URLconf: a new one has to be put into one of the three tables below.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.conftest import PASSWORD
from tests.every_url import Url
from workbench.accounts import audit
from workbench.accounts.access import ABILITIES
from workbench.accounts.mail.server import MailServer
from workbench.accounts.models import AuditEvent, User
from workbench.prompts.models import ProtectedLabel, ValueSet
from workbench.runs.models import Run
from workbench.sharing.models import Proposal, Webhook

from .asking import URLS
from .unchanged import digests
from .world import TOKENS, World

pytestmark = pytest.mark.django_db

TESTS = Path(__file__).parents[1]
NEW_PASSWORD = "another long sentence"
DRAFT = {"name": "Example", "system-text": "Be kind."}
SYSTEM_PROMPT = {"name": "Voice", "text": "Be kind.", "description": "", "tags": "", "note": ""}
LINK = {"which": "version", "shows_system": "on", "days": "1"}
NEVER_WRITTEN = (
    PASSWORD,
    NEW_PASSWORD,
    "Be kind.",
    "Not yet.",
    "sk-ant-of",
    *TOKENS.values(),
)
"""Passwords, keys, tokens and what people write, all of them in the rows or forms of this test."""
Prepare = Callable[[World], dict[str, Any] | None]


@dataclass(frozen=True)
class Change:
    """What a POST is sent with, and what the audit trail has after it.

    ``before`` prepares rows and may give fields or, by ``arguments``, other parts of the URL.
    """

    action: str
    fields: dict[str, Any] = field(default_factory=dict)
    actor: str = "owner"
    before: Prepare = lambda world: None
    arguments: Callable[[World], dict[str, Any]] = lambda world: {}


def _member(actor: str) -> Callable[[World], dict[str, Any]]:
    return lambda world: {"member": world.members[actor].pk}


def _archived(world: World) -> None:
    prompt = world.prompts["acme"]
    prompt.archived_at = timezone.now()
    prompt.save(update_fields=["archived_at"])


def _of_a_prompt(world: World) -> None:
    """The owner's draft is one of the prompt, as value sets need it."""
    draft = world.drafts["owner"]
    draft.prompt = world.prompts["acme"]
    draft.save(update_fields=["prompt"])
    ValueSet.objects.create(team=draft.team, prompt=draft.prompt, name="Kept", values={"a": "b"})


def _second_team(world: World) -> None:
    world.teams["elsewhere"].memberships.create(user=world.people["owner"], role="owner")


def _running(world: World) -> None:
    Run.objects.filter(pk=world.runs["editor"].pk).update(state="streaming")


def _proposed_by_editor(world: World) -> None:
    Proposal.objects.filter(team=world.teams["acme"]).update(author=world.people["editor"])


def _approved(world: World) -> None:
    _proposed_by_editor(world)
    proposal = world.proposals["acme"]
    client = Client()
    client.force_login(world.people["owner"])
    client.post(reverse("sharing:approve-proposal", args=["acme", proposal.pk]))


def _webhook_off(world: World) -> None:
    Webhook.objects.update(is_active=True)


CHANGES = {
    "accounts:sign-in": Change(
        "sign-in", {"email": "alice@example.com", "password": PASSWORD}, "anonymous"
    ),
    "accounts:sign-out": Change("sign-out"),
    "accounts:account": Change("account.rename", {"name": "Alys", "theme": "dark"}),
    "accounts:password": Change(
        "password.change", {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    ),
    "accounts:end-session": Change("session.end"),
    "accounts:end-other-sessions": Change("session.end"),
    "accounts:person-state": Change("account.disable", {"state": "disabled"}, "instance admin"),
    "accounts:person-reset-link": Change("account.reset-link", actor="instance admin"),
    "accounts:mail-trial": Change("mail.test", actor="instance admin"),
    "accounts:teams": Change("team.create", {"name": "Lab"}),
    "accounts:team": Change("team.rename", {"name": "Apex"}),
    "accounts:delete-team": Change("team.delete", {"name": "Acme", "current_password": PASSWORD}),
    "accounts:leave-team": Change("member.leave", actor="editor"),
    "accounts:change-role": Change("member.role", {"role": "editor"}, arguments=_member("viewer")),
    "accounts:remove-member": Change("member.remove", arguments=_member("viewer")),
    "accounts:member-cap": Change("member.cap", {"cap_usd": "3"}, arguments=_member("viewer")),
    "accounts:invitations": Change(
        "invitation.create", {"role": "editor", "days": "7", "uses": "1", "email": ""}
    ),
    "accounts:revoke-invitation": Change("invitation.revoke"),
    "accounts:money": Change("team.money", {"cap_usd": "10", "spend_role": "admin"}),
    "accounts:connection": Change(
        "connection.update", {"name": "New", "api_version": "2026-10-21", "cap_usd": "5"}
    ),
    "accounts:default-connection": Change("connection.default"),
    "accounts:delete-connection": Change("connection.delete"),
    "accounts:tokens": Change("token.create", {"name": "CI"}),
    "accounts:revoke-token": Change("token.revoke"),
    "accounts:retention": Change("retention.edit", {"run_days": "90", "is_understood": "on"}),
    "prompts:details": Change("prompt.describe", {"name": "Better"}),
    "prompts:archive": Change("prompt.archive"),
    "prompts:restore": Change("prompt.restore", before=_archived),
    "prompts:copies": Change("prompt.duplicate", {"history": "1"}),
    "prompts:transfer": Change("prompt.move-out", {"team": "elsewhere"}, before=_second_team),
    "prompts:delete": Change("prompt.delete", {"decided": "1"}, before=_archived),
    "prompts:labels": Change("label.move", {"name": "staging", "number": "1"}),
    "prompts:new-preset": Change(
        "preset.create", {"preset-name": "Mine", "part": "body.max_tokens"}
    ),
    "prompts:preset-details": Change("preset.rename", {"name": "Long", "description": ""}),
    "prompts:default-preset": Change("preset.default", {"is_default": "1"}),
    "prompts:delete-preset": Change("preset.delete", {"decided": "1"}),
    "prompts:values": Change(
        "value-set.delete",
        {"delete": "1", **DRAFT},
        before=lambda world: _of_a_prompt(world) or {"value-set": ValueSet.objects.get().pk},
    ),
    "prompts:choose-system-prompt": Change(
        "system-prompt.create", {"save": "1", "system-prompt-name": "Mine", **DRAFT}
    ),
    "prompts:new-system-prompt": Change("system-prompt.create", SYSTEM_PROMPT),
    "prompts:system-prompt-text": Change("system-prompt.save", SYSTEM_PROMPT | {"base": "2"}),
    "prompts:system-prompt-archived": Change("system-prompt.archive", {"archived": "1"}),
    "prompts:found-imports": Change("prompt.import-found", {"take": "0", "name-0": "Found"}),
    "runs:cancel": Change(
        "run.stop",
        before=_running,
        arguments=lambda world: {"run": world.runs["editor"].pk},
    ),
    "sharing:copy": Change("link.copy", {"team": "elsewhere"}, "stranger"),
    "sharing:revoke-link": Change("link.revoke"),
    "sharing:share-prompt": Change("link.create", LINK),
    "sharing:share-version": Change("link.create", LINK),
    "sharing:share-run": Change("link.create", LINK),
    "sharing:delete-comment": Change(
        "comment.delete-any",
        arguments=lambda world: {"comment": world.comments["editor"].pk},
    ),
    "sharing:protected": Change("label.protect", {"name": "production"}),
    "sharing:lift-protection": Change(
        "label.unprotect",
        {"name": "production"},
        before=lambda world: (
            ProtectedLabel.objects.create(team=world.teams["acme"], name="production") and None
        ),
    ),
    "sharing:propose": Change("proposal.create", {"label": "b", "number": "1", "note": ""}),
    "sharing:approve-proposal": Change("proposal.approve", before=_proposed_by_editor),
    "sharing:decline-proposal": Change(
        "proposal.decline", {"note": "Not yet."}, before=_proposed_by_editor
    ),
    "sharing:withdraw-proposal": Change(
        "proposal.withdraw", actor="editor", before=_proposed_by_editor
    ),
    "sharing:roll-back-proposal": Change("proposal.roll-back", before=_approved),
    "sharing:webhook-secret": Change("webhook.rotate"),
    "sharing:webhook-state": Change("webhook.switch-off", {"state": "off"}, before=_webhook_off),
    "sharing:repeat-delivery": Change("webhook.repeat"),
    "sharing:webhook-trial": Change("webhook.test"),
    "sharing:delete-webhook": Change("webhook.delete"),
}

# Those that need more around them: the action, and the test that looks for it.
ELSEWHERE = {
    "accounts:welcome": ("team.create", "db/accounts/test_welcome.py"),
    "accounts:join": ("member.join", "db/accounts/test_invitations.py"),
    "accounts:reset": ("password.change", "db/accounts/test_account.py"),
    "accounts:sign-in-code": ("sign-in.failed", "db/accounts/test_second_factor.py"),
    "accounts:second-factor-activation": ("second-factor.on", "db/accounts/test_second_factor.py"),
    "accounts:second-factor-recovery-codes": (
        "second-factor.recovery-codes",
        "db/accounts/test_second_factor.py",
    ),
    "accounts:second-factor-removal": ("second-factor.off", "db/accounts/test_second_factor.py"),
    "accounts:person-second-factor": ("second-factor.remove", "db/accounts/test_second_factor.py"),
    "accounts:add-connection": ("connection.create", "db/accounts/test_connections.py"),
    "accounts:connection-key": ("connection.rotate", "db/accounts/test_connections.py"),
    "prompts:imports": ("library.import", "db/prompts/files/test_views.py"),
    "sharing:share-comparison": ("link.create", "db/sharing/test_making_links.py"),
    "sharing:webhooks": ("webhook.create", "db/sharing/test_webhooks.py"),
}

# Those that write none, by the reason why.
OWN = "what a person sets for themselves alone"
DRAFTS = "drafts are their author's alone"
KEPT = "the row itself says who, when and what, and nobody changes it"
READS = "it only reads, or keeps what nobody sees until another request is written down"
SILENT = {
    OWN: {
        *("accounts:theme", "prompts:star"),
        *("sharing:read-all", "sharing:read-notice", "sharing:open-notice"),
    },
    DRAFTS: {
        *("prompts:new-draft", "prompts:draft", "prompts:delete-draft", "prompts:changes"),
        *("prompts:merge", "prompts:merge-copy", "prompts:body", "prompts:turns"),
        *("prompts:attachments", "prompts:tools", "prompts:variables", "prompts:parameters"),
        *("prompts:model", "prompts:draft-presets", "prompts:apply-preset"),
        *("prompts:successor-draft", "runs:compare-draft", "runs:open-as-draft"),
        *("runs:converse", "runs:complaint", "runs:keep-results", "runs:draft-code"),
    },
    # Versions, runs, comparisons and comments.
    KEPT: {
        *("prompts:save", "runs:create", "runs:repeat", "runs:results", "runs:compare"),
        *("runs:repeat-comparison", "runs:stop-comparison", "sharing:write-on-prompt"),
        *("sharing:write-on-version", "sharing:write-on-run", "sharing:write-on-proposal"),
        *("sharing:edit-comment", "sharing:resolve-comment", "sharing:reopen-comment"),
    },
    READS: {
        *("accounts:single-sign-on", "accounts:forgotten", "accounts:try-connection"),
        *("accounts:second-factor-secret", "prompts:uploads"),
        *("runs:version-code", "runs:run-code", "sharing:unlock"),
    },
}


def _methods(view: Any) -> set[str] | None:
    """What ``require_http_methods`` lets through; None for a view without it."""
    while view is not None:
        for cell in view.__closure__ or ():
            found = cell.cell_contents
            if isinstance(found, list | tuple) and {"GET", "POST"} & set(map(str, found)):
                return set(found)
        view = getattr(view, "__wrapped__", None)
    return None


def _posting() -> Iterator[Url]:
    for url in URLS:
        methods = _methods(url.view)
        if url.rule != "token" and not url.name.startswith("api:"):
            assert methods, f"{url.name} takes any method"
            if "POST" in methods:
                yield url


POSTING = {url.name: url for url in _posting()}
CHANGE_NO_ROW = {"account.reset-link", "sign-out", "session.end"}
"""Actions that change none, or sessions alone, which each request may change."""
by_change = pytest.mark.parametrize(
    ("url", "change"),
    [pytest.param(POSTING[name], change, id=name) for name, change in CHANGES.items()],
)


def test_every_url_that_takes_a_post_is_in_one_of_the_tables() -> None:
    silent = [name for names in SILENT.values() for name in names]
    named = [*CHANGES, *ELSEWHERE, *silent]
    assert sorted(named) == sorted(POSTING), "a new URL must write an event, or say why not"


@pytest.mark.parametrize(("action", "path"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_the_other_events_are_looked_for_where_it_is_said(action: str, path: str) -> None:
    assert re.search(rf'"{re.escape(action)}"', (TESTS / path).read_text("utf-8"))


@by_change
def test_a_post_changes_something_and_writes_it_down_or_does_neither(
    url: Url,
    change: Change,
    world: World,
    clients: dict[str, Client],
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.MAIL_SERVER = MailServer("127.0.0.1", 9)  # nothing sends here
    fields = change.fields | (change.before(world) or {})
    arguments = world.arguments(url, change.actor) | change.arguments(world)
    path = reverse(url.name, kwargs=arguments)
    before = digests()

    with monkeypatch.context() as broken:
        broken.setattr(audit, "client_address", _failing)
        assert clients[change.actor].post(path, fields).status_code == 500
    assert digests() == before, "it was done, and not written down"

    answer = clients[change.actor].post(path, fields)
    assert answer.status_code < 400, answer.text
    event = AuditEvent.objects.filter(action=change.action).latest("pk")
    actor = world.people[change.actor] or User.objects.get(email="alice@example.com")
    assert (event.actor, event.actor_email) == (actor, actor.email)
    assert event.address == "127.0.0.1"
    written = event.target + json.dumps(event.detail)
    assert [text for text in NEVER_WRITTEN if text in written] == []
    if url.rule in ABILITIES and change.action != "team.delete":
        assert event.team == world.teams["acme"]
    changed = {table for table, rows in digests().items() if rows != before[table]}
    assert changed - {"accounts_auditevent"} or change.action in CHANGE_NO_ROW


def _failing(*_: object) -> str:
    raise RuntimeError("no event can be written")


def test_who_stops_a_run_of_their_own_or_one_that_is_over_writes_nothing(
    world: World, clients: dict[str, Client]
) -> None:
    _running(world)
    for actor, run in (("editor", "editor"), ("owner", "viewer")):
        path = reverse("runs:cancel", args=["acme", world.runs[run].pk])
        assert clients[actor].post(path).status_code == 302
    assert not AuditEvent.objects.filter(action="run.stop").exists()
