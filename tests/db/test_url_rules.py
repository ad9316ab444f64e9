"""Every URL of the site × every kind of person × every method, against the table of abilities.

The URLs come from the URLconf itself: one without a rule, or with an argument that has no factory
here, fails. Programs with tokens of a team are tried at the end.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from itertools import product
from typing import Any

import pytest
from asgiref.sync import iscoroutinefunction
from django.contrib.auth import SESSION_KEY
from django.http import FileResponse, HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.every_url import Url, every_url
from workbench.accounts.access import ABILITIES
from workbench.accounts.connections.keys import put_key
from workbench.accounts.models import ApiToken, Connection, Invitation, Membership, Role, Team, User
from workbench.accounts.sessions.store import SessionStore
from workbench.accounts.sessions.views import name_of
from workbench.accounts.tokens.secret import digest
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

from .hardening import EVIL, weakness_of
from .unchanged import digests, undone

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
NEVER_OFFERED = ("PUT", "PATCH", "DELETE")
NOT_THERE = (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)
FRAGMENT = {"HX-Request": "true"}
STREAM = {"Accept": "text/event-stream"}
# What the admitted get from these needs the run engine: tests/process and the tests of runs.
NEED_ENGINE = {"runs:create", "runs:repeat", "runs:stream", "runs:events"}
# What a program sends, by who it is: a header, or nothing but the cookie of the owner's session.
TOKENS = {"acme": "wbk_of-acme", "elsewhere": "wbk_of-elsewhere", "revoked": "wbk_revoked"}
# Signed in, and in no team of ours.
STRANGERS = ("stranger", "former member", "instance admin")


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


URLS = every_url()
TEAM_URLS = [url for url in URLS if url.rule in ABILITIES]
TOKEN_URLS = [url for url in URLS if url.rule == "token"]
for_every_url = _cases(URLS)
every_row_url = _cases([url for url in TEAM_URLS if len(url.arguments) > 1])
every_token_url = pytest.mark.parametrize("url", TOKEN_URLS, ids=lambda url: url.name)
every_draft_url = _cases([url for url in TEAM_URLS if "draft" in url.arguments])


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
        self.tokens = {team.slug: _token(team, TOKENS[team.slug]) for team in (acme, elsewhere)}
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


def _token(team: Team, text: str) -> ApiToken:
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


@pytest.fixture
def world(acme: Team, alice: User, adam: User, erin: User, bob: User, charlie: User) -> World:
    """Everybody with a session; the disabled and the former member had an editor's."""
    disabled = User.objects.create_user("dora@example.com", None, name="Dora")
    former = User.objects.create_user("fred@example.com", None, name="Fred")
    keeper = User.objects.create_user("iris@example.com", None, name="Iris", is_instance_admin=True)
    Membership.objects.create(team=acme, user=disabled, role=Role.EDITOR)
    people = {
        "anonymous": None,
        "viewer": bob,
        "editor": erin,
        "admin": adam,
        "owner": alice,
        "stranger": charlie,
        "former member": former,
        "disabled": disabled,
        "instance admin": keeper,
    }
    return World(people, acme, Team.objects.get(slug="elsewhere"))


@pytest.fixture
def clients(world: World) -> dict[str, Client]:
    """A browser per person; the disabled one's session is from before."""
    made = {actor: _client(user) for actor, user in world.people.items()}
    User.objects.filter(email="dora@example.com").update(is_active=False)
    return made


def _client(user: User | None) -> Client:
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user)
    return client


def _expected(url: Url, actor: str) -> str:
    """The verdict that the rule of ``url`` gives: sign in, hidden, forbidden or admitted."""
    if url.rule == "public":
        return "admitted"
    if url.rule == "token":  # a session opens nothing for programs
        return "sign in"
    if actor in ("anonymous", "disabled"):
        return "sign in"
    if url.rule == "signed in":
        return "admitted"
    if url.rule == "instance admin":
        return "admitted" if actor == "instance admin" else "hidden"
    if actor in STRANGERS:
        return "hidden"
    assert url.rule is not None
    return "admitted" if Role(actor).rank >= ABILITIES[url.rule].rank else "forbidden"


