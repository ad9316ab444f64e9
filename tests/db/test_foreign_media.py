"""Files and system prompts of another team, named in what our own rows hold and people send.

A body may name a kept file by its hash, and a content the system prompt that it was copied from.
Whoever comes to know such a name of another team gets nothing by it: all is answered as if there
were no such row.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest
from asgiref.sync import iscoroutinefunction
from django.core.files.base import ContentFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from workbench.accounts.models import Membership, Team
from workbench.intake.detect import read
from workbench.prompts.content import Content
from workbench.prompts.files.text import VersionText, write_version
from workbench.prompts.intake.stored import packed
from workbench.prompts.media.sources import kept_source
from workbench.prompts.models import (
    Media,
    Prompt,
    PromptVersion,
    SystemPrompt,
    SystemPromptVersion,
    UploadPart,
)
from workbench.runs.models import Run

from .asking import URLS
from .naming import RULES, give_names, rows_of_others, words
from .secrets_of_world import Secrets, content_of, tables
from .unchanged import digests, undone
from .world import TOKENS, World

pytestmark = pytest.mark.django_db

TEXT = "Marked: nobody but its team reads this"
BYTES = Secrets({"the file": [TEXT]})
THEIRS, MISSING, OURS = "a" * 64, "b" * 64, "c" * 64
NAMES = {THEIRS: "example-of-elsewhere", MISSING: "example-of-nobody", OURS: "example-of-acme"}
TOOL = {"name": "look", "input_schema": {"type": "object"}}
PUT_IN = {
    *("prompts:media", "prompts:library-archive", "prompts:prompt-archive"),
    *("runs:request-body", "runs:run-code-files", "runs:version-code-files"),
    *("runs:draft-code-files", "sharing:shared-media", "api:prompt", "api:media"),
}
"""Where a file of the team's own is found, and so one of another team would be."""


def body_with(sha256: str) -> dict[str, Any]:
    """A body that names a file everywhere: in turns, in a document, in a result, in the system."""
    image = {"type": "image", "source": kept_source(sha256, "image/png")}
    document = {"type": "document", "source": kept_source(sha256, "text/plain")}
    whole = {"type": "document", "source": {"type": "content", "content": [image]}}
    call = {"type": "tool_use", "id": "t1", "name": "look", "input": {}}
    result = {"type": "tool_result", "tool_use_id": "t1", "content": [image, document]}
    text = {"type": "text", "text": "Look"}
    return {
        "model": "claude-opus-5-5",
        "max_tokens": 100,
        "system": [{"type": "text", "text": "Version 1"}, document],
        "messages": [
            {"role": "user", "content": [text, image, document, whole]},
            {"role": "assistant", "content": [call]},
            {"role": "user", "content": [result, text]},
        ],
        "tools": [TOOL],
    }


def plant(world: World, sha256: str) -> None:
    """Let everything of the owner's that has a body name the file, and its namesake's prompt."""
    body = body_with(sha256)
    digest = SystemPromptVersion.objects.get(team=world.teams["elsewhere"], number=1).content_hash
    copied = {"system": {"slug": NAMES[sha256], "number": 1, "hash": digest}}
    content = Content(body, copied_from=copied)
    draft, prompt = world.drafts["owner"], world.prompts["acme"]
    draft.prompt, draft.base_number, draft.content = prompt, 2, content.to_dict()
    draft.save()
    longer = content.with_body(max_tokens=200)
    for number, each in ((1, content), (2, longer)):
        rows = PromptVersion.objects.filter(prompt=prompt, number=number)
        rows.update(content=each.to_dict(), content_hash=each.digest())
    call = {"type": "tool_use", "id": "t2", "name": "look", "input": {}}
    Run.objects.filter(pk=world.runs["owner"].pk).update(
        request={"api_version": content.api_version, "betas": [], "body": body},
        prompt=prompt,
        version_number=1,
        comparison=world.comparisons["owner"],
        pane=0,
        ending="tool_use",
        message={"role": "assistant", "content": [call]},
    )
    world.comparisons["owner"].panes = [{"version": "1", "texts": {}}]
    world.comparisons["owner"].save()
    reading = packed(read(json.dumps(body)), "")
    UploadPart.objects.filter(upload=world.readings["owner"]).update(bytes=reading)
    UploadPart.objects.create(
        team=world.teams["acme"],
        upload=world.uploads["owner"],
        number=0,
        bytes=write_version(VersionText(name="Example", content=content)).encode(),
    )


@pytest.fixture(autouse=True)
def _files(world: World) -> None:
    for slug, sha256 in (("elsewhere", THEIRS), ("acme", OURS)):
        rows = Media.objects.filter(pk=world.media[slug].pk)
        rows.update(sha256=sha256, bytes=TEXT.encode(), size=len(TEXT))


def pages(
    world: World, clients: dict[str, Client], sha256: str
) -> Iterator[tuple[str, Any, bytes]]:
    """The answers to the owner, and to a program, at each URL that shows something of a team."""
    headers = {"Authorization": f"Bearer {TOKENS['acme']}"}
    with undone():
        plant(world, sha256)
        for url in URLS:
            is_of_a_team = url.rule == "token" or {"team", "token"} & {*url.arguments}
            if not is_of_a_team or iscoroutinefunction(url.view):
                continue
            arguments = world.arguments(url, "owner")
            arguments |= {"sha256": sha256} if "sha256" in url.arguments else {}
            path = reverse(url.name, kwargs=arguments)
            with undone():
                if url.rule == "token":
                    media = {"media": "inline"} if url.name == "api:prompt" else {}
                    answer = Client().get(path, media, headers=headers)
                else:
                    answer = clients["owner"].get(path)
                yield url.name, answer, content_of(answer)


