"""Two teams with a row of every kind, and a browser for every kind of person."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.utils import timezone

from tests.every_url import Url
from workbench.accounts.connections.keys import put_key
from workbench.accounts.models import ApiToken, Connection, Invitation, Membership, Role, Team, User
from workbench.accounts.sessions.store import SessionStore
from workbench.accounts.sessions.views import name_of
from workbench.accounts.unguessable import digest
from workbench.intake.detect import read
from workbench.prompts.content import Content
from workbench.prompts.intake.stored import packed
from workbench.prompts.models import (
    Draft,
    DraftCopy,
    LibraryUpload,
    Media,
    Preset,
    Prompt,
    SystemPrompt,
    UploadPart,
)
from workbench.prompts.system_prompts.saving import Details, make, save
from workbench.runs.models import Comparison, Run, State
from workbench.sharing.models import Comment, Delivery, Notice, Proposal, ShareLink, Webhook
from workbench.sharing.webhooks.secret import put_secret

# What a program sends, by who it is: a header, or nothing but the cookie of the owner's session.
TOKENS = {"acme": "wbk_of-acme", "elsewhere": "wbk_of-elsewhere", "revoked": "wbk_revoked"}
# Signed in, and in no team of ours.
STRANGERS = ("stranger", "former member", "instance admin")


class World:
    """Two teams with prompts of two versions (the stranger's have three), drafts and runs."""

    def __init__(self, people: dict[str, User | None], acme: Team, elsewhere: Team) -> None:
        self.people = people
        self.teams = {"acme": acme, "elsewhere": elsewhere}
        owner, stranger = people["owner"], people["stranger"]
        assert owner is not None
        assert stranger is not None
        self.prompts = {
            "acme": _prompt(acme, owner, versions=2),
            "elsewhere": _prompt(elsewhere, stranger, versions=3),
        }
        self.system_prompts = {
            "acme": _system_prompt(acme, owner, versions=2),
            "elsewhere": _system_prompt(elsewhere, stranger, versions=3),
        }
        self.drafts = {
            actor: _draft(elsewhere if actor == "stranger" else acme, user)
            for actor, user in people.items()
            if user is not None
        }
        self.sessions = {
            actor: _session(user) for actor, user in people.items() if user is not None
        }
        self.copies = {actor: _copy(draft) for actor, draft in self.drafts.items()}
        self.runs = {actor: _run(draft) for actor, draft in self.drafts.items()}
        self.media = {team.slug: _media(team) for team in (acme, elsewhere)}
        self.tokens = {team.slug: token_of(team, TOKENS[team.slug]) for team in (acme, elsewhere)}
        self.connections = {a: _connection(draft.team, a) for a, draft in self.drafts.items()}
        self.deliveries = {a: _delivery(draft.team) for a, draft in self.drafts.items()}
        self.presets = {team.slug: _preset(team) for team in (acme, elsewhere)}
        self.uploads = {
            actor: LibraryUpload.objects.create(team=draft.team, user=draft.user, name="a.zip")
            for actor, draft in self.drafts.items()
        }
        self.readings = {actor: _reading(draft) for actor, draft in self.drafts.items()}
        self.members = {
            actor: Membership.objects.get(user=user)
            for actor, user in people.items()
            if user is not None and user.memberships.exists()
        }
        self.invitations = {team.slug: _invitation(team, owner) for team in (acme, elsewhere)}
        self.comparisons = {
            actor: Comparison.objects.create(team=draft.team, user=draft.user, draft=draft)
            for actor, draft in self.drafts.items()
        }

        self.links = {
            actor: ShareLink.objects.create(
                team=draft.team,
                prompt=self.prompts[draft.team.slug],
                # The owner's is the one that the addresses of this test lead to.
                token_hash=digest("a-token" if actor == "owner" else f"a-token of {actor}"),
                created_by=draft.user,
            )
            for actor, draft in self.drafts.items()
        }
        self.proposals = {
            slug: Proposal.objects.create(team=prompt.team, prompt=prompt, label="a", to_number=1)
            for slug, prompt in self.prompts.items()
        }
        self.comments = {
            actor: Comment.objects.create(
                team=draft.team, prompt=self.prompts[draft.team.slug], author=draft.user, text="Hi"
            )
            for actor, draft in self.drafts.items()
        }
        self.notices = {
            actor: Notice.objects.create(
                team=comment.team, user=comment.author, kind="mention", comment=comment
            )
            for actor, comment in self.comments.items()
        }

    def arguments(self, url: Url, actor: str, team: str = "acme") -> dict[str, Any]:
        """Arguments that lead to rows of ``team``; a member has a draft and a run of their own."""
        is_member = actor not in ("anonymous", *STRANGERS)
        keeper = "stranger" if team == "elsewhere" else actor if is_member else "owner"
        known = {
            "team": lambda: team,
            "prompt": lambda: self.prompts[team].pk,
            "number": lambda: 1,
            "until": lambda: 2,
            "draft": lambda: self.drafts[keeper].pk,
            "copy": lambda: self.copies[keeper].pk,
            "system": lambda: self.system_prompts[team].slug,
            "run": lambda: self.runs[keeper].pk,
            "other": lambda: self.runs[keeper].pk,
            "comparison": lambda: self.comparisons[keeper].pk,
            "reading": lambda: self.readings[keeper].pk,
            "upload": lambda: self.uploads[keeper].pk,
            "sha256": lambda: self.media[team].sha256,
            "api_token": lambda: self.tokens[team].pk,
            "connection": lambda: self.connections[keeper].pk,
            "webhook": lambda: self.deliveries[keeper].webhook_id,
            "delivery": lambda: self.deliveries[keeper].pk,
            "link": lambda: self.links[keeper].pk,
            "proposal": lambda: self.proposals[team].pk,
            "comment": lambda: self.comments[keeper].pk,
            "notice": lambda: self.notices[keeper].pk,
            "slug": lambda: f"example-of-{team}",  # of the prompt, and of the system prompt
            "preset": lambda: self.presets[team].pk,
            "member": lambda: self.members[keeper].pk,
            "invitation": lambda: self.invitations[team].pk,
            "session": lambda: name_of(self.sessions.get(actor, "")),
            "person": lambda: self.members["viewer"].user_id,
            "code": lambda: "a-code",
            "uid": lambda: "MQ",
            "token": lambda: "a-token",
        }
        missing = set(url.arguments) - set(known)
        assert not missing, f"give {missing} of {url.name} a factory in this test"
        return {name: known[name]() for name in url.arguments}


def _session(user: User) -> str:
    """The key of a further session of theirs, which ends when a test ends it."""
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store.create()
    return str(store.session_key)


def _invitation(team: Team, inviter: User) -> Invitation:
    token_hash = digest(f"invitation of {team.slug}")
    expires_at = timezone.now() + timedelta(days=1)
    return Invitation.objects.create(
        team=team, token_hash=token_hash, role="viewer", invited_by=inviter, expires_at=expires_at
    )


def _prompt(team: Team, author: User, versions: int) -> Prompt:
    slug = f"example-of-{team.slug}"
    prompt = Prompt.objects.create(team=team, name="Example", slug=slug, created_by=author)
    for number in range(versions):
        content = Content.blank().with_body(max_tokens=100 + number)
        prompt.save_version(content, author, parent_number=number or None)
    return prompt


def token_of(team: Team, text: str) -> ApiToken:
    return ApiToken.objects.create(
        team=team, name="Example", token_hash=digest(text), last4=text[-4:]
    )


def _connection(team: Team, actor: str) -> Connection:
    made = Connection.objects.create(
        team=team,
        upstream="anthropic",
        name=f"Key for the {actor}",
        last4="",
        api_version="2023-06-01",
    )
    put_key(made, "sk-ant-of-the-example")
    return made


def _delivery(team: Team) -> Delivery:
    made = Webhook.objects.create(team=team, url="https://hooks.example.org/")
    put_secret(made)
    return Delivery.objects.create(team=team, webhook=made, event="test", payload={})


def _system_prompt(team: Team, author: User, versions: int) -> SystemPrompt:
    """A system prompt whose slug no other team has."""
    details = Details(f"Example of {team.slug}")
    made = make(team.pk, details, "Version 1", author)
    for number in range(2, versions + 1):
        save(made, details, f"Version {number}", author, base=number - 1)
    return made


def _media(team: Team) -> Media:
    """A file that no other team has."""
    return Media.objects.create(
        team=team, sha256=f"{team.pk:064x}", media_type="text/plain", size=2, bytes=b"hi"
    )


def _preset(team: Team) -> Preset:
    parameters = {"body": {"max_tokens": 100}}
    return Preset.objects.create(team=team, name="Short", slug="short", parameters=parameters)


def _draft(team: Team, user: User) -> Draft:
    return Draft.objects.create(team=team, user=user, content=Content.blank().to_dict())


def _copy(draft: Draft) -> DraftCopy:
    """What was typed on another page of the draft."""
    state = {"name": "", "upstream": "", "values": {}, "content": draft.content}
    return DraftCopy.objects.create(
        team=draft.team, draft=draft, page="page", base=state, typed=state | {"name": "Typed"}
    )


def _reading(draft: Draft) -> LibraryUpload:
    """What was read in a text that was pasted."""
    body = draft.parsed.body | {"messages": [{"role": "user", "content": "Hello"}]}
    content = packed(read(json.dumps(body)), "")
    upload = LibraryUpload.objects.create(
        team=draft.team, user=draft.user, name="Pasted text", kind="a Messages body"
    )
    UploadPart.objects.create(team=draft.team, upload=upload, number=0, bytes=content)
    return upload


def _run(draft: Draft) -> Run:
    request = Content.blank().to_request({}).to_dict()
    return Run.objects.create(
        team=draft.team,
        user=draft.user,
        draft=draft,
        request=request,
        request_hash="0" * 64,
        model="claude-opus-5-5",
        upstream="simulator",
        idempotency_key=f"key of {draft.pk}",
        state=State.SUCCEEDED,
        message={"role": "assistant", "content": [{"type": "text", "text": "Hello"}]},
    )


def whole_world(acme: Team, **members: User) -> World:
    """Everybody with a session; the disabled and the former member had an editor's."""
    disabled = User.objects.create_user("dora@example.com", None, name="Dora")
    Membership.objects.create(team=acme, user=disabled, role=Role.EDITOR)
    people = {
        "anonymous": None,
        **members,
        "former member": User.objects.create_user("fred@example.com", None, name="Fred"),
        "disabled": disabled,
        "instance admin": User.objects.create_user(
            "iris@example.com", None, name="Iris", is_instance_admin=True
        ),
    }
    return World(people, acme, Team.objects.get(slug="elsewhere"))


def browsers(world: World) -> dict[str, Client]:
    """A browser per person; the disabled one's session is from before."""
    made = {actor: client_with(user) for actor, user in world.people.items()}
    User.objects.filter(email="dora@example.com").update(is_active=False)
    return made


def client_with(user: User | None) -> Client:
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user)
    return client
