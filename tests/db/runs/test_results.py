"""The tool round trip: results into the draft or behind the run, once, by whoever may run."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from workbench.accounts.models import User
from workbench.prompts.models import Draft
from workbench.runs.models import Run, State

from .waiting import (
    CALLS,
    RESULTS,
    THOUGHT,
    ClientOf,
    newest,
    send,
    turns,
)


class TestFromTheEditor:
    def test_the_whole_answer_and_all_results_go_into_the_draft_and_are_run(
        self, erins: Client, draft: Draft, run: Run
    ) -> None:
        answer = send(erins, run, editor="1")
        draft.refresh_from_db()
        assert answer.status_code == 200
        assert turns(newest()) == ["Weather?", [THOUGHT, *CALLS], RESULTS]
        assert (newest().draft, newest().continues) == (draft, run)
        assert [turn["content"] for turn in draft.parsed.body["messages"]] == turns(newest())
        assert len(draft.parsed.origins) == 1
        page = answer.content.decode()
        assert 'hx-swap-oob="beforeend:#turns"' in page
        assert f'id="run-{newest().pk}-state"' in page
        assert f"/runs/{run.pk}/" in page

    def test_what_was_typed_meanwhile_is_kept_and_part_of_it(
        self, erins: Client, draft: Draft, run: Run
    ) -> None:
        fields = {"name": "", "part": "turns", "turn-k-role": "user", "turn-k-text": "Changed?"}
        send(erins, run, editor="1", **fields)
        assert turns(newest())[0] == "Changed?"
        assert newest().transformations == [
            "The model's thinking was left out of turn 2: an earlier turn has changed since."
        ]
        assert turns(newest())[1] == CALLS
        draft.refresh_from_db()
        assert draft.parsed.body["messages"][1]["content"] == [THOUGHT, *CALLS]

    def test_sent_twice_it_is_one_run_and_one_pair_of_turns(
        self, erins: Client, draft: Draft, run: Run
    ) -> None:
        send(erins, run, editor="1")
        send(erins, run, editor="1")
        draft.refresh_from_db()
        assert Run.objects.count() == 2
        assert len(draft.parsed.body["messages"]) == 3

    def test_other_results_take_the_place_of_the_first(
        self, erins: Client, draft: Draft, run: Run
    ) -> None:
        send(erins, run, editor="1")
        answer = send(erins, run, editor="1", results_key="key-2", result__1__text="30 C")
        draft.refresh_from_db()
        assert turns(newest())[2][0]["content"] == "30 C"
        assert len(draft.parsed.body["messages"]) == 3
        assert 'hx-swap-oob="delete"' in answer.content.decode()

    def test_a_failed_call_is_marked(self, erins: Client, run: Run) -> None:
        send(erins, run, editor="1", result__2__text="no such city", result__2__error="1")
        assert turns(newest())[2][1] == {
            "type": "tool_result",
            "tool_use_id": "t2",
            "content": "no such city",
            "is_error": True,
        }

    def test_what_would_be_refused_adds_nothing(
        self, erins: Client, draft: Draft, run: Run
    ) -> None:
        answer = send(erins, run, editor="1", name="", max_tokens="999999999")
        draft.refresh_from_db()
        assert answer.status_code == 422
        assert answer["HX-Retarget"] == "#not-run"
        assert 'id="error-max_tokens"' in answer.content.decode()
        assert Run.objects.count() == 1
        assert len(draft.parsed.body["messages"]) == 1
        assert draft.parsed.body["max_tokens"] == 999999999

    def test_an_old_key_with_other_results_is_said_and_replaced(
        self, erins: Client, run: Run
    ) -> None:
        send(erins, run)
        answer = send(erins, run, result__1__text="other")
        key = re.search(r'name="results_key" id="run-\d+-key" value="([^"]+)"', answer.text)
        assert answer.status_code == 422
        assert "sent before with another text" in answer.text
        assert key is not None
        assert key[1] != "key-1"

    def test_without_a_script_a_refusal_shows_the_results_as_typed(
        self, erins: Client, run: Run
    ) -> None:
        fields = {"result__1__text": "typed & kept", "result__2__error": "1"}
        answer = send(erins, run, htmx=False, editor="1", **fields)
        assert answer.status_code == 422
        assert "typed &amp; kept" in answer.text
        assert "a call that failed needs a text" in answer.text
        assert 'name="result-2-error" value="1" checked' in answer.text

    def test_the_page_of_the_draft_shows_the_form_again(
        self, erins: Client, draft: Draft, run: Run
    ) -> None:
        page = erins.get(f"/t/acme/drafts/{draft.pk}/").text
        assert f'action="/t/acme/runs/{run.pk}/results/"' in page
        assert 'name="editor"' in page
        assert page.count('name="result-') == 4


class TestFromTheRun:
    def test_the_runs_own_request_is_carried_on_and_no_draft_is_touched(
        self, erins: Client, draft: Draft, run: Run
    ) -> None:
        Run.objects.update(transformations=["Something was changed."])
        answer = send(erins, run)
        assert answer["HX-Redirect"] == f"/t/acme/runs/{newest().pk}/"
        assert turns(newest()) == ["Weather?", [THOUGHT, *CALLS], RESULTS]
        assert (newest().draft, newest().continues) == (None, run)
        assert newest().transformations == ["Something was changed."]
        assert len(Draft.objects.get().parsed.body["messages"]) == 1

    def test_a_teammate_carries_on_a_run_of_somebody_else(
        self, client_of: ClientOf, alice: User, run: Run
    ) -> None:
        client = client_of(alice)
        assert 'name="editor"' not in client.get(f"/t/acme/runs/{run.pk}/").text
        send(client, run, editor="1")
        assert (newest().user, newest().draft) == (alice, None)

    def test_the_rounds_lead_to_each_other(self, erins: Client, run: Run) -> None:
        send(erins, run)
        assert f'href="/t/acme/runs/{run.pk}/"' in erins.get(f"/t/acme/runs/{newest().pk}/").text
        page = erins.get(f"/t/acme/runs/{run.pk}/").text
        assert f'Carried on in <a href="/t/acme/runs/{newest().pk}/"' in page

    def test_a_viewer_sees_the_calls_without_a_form(
        self, client_of: ClientOf, bob: User, run: Run
    ) -> None:
        client = client_of(bob)
        assert "result-1-text" not in client.get(f"/t/acme/runs/{run.pk}/").text
        assert send(client, run).status_code == 403

    def test_a_stranger_finds_nothing(self, client_of: ClientOf, charlie: User, run: Run) -> None:
        assert send(client_of(charlie), run).status_code == 404

    def test_get_is_refused(self, erins: Client, run: Run) -> None:
        assert erins.get(f"/t/acme/runs/{run.pk}/results/").status_code == 405

    @pytest.mark.parametrize(
        "changes",
        [
            {"ending": "end_turn"},
            {"state": State.CANCELLED, "ending": "cancelled"},
            {"state": State.QUEUED, "ending": "", "message": None},
            {"message": {"content": []}},
            {"message": {"content": "odd"}},
            {"message": {"content": [{"type": "tool_use"}]}},
            {"message": {"content": [*CALLS, CALLS[0]]}},
            {"message": {"content": [CALLS[0], {**CALLS[1], "partial_json": '{"c'}]}},
        ],
    )
    def test_a_run_that_waits_for_nothing_takes_no_results(
        self, erins: Client, run: Run, changes: dict[str, Any]
    ) -> None:
        Run.objects.update(**changes)
        assert erins.get(f"/t/acme/runs/{run.pk}/").status_code == 200
        assert "waits for no results" in send(erins, run).text
        assert Run.objects.count() == 1

    @pytest.mark.parametrize("content", ["odd", {"type": "text"}, [1, "two", None], None])
    @pytest.mark.parametrize("ending", ["max_tokens", "pause_turn", "refusal"])
    def test_an_answer_of_odd_content_still_has_its_page(
        self, erins: Client, run: Run, ending: str, content: Any
    ) -> None:
        Run.objects.update(ending=ending, message={"content": content})
        assert erins.get(f"/t/acme/runs/{run.pk}/").status_code == 200
        for way in ("continued", "raised"):
            answer = erins.post(f"/t/acme/runs/{run.pk}/repetition/", {"way": way})
            assert answer.status_code in (302, 422)
        added = erins.post(f"/t/acme/runs/{run.pk}/conversation/", {"ask": "1"})
        assert added.status_code == (302 if isinstance(content, list) else 409)

    def test_a_call_that_broke_off_says_once_to_raise_the_limit(
        self, erins: Client, run: Run
    ) -> None:
        content = [CALLS[0], {**CALLS[1], "partial_json": '{"c'}]
        Run.objects.update(ending="max_tokens", message={"content": content})
        page = erins.get(f"/t/acme/runs/{run.pk}/").text
        assert "broke off, so no result can answer it." in page
        assert page.count("Raise max tokens and run again.") == 1
        assert "Raise to 198 and run again" in page

    def test_odd_results_are_kept_as_text(self, erins: Client, run: Run) -> None:
        hostile = "\0<script>alert(1)</script>\r\n{{x}}"
        send(erins, run, result__1__text=hostile)
        sent = turns(newest())[2][0]["content"]
        assert sent.startswith("\ufffd<script>alert(1)</script>\n{{x}}")
        assert "<script>alert" not in erins.get(f"/t/acme/runs/{newest().pk}/request/").text
