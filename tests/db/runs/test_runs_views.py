"""The pages and actions of runs, by role. No engine runs here: a run stays queued."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from workbench.accounts.models import Membership, Team, User
from workbench.accounts.upstreams import Upstream
from workbench.prompts.content import Content
from workbench.prompts.models import Draft
from workbench.runs.models import Run, State

ClientOf = Callable[[User], Client]
MESSAGE = {
    "id": "msg_1",
    "model": "claude-opus-5-5",
    "content": [{"type": "text", "text": "Hello <b>you</b>"}],
    "usage": {"input_tokens": 3, "output_tokens": 2},
}


@pytest.fixture
def draft(erin: User, acme: Team) -> Draft:
    return Draft.objects.create(team=acme, user=erin, content=Content.blank().to_dict())


def form(**fields: str) -> dict[str, str]:
    """The editor's form with one user turn."""
    turn = {"part": "turns", "turn-a-role": "user", "turn-a-text": "Hi"}
    return turn | {"idempotency_key": "key-1"} | fields


def make_run(team: Team, user: User, **fields: Any) -> Run:
    number = Run.objects.count()
    request = {"api_version": "2026-10-21", "betas": [], "body": {"model": "claude-opus-5-5"}}
    fields = {"state": State.SUCCEEDED, "ending": "end_turn", "message": MESSAGE} | fields
    return Run.objects.create(
        team=team,
        user=user,
        request=request,
        request_hash="h",
        model="claude-opus-5-5",
        upstream="simulator",
        idempotency_key=f"made-{number}",
        **fields,
    )


def create_url(draft: Draft) -> str:
    return f"/t/acme/drafts/{draft.pk}/runs/"