def said(answer: HttpResponse) -> str:
    """The words of a page, whichever of the names it was asked for, without numbers of new rows."""
    known = [name for sha256, slug in NAMES.items() for name in (sha256, sha256[:12], slug)]
    text = words(answer, *known)
    return re.sub(r"\d+", "", text) if answer.status_code == HTTPStatus.FOUND else text


def test_a_file_of_another_team_is_on_no_page(world: World, clients: dict[str, Client]) -> None:
    found = {}
    for sha256 in (THEIRS, MISSING):
        answers = pages(world, clients, sha256)
        found[sha256] = {
            name: (answer.status_code, said(answer), BYTES.found_in(content))
            for name, answer, content in answers
        }
    assert not [name for name, (*_, told) in found[THEIRS].items() if told]
    assert not [name for name, (status, *_) in found[THEIRS].items() if status >= 500]
    different = [name for name in found[THEIRS] if found[THEIRS][name] != found[MISSING][name]]
    assert not different, [(found[THEIRS][name], found[MISSING][name]) for name in different[:1]]


def test_one_of_the_teams_own_is(world: World, clients: dict[str, Client]) -> None:
    answers = pages(world, clients, OURS)
    assert {name for name, _, content in answers if BYTES.found_in(content)} >= PUT_IN


POSTS: list[tuple[str, dict[str, Any]]] = [
    ("prompts:body", {"body-text": "BODY"}),
    ("prompts:body", {"body-text": "BODY", "check": "1"}),
    ("prompts:draft", {}),
    ("prompts:changes", {}),
    ("prompts:save", {}),
    ("prompts:copies", {"name": "Copy"}),
    ("prompts:transfer", {"team": "lab"}),
    ("prompts:uploads", {"text": "BODY"}),
    ("prompts:uploads", {"text": "FILE"}),
    ("prompts:imports", {}),
    ("prompts:found-imports", {"take": "0", "name-0": "New"}),
    ("prompts:found-imports", {"take": "0", "name-0": "New", "do": "draft"}),
    ("runs:create", {}),
    ("runs:compare", {"pane": ["a", "b"], "pane-a-version": "1", "do": "run"}),
    ("runs:compare-draft", {}),
    ("runs:repeat", {}),
    ("runs:repeat-comparison", {}),
    ("runs:results", {"result-1-text": "A lot"}),
    ("runs:results", {"result-1-text": "A lot", "editor": "1"}),
    ("runs:open-as-draft", {}),
    ("runs:converse", {}),
    ("runs:draft-code", {}),
    ("sharing:share-version", {"which": "version", "days": "1"}),
    ("sharing:copy", {"team": "acme"}),
    ("sharing:copy", {"team": "lab"}),
]
"""All that takes a body, sends one on or copies it."""


@pytest.mark.parametrize(("name", "fields"), POSTS, ids=lambda each: str(each)[:40])
def test_nothing_that_is_sent_brings_it_here(
    name: str, fields: dict[str, Any], world: World, clients: dict[str, Client]
) -> None:
    lab = Team.objects.create(name="Lab", slug="lab")
    Membership.objects.create(team=lab, user=world.people["owner"], role="owner")
    path = reverse(name, kwargs=world.arguments(RULES[name], "owner"))
    files, answers = digests()["prompts_media"], {}
    for sha256 in (THEIRS, MISSING):
        with undone():
            plant(world, sha256)
            typed = {
                "BODY": json.dumps(body_with(sha256)),
                "FILE": write_version(VersionText(content=Content(body_with(sha256)))),
            }
            sent = {key: typed.get(str(value), value) for key, value in fields.items()}
            answer = clients["owner"].post(path, sent)
            assert answer.status_code < 500
            assert not BYTES.found_in(content_of(answer))
            assert digests()["prompts_media"] == files
            kept = {table for table, text in tables().items() if BYTES.found_in(text)}
            assert kept == {"prompts_media"}
            answers[sha256] = (answer.status_code, said(answer))
    assert answers[THEIRS] == answers[MISSING]


@pytest.mark.django_db(transaction=True)
def test_an_estimate_counts_none(world: World, clients: dict[str, Client]) -> None:
    answers = {}
    for sha256 in (THEIRS, MISSING, OURS):
        plant(world, sha256)
        UploadPart.objects.filter(upload=world.uploads["owner"]).delete()
        path = reverse("runs:estimate", args=["acme", world.drafts["owner"].pk])
        answer = clients["owner"].get(path, headers={"HX-Request": "true"})
        answers[sha256] = (answer.status_code, said(answer))
    assert answers[THEIRS] == answers[MISSING] != answers[OURS]


@pytest.mark.parametrize("mode", ["copies", "update"])
def test_an_archive_with_their_names_becomes_rows_of_ours(
    mode: str, world: World, clients: dict[str, Client], settings: Any
) -> None:
    give_names(world, settings)
    archive = clients["stranger"].get(reverse("prompts:library-archive", args=["elsewhere"]))
    file = ContentFile(archive.getvalue(), "library.zip")
    theirs = rows_of_others(world, "owner")
    sent = clients["owner"].post(reverse("prompts:uploads", args=["acme"]), {"file": file})
    answer = clients["owner"].post(f"{sent['Location']}imports/", {"mode": mode})
    assert answer.status_code == HTTPStatus.FOUND
    assert rows_of_others(world, "owner") == theirs
    for model in (Prompt, SystemPrompt):
        assert model.objects.filter(team=world.teams["acme"]).count() == 2
