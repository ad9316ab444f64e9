"""The tabs of a run, what can be copied of it, and the differences of two requests."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from workbench.accounts.models import Team, User
from workbench.messages_api import decode_event
from workbench.prompts.content import Content
from workbench.prompts.models import Draft, Media
from workbench.runs.log import LoggedEvent, pack
from workbench.runs.models import Run, RunLog, State

from .test_runs_views import make_run

ClientOf = Callable[[User], Client]
DATA = "QUJD" * 400
DOCUMENT = {"type": "document"}


@pytest.fixture
def reader(client_of: ClientOf, bob: User) -> Client:
    return client_of(bob)


@pytest.fixture
def draft(erin: User, acme: Team) -> Draft:
    return Draft.objects.create(team=acme, user=erin, content=Content.blank().to_dict())


def run_of(draft: Draft, **body: Any) -> Run:
    run = make_run(draft.team, draft.user, draft=draft)
    run.request["body"] |= body
    run.save()
    return run


def path(run: Run, tab: str) -> str:
    return f"/t/acme/runs/{run.pk}/{tab}"


def test_the_request_is_readable_and_its_copy_exact(reader: Client, draft: Draft) -> None:
    source = {"type": "base64", "media_type": "image/png", "data": DATA}
    run = run_of(draft, messages=[{"role": "user", "content": [{"source": source}]}], z=1, a="é")
    page = reader.get(path(run, "request/")).content.decode()
    assert "1,600 base64 characters, sha256" in page
    assert DATA not in page
    answer = reader.get(path(run, "request/body/"))
    assert answer.content == run.message_request.streaming().json_bytes()
    assert DATA in answer.content.decode()
    assert answer["Content-Type"] == "application/json"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"] == f'attachment; filename="run-{run.pk}-request.json"'


def test_kept_files_are_in_the_copy_and_by_hash_on_the_page(reader: Client, draft: Draft) -> None:
    content = b"%PDF-" + b"x" * 900
    digest = hashlib.sha256(content).hexdigest()
    kept = {"type": "workbench_media", "sha256": digest, "media_type": "application/pdf"}
    run = run_of(draft, messages=[{"role": "user", "content": [DOCUMENT | {"source": kept}]}])
    page = reader.get(path(run, "request/")).content.decode()
    assert "workbench_media" in page, "the file was deleted since: what is stored is shown"
    Media.objects.create(
        team=draft.team,
        sha256=digest,
        media_type="application/pdf",
        size=len(content),
        bytes=content,
    )
    page = reader.get(path(run, "request/")).content.decode()
    assert f"base64 characters, sha256 {digest}" in page
    body = json.loads(reader.get(path(run, "request/body/")).content)
    source = body["messages"][0]["content"][0]["source"]
    assert base64.b64decode(source["data"]) == content


def test_what_was_changed_before_sending_is_listed(reader: Client, draft: Draft) -> None:
    run = run_of(draft)
    assert "What Workbench changed" not in reader.get(path(run, "request/")).content.decode()
    run.transformations = ["The thinking of turn 2 was <left> out."]
    run.save()
    page = reader.get(path(run, "request/")).content.decode()
    assert "What Workbench changed before sending" in page
    assert "The thinking of turn 2 was &lt;left&gt; out." in page


def test_the_message_is_shown_and_copied_as_json(reader: Client, draft: Draft) -> None:
    run = run_of(draft)
    page = reader.get(path(run, "message/")).content.decode()
    assert "&quot;output_tokens&quot;: 2" in page
    assert 'aria-current="true">Message' in page
    answer = reader.get(path(run, "message/body/"))
    assert json.loads(answer.content) == run.message
    assert "attachment" in answer["Content-Disposition"]


def test_a_run_that_failed_before_any_answer_has_an_empty_message(
    reader: Client, draft: Draft
) -> None:
    run = make_run(draft.team, draft.user, state=State.FAILED, message=None)
    assert reader.get(path(run, "message/")).status_code == 200
    assert json.loads(reader.get(path(run, "message/body/")).content) == {}


def test_events_are_copied_as_json_lines(reader: Client, draft: Draft) -> None:
    run = run_of(draft)
    raws = [b'{"type":"ping"}', b"odd"]
    events = [LoggedEvent.of(decode_event(n, raw, "ping"), n) for n, raw in enumerate(raws, 1)]
    RunLog.objects.create(run=run, events=pack(events))
    answer = reader.get(path(run, "log/lines/"))
    assert answer["Content-Type"].startswith("text/plain")
    read = [json.loads(line) for line in answer.content.decode().splitlines()]
    assert [line["data"] for line in read] == [{"type": "ping"}, "odd"]


def test_two_requests_are_compared_place_by_place(reader: Client, draft: Draft) -> None:
    text = "Answer the customer as politely as you can, please."
    before = run_of(draft, system=text)
    after = run_of(draft, system=text.replace(" politely", " briefly"))
    page = reader.get(path(after, f"differences/{before.pk}/")).content.decode()
    assert "<del> politely</del><ins> briefly</ins>" in page
    assert "unchanged" in page
    same = reader.get(path(after, f"differences/{after.pk}/")).content.decode()
    assert "The two requests are the same." in same


def test_the_run_before_and_others_of_the_draft_are_offered(reader: Client, draft: Draft) -> None:
    first, second = run_of(draft), run_of(draft)
    make_run(draft.team, draft.user)
    third = run_of(draft)
    page = reader.get(path(third, "request/")).content.decode()
    assert f'href="/t/acme/runs/{third.pk}/differences/{second.pk}/"' in page
    assert page.count("<option") == 2
    assert f'<option value="{first.pk}"' in page
    assert "Compare with" not in reader.get(path(first, "request/")).content.decode()


def test_the_chosen_run_leads_to_the_differences(reader: Client, draft: Draft) -> None:
    first, second = run_of(draft), run_of(draft)
    answer = reader.get(path(second, f"differences/?with={first.pk}"))
    assert answer["Location"] == path(second, f"differences/{first.pk}/")


@pytest.mark.parametrize("other", ["", "x", "0", "9" * 40, "\0", "-1", "٣"])
def test_no_run_to_compare_with_is_a_sentence(reader: Client, draft: Draft, other: str) -> None:
    run_of(draft)
    run = run_of(draft)
    answer = reader.get(path(run, "differences/"), {"with": other})
    assert answer.status_code == (422 if other.strip() else 200)
    assert "Choose the run to compare with." in answer.content.decode()


def test_a_run_of_another_team_cannot_be_compared_with(
    reader: Client, draft: Draft, charlie: User
) -> None:
    foreign = make_run(Team.objects.get(slug="elsewhere"), charlie)
    run = run_of(draft)
    assert reader.get(path(run, f"differences/{foreign.pk}/")).status_code == 404
    assert reader.get(path(run, f"differences/?with={foreign.pk}")).status_code == 422


def test_text_of_people_in_differences_is_only_text(reader: Client, draft: Draft) -> None:
    before, after = run_of(draft, system="<b>a</b>" * 9), run_of(draft, system="<i>b</i>" * 9)
    page = reader.get(path(after, f"differences/{before.pk}/")).content.decode()
    assert "<b>a" not in page
    assert "<i>b" not in page