class TestRunning:
    def test_the_form_becomes_the_draft_and_a_queued_run(
        self, client_of: ClientOf, erin: User, draft: Draft
    ) -> None:
        answer = client_of(erin).post(create_url(draft), form())
        run = Run.objects.get()
        assert answer.status_code == 302
        assert answer["Location"] == f"/t/acme/runs/{run.pk}/"
        assert run.state == State.QUEUED
        assert run.request["body"]["messages"] == [{"role": "user", "content": "Hi"}]
        draft.refresh_from_db()
        assert draft.content["body"]["messages"] == [{"role": "user", "content": "Hi"}]

    def test_htmx_gets_the_pane_and_a_new_run_bar(
        self, client_of: ClientOf, erin: User, draft: Draft
    ) -> None:
        answer = client_of(erin).post(create_url(draft), form(), headers={"HX-Request": "true"})
        page = answer.content.decode()
        assert answer.status_code == 200
        assert f'sse-connect="/t/acme/runs/{Run.objects.get().pk}/stream/"' in page
        assert 'id="run-bar"' in page
        assert "Stop" in page

    def test_the_same_key_again_leads_to_the_same_run(
        self, client_of: ClientOf, erin: User, draft: Draft
    ) -> None:
        client = client_of(erin)
        first = client.post(create_url(draft), form())
        second = client.post(create_url(draft), form())
        assert second["Location"] == first["Location"]
        assert Run.objects.count() == 1

    def test_the_same_key_with_another_text_is_a_conflict(
        self, client_of: ClientOf, erin: User, draft: Draft
    ) -> None:
        client = client_of(erin)
        client.post(create_url(draft), form())
        answer = client.post(create_url(draft), form(**{"turn-a-text": "Other"}))
        assert answer.status_code == 409
        assert "sent before with another text" in answer.content.decode()
        assert Run.objects.count() == 1

    def test_of_a_host_of_problems_the_first_hundred_are_said(
        self, client_of: ClientOf, erin: User, draft: Draft
    ) -> None:
        fields = form(**{"turn-a-json": f"[{'1,' * 5_000}1]"})
        del fields["turn-a-text"]
        answer = client_of(erin).post(create_url(draft), fields, headers={"HX-Request": "true"})
        assert answer.status_code == 422
        assert "There are 4,901 more problems." in answer.content.decode()
        assert len(answer.content) < 50_000

    def test_after_a_conflict_the_page_has_a_new_key(
        self, client_of: ClientOf, erin: User, draft: Draft
    ) -> None:
        client = client_of(erin)
        client.post(create_url(draft), form())
        other = form(**{"turn-a-text": "Other"})
        answer = client.post(create_url(draft), other, headers={"HX-Request": "true"})
        key = re.search(r'name="idempotency_key" value="([^"]+)"', answer.content.decode())
        assert "sent before with another text" in answer.content.decode()
        assert key is not None
        assert 'id="run-bar" class="run-bar"' in answer.content.decode()
        client.post(create_url(draft), other | {"idempotency_key": key[1]})
        assert Run.objects.count() == 2

    def test_the_same_key_for_another_upstream_is_a_conflict(
        self, client_of: ClientOf, erin: User, draft: Draft, settings: Settings
    ) -> None:
        other = Upstream("other", "Other", "http://localhost:1")
        settings.UPSTREAMS = settings.UPSTREAMS | {"other": other}
        client = client_of(erin)
        client.post(create_url(draft), form(upstream="simulator"))
        answer = client.post(create_url(draft), form(upstream="other"))
        assert answer.status_code == 409
        assert Run.objects.count() == 1

    def test_a_key_with_nul_is_a_key(self, client_of: ClientOf, erin: User, draft: Draft) -> None:
        answer = client_of(erin).post(create_url(draft), form(idempotency_key="a\0b"))
        assert answer.status_code == 302

    def test_a_run_that_arrives_late_keeps_what_was_typed_since(
        self, client_of: ClientOf, erin: User, draft: Draft
    ) -> None:
        client = client_of(erin)
        typed = form(**{"turn-a-text": "typed since", "page": "p1"})
        clicked = form(**{"turn-a-text": "as it was", "page": "p1"})
        url = f"/t/acme/drafts/{draft.pk}/"
        client.post(url, typed, headers={"X-Draft-Sequence": "20"})
        client.post(create_url(draft), clicked, headers={"X-Draft-Sequence": "10"})
        draft.refresh_from_db()
        assert draft.content["body"]["messages"][0]["content"] == "typed since"
        assert Run.objects.get().request["body"]["messages"][0]["content"] == "as it was"

    def test_what_the_model_refuses_is_said_beside_its_field_and_not_sent(
        self, client_of: ClientOf, erin: User, draft: Draft
    ) -> None:
        fields = form(**{"turn-a-text": "", "max_tokens": "999999999"})
        answer = client_of(erin).post(create_url(draft), fields, headers={"HX-Request": "true"})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert answer["HX-Retarget"] == "#not-run"  # the last answer stays where it is
        assert 'id="error-max_tokens"' in page
        assert 'id="error-turn-a"' in page
        assert Run.objects.count() == 0

    def test_a_missing_value_names_the_variable(
        self, client_of: ClientOf, erin: User, draft: Draft
    ) -> None:
        content = Content.from_dict(draft.content).to_dict()
        draft.content = content | {
            "variables": [{"name": "city", "description": "", "default": ""}]
        }
        draft.save()
        fields = form(**{"turn-a-text": "Weather in {{city}}?"})
        answer = client_of(erin).post(create_url(draft), fields)
        assert answer.status_code == 422
        assert "{{city}}" in answer.content.decode()
        assert Run.objects.count() == 0

    def test_a_viewer_may_not_run(self, client_of: ClientOf, bob: User, acme: Team) -> None:
        own = Draft.objects.create(team=acme, user=bob, content=Content.blank().to_dict())
        assert client_of(bob).post(create_url(own), form()).status_code == 403

    def test_another_members_draft_is_not_there(
        self, client_of: ClientOf, alice: User, draft: Draft
    ) -> None:
        assert client_of(alice).post(create_url(draft), form()).status_code == 404

    def test_a_stranger_gets_404(self, client_of: ClientOf, charlie: User, draft: Draft) -> None:
        assert client_of(charlie).post(create_url(draft), form()).status_code == 404

    def test_get_is_refused(self, client_of: ClientOf, erin: User, draft: Draft) -> None:
        assert client_of(erin).get(create_url(draft)).status_code == 405