def _verdict(answer: HttpResponse, *, is_public: bool) -> str:
    status = answer.status_code
    if status == HTTPStatus.UNAUTHORIZED:
        return "sign in"
    if status == HTTPStatus.FOUND and answer["Location"].startswith("/sign-in/") and not is_public:
        return "sign in"
    if status == HTTPStatus.NOT_FOUND and not is_public:  # of a code that nobody was given
        return "hidden"
    if status == HTTPStatus.FORBIDDEN:
        return "forbidden"
    return "failed" if status >= 500 else "admitted"


def _call(
    client: Client, method: str, path: str, headers: dict[str, str] | None = None
) -> HttpResponse:
    """Ask, and wish to be led to another site in every way there is."""
    sent = {"Referer": EVIL, "HX-Current-URL": EVIL} | (headers or {})
    form, kind = f"next={EVIL}", "application/x-www-form-urlencoded"
    # Programs are refused a parameter that is not known, so they would not come to anything.
    asked = path if path.startswith("/api/") else f"{path}?next={EVIL}"
    answer = client.generic(method, asked, form, kind, headers=sent)
    assert not (weakness := weakness_of(answer, path)), f"{method} {path}: {weakness}"
    if isinstance(answer, FileResponse):
        assert b"".join(answer.streaming_content)  # its end closes the file
    return answer


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
        expected = _expected(url, actor)
        if expected == "admitted":
            continue
        path = reverse(url.name, kwargs=world.arguments(url, actor))
        with undone(url):
            for method in METHODS:
                verdict = _verdict(_call(client, method, path), is_public=False)
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
        if _expected(url, actor) != "admitted":
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
        status = _call(client, method, path).status_code
        if status != HTTPStatus.METHOD_NOT_ALLOWED:
            yield f"{method}: {status} instead of 405"
    if url.name in NEED_ENGINE:
        return
    statuses = []
    for method in ("GET", "POST"):
        with undone(url):
            answer = _call(client, method, path)
        statuses.append(answer.status_code)
        verdict = _verdict(answer, is_public=url.rule == "public")
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
            answer = _call(clients[actor], method, path, headers)
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
                    status = _call(clients["owner"], method, path).status_code
                    if status not in NOT_THERE or digests() != before:
                        wrong.append(f"{url.name} {argument} {method}: {status}")
    assert not wrong


@every_draft_url
def test_a_draft_is_its_authors_alone(
    urls: list[Url], world: World, clients: dict[str, Client]
) -> None:
    before = digests()
    for url, method in product(urls, ("GET", "POST")):
        arguments = world.arguments(url, "owner") | {"draft": world.drafts["editor"].pk}
        path = reverse(url.name, kwargs=arguments)
        status = _call(clients["owner"], method, path).status_code
        assert status in NOT_THERE, f"{url.name} {method}"
        assert digests() == before, url.name


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
            status = _call(clients["editor"], "POST", path).status_code
            assert status == HTTPStatus.FORBIDDEN, url.name
            Membership.objects.filter(user=world.people["editor"]).delete()
            status = _call(clients["editor"], "POST", path).status_code
            assert status == HTTPStatus.NOT_FOUND, url.name


@pytest.mark.parametrize(("actor", "status"), [("editor", 403), ("admin", 302), ("owner", 302)])
def test_somebody_elses_run_is_stopped_by_admins_alone(
    actor: str, status: int, world: World, clients: dict[str, Client]
) -> None:
    path = reverse("runs:cancel", args=["acme", world.runs["viewer"].pk])
    assert _call(clients[actor], "POST", path).status_code == status


# Programs ----------------------------------------------------------------------------------


def _program(path: str, token: str, method: str = "GET", user: User | None = None) -> HttpResponse:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return _call(_client(user), method, path, headers)


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
    revoked = _token(world.teams["acme"], TOKENS["revoked"])
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
def test_a_program_of_another_team_finds_nothing_of_ours(url: Url, world: World) -> None:
    path = reverse(url.name, kwargs=world.arguments(url, "owner"))
    answer = _program(path, TOKENS["elsewhere"])
    if url.arguments:
        assert answer.status_code == HTTPStatus.NOT_FOUND
    assert b"example-of-acme" not in answer.content
    theirs = reverse(url.name, kwargs=world.arguments(url, "stranger", "elsewhere"))
    assert _program(theirs, TOKENS["elsewhere"]).status_code == HTTPStatus.OK