class TestReading:
    @pytest.mark.parametrize("tab", ["", "request/", "log/", "headers/", "text/", "outcome/"])
    def test_every_member_reads_every_tab(
        self, client_of: ClientOf, bob: User, erin: User, acme: Team, tab: str
    ) -> None:
        run = make_run(acme, erin)
        assert client_of(bob).get(f"/t/acme/runs/{run.pk}/{tab}").status_code == 200

    @pytest.mark.parametrize("tab", ["", "request/", "log/", "headers/", "text/", "outcome/"])
    def test_a_stranger_gets_404_for_every_tab(
        self, client_of: ClientOf, charlie: User, erin: User, acme: Team, tab: str
    ) -> None:
        run = make_run(acme, erin)
        assert client_of(charlie).get(f"/t/acme/runs/{run.pk}/{tab}").status_code == 404
        assert client_of(charlie).get(f"/t/elsewhere/runs/{run.pk}/{tab}").status_code == 404

    def test_the_answer_is_shown_as_markdown_and_escaped(
        self, client_of: ClientOf, bob: User, erin: User, acme: Team
    ) -> None:
        run = make_run(acme, erin)
        page = client_of(bob).get(f"/t/acme/runs/{run.pk}/").content.decode()
        assert "Hello &lt;b&gt;you&lt;/b&gt;" in page
        assert "The model finished its answer." in page
        assert "Run again" not in page  # bob only reads

    def test_the_text_alone_is_plain(
        self, client_of: ClientOf, bob: User, erin: User, acme: Team
    ) -> None:
        answer = client_of(bob).get(f"/t/acme/runs/{make_run(acme, erin).pk}/text/")
        assert answer["Content-Type"].startswith("text/plain")
        assert answer.content.decode() == "Hello <b>you</b>"

    def test_a_hostile_error_is_shown_as_text(
        self, client_of: ClientOf, bob: User, erin: User, acme: Team
    ) -> None:
        error = {"sentence": "<script>alert(1)</script>", "excerpt": "<img src=x onerror=y>"}
        fields = {"error": error, "error_kind": "not_messages_api", "message": None}
        run = make_run(acme, erin, state=State.FAILED, ending="not_messages_api", **fields)
        page = client_of(bob).get(f"/t/acme/runs/{run.pk}/").content.decode()
        assert "<script>alert" not in page
        assert "&lt;img src=x" in page


class TestStopping:
    def test_a_queued_run_is_stopped_at_once(
        self, client_of: ClientOf, erin: User, acme: Team
    ) -> None:
        run = make_run(acme, erin, state=State.QUEUED, ending="", message=None)
        answer = client_of(erin).post(f"/t/acme/runs/{run.pk}/cancellation/")
        run.refresh_from_db()
        assert answer.status_code == 302
        assert run.state == State.CANCELLED

    def test_a_finished_run_stays_as_it_is(
        self, client_of: ClientOf, erin: User, acme: Team
    ) -> None:
        run = make_run(acme, erin)
        htmx = {"HX-Request": "true"}
        answer = client_of(erin).post(f"/t/acme/runs/{run.pk}/cancellation/", headers=htmx)
        run.refresh_from_db()
        assert answer.status_code == 200
        assert "already ended" in answer["HX-Trigger"]
        assert (run.state, run.cancel_requested_at) == (State.SUCCEEDED, None)

    def test_an_editor_may_not_stop_anothers_run_but_an_admin_may(
        self, client_of: ClientOf, erin: User, alice: User, acme: Team
    ) -> None:
        other = User.objects.create_user("otto@example.com", None, name="Otto")
        Membership.objects.create(team=acme, user=other, role="editor")
        run = make_run(acme, erin, state=State.QUEUED, message=None)
        page, url = f"/t/acme/runs/{run.pk}/", f"/t/acme/runs/{run.pk}/cancellation/"
        has_button = [url in client_of(user).get(page).text for user in (other, alice, erin)]
        assert has_button == [False, True, True]
        assert client_of(other).post(url).status_code == 403
        assert client_of(alice).post(url).status_code == 302


class TestGoingOn:
    def test_run_again_sends_the_same_request(
        self, client_of: ClientOf, erin: User, acme: Team, draft: Draft
    ) -> None:
        client = client_of(erin)
        client.post(create_url(draft), form())
        first = Run.objects.get()
        answer = client.post(f"/t/acme/runs/{first.pk}/repetition/", {"idempotency_key": "key-2"})
        again = Run.objects.exclude(pk=first.pk).get()
        assert answer["Location"] == f"/t/acme/runs/{again.pk}/"
        assert (again.request, again.request_hash) == (first.request, first.request_hash)

    def test_an_upstream_that_is_gone_is_never_replaced_by_another(
        self, client_of: ClientOf, erin: User, acme: Team
    ) -> None:
        run = make_run(acme, erin)
        body = {
            "model": "claude-opus-5-5",
            "max_tokens": 9,
            "messages": [{"role": "user", "content": "Hi"}],
        }
        request = {"api_version": "2026-10-21", "betas": [], "body": body}
        Run.objects.update(upstream="gateway", request=request)
        answer = client_of(erin).post(f"/t/acme/runs/{run.pk}/repetition/")
        assert answer.status_code == 422
        assert "no upstream “gateway” any more" in answer.content.decode()
        assert Run.objects.count() == 1

    def test_a_teammates_repetition_does_not_appear_in_the_authors_editor(
        self, client_of: ClientOf, erin: User, alice: User, draft: Draft
    ) -> None:
        client_of(erin).post(create_url(draft), form())
        first = Run.objects.get()
        client_of(alice).post(f"/t/acme/runs/{first.pk}/repetition/")
        assert Run.objects.latest("pk").user == alice
        assert draft.runs.get() == first

    def test_an_answer_without_a_text_field_has_a_page(
        self, client_of: ClientOf, erin: User, acme: Team
    ) -> None:
        message = MESSAGE | {"content": [{"type": "text", "text": None}]}
        run = make_run(acme, erin, ending="max_tokens", message=message)
        assert client_of(erin).get(f"/t/acme/runs/{run.pk}/").status_code == 200

    def test_more_room_doubles_max_tokens(
        self, client_of: ClientOf, erin: User, acme: Team, draft: Draft
    ) -> None:
        client = client_of(erin)
        client.post(create_url(draft), form(max_tokens="50"))
        first = Run.objects.get()
        fields = {"idempotency_key": "key-2", "way": "raised"}
        client.post(f"/t/acme/runs/{first.pk}/repetition/", fields)
        assert Run.objects.latest("pk").request["body"]["max_tokens"] == 100

    def test_add_to_conversation_appends_the_answer_and_an_empty_turn(
        self, client_of: ClientOf, erin: User, acme: Team, draft: Draft
    ) -> None:
        run = make_run(acme, erin, draft=draft)
        answer = client_of(erin).post(f"/t/acme/runs/{run.pk}/conversation/")
        draft.refresh_from_db()
        turns = draft.content["body"]["messages"]
        assert answer.status_code == 302
        assert turns[-2:] == [
            {"role": "assistant", "content": "Hello <b>you</b>"},
            {"role": "user", "content": ""},
        ]

    def test_an_answer_nested_too_deeply_is_not_added(
        self, client_of: ClientOf, erin: User, acme: Team, draft: Draft
    ) -> None:
        deep: list[Any] = []
        for _ in range(199):
            deep = [deep]
        message = MESSAGE | {"content": [{"type": "tool_use", "input": {"a": deep}}]}
        run = make_run(acme, erin, draft=draft, message=message)
        url, htmx = f"/t/acme/runs/{run.pk}/conversation/", {"HX-Request": "true"}
        answer = client_of(erin).post(url, headers=htmx)
        before = draft.content
        draft.refresh_from_db()
        assert answer.status_code == 400
        assert answer.content.decode() == "The prompt is nested too deeply to be sent."
        assert draft.content == before

    def test_another_members_draft_is_left_alone(
        self, client_of: ClientOf, alice: User, erin: User, acme: Team, draft: Draft
    ) -> None:
        run = make_run(acme, erin, draft=draft)
        assert client_of(alice).post(f"/t/acme/runs/{run.pk}/conversation/").status_code == 404

    def test_an_answer_that_is_still_arriving_is_not_added(
        self, client_of: ClientOf, erin: User, acme: Team, draft: Draft
    ) -> None:
        run = make_run(acme, erin, draft=draft, state=State.STREAMING, message=None)
        before = draft.content
        assert client_of(erin).post(f"/t/acme/runs/{run.pk}/conversation/").status_code == 409
        draft.refresh_from_db()
        assert draft.content == before
