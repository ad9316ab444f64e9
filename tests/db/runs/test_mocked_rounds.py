"""Rounds that mocked results answer, and answers that are added to the conversation."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.db.models.signals import pre_save
from django.test import Client
from django.utils import timezone

from workbench.accounts.models import User
from workbench.prompts.content import Content
from workbench.prompts.models import Draft
from workbench.prompts.saving import make_prompt
from workbench.runs import again
from workbench.runs.models import Run, State
from workbench.runs.results import MOST_ROUNDS

from .waiting import (
    ASKED,
    CALLS,
    HTMX,
    RESULTS,
    THOUGHT,
    ClientOf,
    newest,
    send,
    waiting_run,
)

MOCKS = {"get_weather": {"kind": "fixed", "text": "sunny", "is_error": False, "rules": []}}


class TestMocks:
    @pytest.fixture(autouse=True)
    def _mocks(self, draft: Draft) -> None:
        draft.content = Content(ASKED, mocks=MOCKS).to_dict()
        draft.save()

    def outcome(self, client: Client, run: Run) -> str:
        return client.get(f"/t/acme/runs/{run.pk}/outcome/", headers=HTMX).text

    def own_key(self, client: Client, run: Run) -> str:
        """The key with which the page sends the next round by itself."""
        page = self.outcome(client, run)
        key = re.search(r'name="results_key" id="run-\d+-key" value="([^"]+)"', page)
        assert key is not None
        return key[1]

    def test_the_form_is_filled_and_offers_to_go_on_until_done(
        self, erins: Client, run: Run
    ) -> None:
        page = erins.get(f"/t/acme/runs/{run.pk}/").text
        assert page.count("\nsunny</textarea>") == 2
        assert page.count("The mocked result of this tool.") == 2
        assert 'name="mocks" value="1"' in page
        assert 'hx-trigger="load' not in self.outcome(erins, run)

    def test_what_was_typed_in_place_of_a_mock_is_not_called_one(
        self, erins: Client, run: Run
    ) -> None:
        erins.post(f"/t/acme/runs/{run.pk}/results/typed/", {"result-2-text": "rainy"})
        page = erins.get(f"/t/acme/runs/{run.pk}/").text
        assert page.count("The mocked result of this tool.") == 1
        assert "\nrainy</textarea>" in page
        assert 'name="mocks"' in page

    def test_a_round_goes_on_by_itself_once(self, erins: Client, erin: User, draft: Draft) -> None:
        second = waiting_run(erin, draft, mock_round=1)
        page = self.outcome(erins, second)
        assert 'hx-trigger="load' in page
        assert "round 2 of 10" in page
        send(erins, second, editor="1", mocks="2", results_key=self.own_key(erins, second))
        assert newest().mock_round == 2
        assert "Round 2 of 10 with mocked results" in (
            erins.get(f"/t/acme/runs/{newest().pk}/").text
        )
        assert 'hx-trigger="load' not in self.outcome(erins, second)

    def test_two_pages_that_go_on_have_the_same_key(
        self, erins: Client, erin: User, draft: Draft
    ) -> None:
        second = waiting_run(erin, draft, mock_round=1)
        assert self.own_key(erins, second) == self.own_key(erins, second)

    @pytest.mark.parametrize(
        "changes",
        [
            {"mock_round": MOST_ROUNDS},
            {"mock_round": None},
            {"finished_at": timezone.now() - timezone.timedelta(minutes=5)},
            {"message": {"content": [{**CALLS[0], "name": "unknown"}]}},
            {"state": State.CANCELLED, "ending": "cancelled"},
            {"cancel_requested_at": timezone.now()},
        ],
    )
    def test_it_stops_at_the_last_round_and_at_anything_unexpected(
        self, erins: Client, erin: User, draft: Draft, changes: dict[str, Any]
    ) -> None:
        run = waiting_run(erin, draft, mock_round=2)
        Run.objects.update(**changes)
        assert 'hx-trigger="load' not in self.outcome(erins, run)

    def test_the_older_form_of_a_second_page_takes_no_turn_away(
        self, erins: Client, erin: User, draft: Draft
    ) -> None:
        second = waiting_run(erin, draft, mock_round=1)
        fields = {"name": "", "part": "turns", "turn-k-role": "user", "turn-k-text": "Weather?"}
        fields |= {"editor": "1", "mocks": "2", "results_key": self.own_key(erins, second)}
        answers = [send(erins, second, **fields) for _ in range(2)]
        assert Run.objects.filter(mock_round=2).count() == 1
        draft.refresh_from_db()
        messages = draft.parsed.body["messages"]
        assert [turn["role"] for turn in messages] == ["user", "assistant", "user"]
        for answer in answers:
            assert f'id="run-{newest().pk}"' in answer.text
            assert answer.text.count('class="panel turn"') == 2
        assert "draft-saved" not in answers[1].get("HX-Trigger", "")

    def test_a_page_that_shows_a_round_has_its_turns(
        self, erins: Client, erin: User, draft: Draft
    ) -> None:
        """The round begins after the first question that the page has about runs."""
        begun: list[str] = []

        def begin_a_round(execute: Any, sql: str, *rest: Any) -> Any:
            found = execute(sql, *rest)
            if '"runs_run"' in sql and not begun:
                begun.append(sql)
                waiting_run(erin, draft)
                Draft.objects.update(content=Content(ASKED | {"system": "later"}).to_dict())
            return found

        with connection.execute_wrapper(begin_a_round):
            page = erins.get(f"/t/acme/drafts/{draft.pk}/").text
        assert begun
        assert "later</textarea>" in page

    def test_on_the_page_of_a_run_the_rounds_go_on_too(
        self, erins: Client, erin: User, draft: Draft
    ) -> None:
        first = waiting_run(erin, draft)
        send(erins, first, mocks="1", results_key="k")
        second = newest()
        assert second.draft is None
        Run.objects.filter(pk=second.pk).update(
            state=State.SUCCEEDED,
            ending="tool_use",
            message=first.message,
            finished_at=timezone.now(),
        )
        assert 'hx-trigger="load' in self.outcome(erins, second)
        page = f"/t/acme/runs/{second.pk}/"
        assert 'hx-trigger="load, click"' in erins.get(f"{page}?followed=1").text
        assert 'hx-trigger="load, click"' not in erins.get(page).text

    def test_stop_between_two_rounds_is_the_end_of_them(
        self, erins: Client, erin: User, draft: Draft
    ) -> None:
        second = waiting_run(erin, draft, mock_round=1)
        key = self.own_key(erins, second)
        answer = erins.post(f"/t/acme/runs/{second.pk}/cancellation/", headers=HTMX)
        assert "no further mocked results" in answer["HX-Trigger"]
        assert 'hx-trigger="load' not in self.outcome(erins, second)
        late = send(erins, second, editor="1", mocks="2", results_key=key)
        assert "You pressed Stop" in late.text
        assert Run.objects.count() == 1
        send(erins, second, editor="1", mocks="2", results_key="pressed by hand")
        assert newest().mock_round == 2
        assert newest().cancel_requested_at is None

    def test_stop_reaches_the_round_that_has_begun_meanwhile(
        self, erins: Client, erin: User, draft: Draft
    ) -> None:
        second = waiting_run(erin, draft, mock_round=1)
        third = waiting_run(
            erin, draft, mock_round=2, continues=second, state=State.QUEUED, finished_at=None
        )
        erins.post(f"/t/acme/runs/{second.pk}/cancellation/", headers=HTMX)
        third.refresh_from_db()
        assert third.state == State.CANCELLED

    def test_a_round_that_begins_while_stop_is_pressed_is_stopped(
        self, erins: Client, erin: User, draft: Draft
    ) -> None:
        """Stop is noted after the request was let through, before its run is stored."""
        second = waiting_run(erin, draft, mock_round=1)
        key = self.own_key(erins, second)

        def press_stop(sender: type[Run], instance: Run, **_: Any) -> None:
            if instance.mock_round == 2:
                Run.objects.filter(pk=second.pk).update(cancel_requested_at=timezone.now())

        pre_save.connect(press_stop, sender=Run)
        try:
            send(erins, second, editor="1", mocks="2", results_key=key)
        finally:
            pre_save.disconnect(press_stop, sender=Run)
        assert newest().mock_round == 2
        assert newest().cancel_requested_at is not None

    def test_somebody_elses_page_does_not_go_on(
        self, client_of: ClientOf, alice: User, erin: User, draft: Draft
    ) -> None:
        run = waiting_run(erin, draft, mock_round=1)
        assert 'hx-trigger="load' not in self.outcome(client_of(alice), run)

    def test_a_teammate_gets_the_mocks_of_the_version_only(
        self, client_of: ClientOf, alice: User, erin: User, run: Run, draft: Draft
    ) -> None:
        client = client_of(alice)
        assert "sunny" not in client.get(f"/t/acme/runs/{run.pk}/").text
        prompt = make_prompt(draft.team_id, "Weather", erin)
        prompt.save_version(draft.parsed, erin, parent_number=None)
        Run.objects.update(prompt=prompt, version_number=1)
        assert "sunny" in client.get(f"/t/acme/runs/{run.pk}/").text

    @pytest.mark.parametrize("text", ["0", "99999999999999", "-1", "x", "²"])
    def test_an_odd_round_is_still_a_round(self, erins: Client, run: Run, text: str) -> None:
        send(erins, run, mocks=text)
        assert 1 <= (newest().mock_round or 0) <= MOST_ROUNDS

    def test_without_a_mock_for_every_call_none_is_sent(self, erins: Client, run: Run) -> None:
        Draft.objects.update(content=Content(ASKED).to_dict())
        assert "A call has no mocked result." in send(erins, run, mocks="1").text
        assert Run.objects.count() == 1


def said(text: str) -> dict[str, Any]:
    return {"role": "assistant", "content": [{"type": "text", "text": text}]}


class TestConverse:
    def test_calls_come_into_the_conversation_with_a_turn_for_their_results(
        self, erins: Client, draft: Draft, run: Run
    ) -> None:
        fields = {"result-1-text": "20 C"}
        url = f"/t/acme/runs/{run.pk}/conversation/"
        for _ in range(2):
            answer = erins.post(url, fields, headers=HTMX)
            assert answer.status_code == 200
        draft.refresh_from_db()
        messages = draft.parsed.body["messages"]
        assert [turn["content"] for turn in messages[1:]] == [[THOUGHT, *CALLS], RESULTS]

    @pytest.mark.parametrize("content", [[], [{"type": "text", "text": ""}]])
    def test_an_answer_with_nothing_in_it_makes_no_turn(
        self, erins: Client, erin: User, draft: Draft, content: list[Any]
    ) -> None:
        run = waiting_run(erin, draft, ending="end_turn", message={"content": content})
        answer = erins.post(f"/t/acme/runs/{run.pk}/conversation/")
        assert answer.status_code == 409
        assert "it makes no turn" in answer.text
        draft.refresh_from_db()
        assert len(draft.parsed.body["messages"]) == 1

    def test_a_second_click_adds_nothing(self, erins: Client, erin: User, draft: Draft) -> None:
        message = {"content": [{"type": "text", "text": "Sunny"}]}
        run = waiting_run(erin, draft, ending="end_turn", message=message)
        for _ in range(2):
            erins.post(f"/t/acme/runs/{run.pk}/conversation/")
        draft.refresh_from_db()
        messages = draft.parsed.body["messages"]
        assert [turn["content"] for turn in messages] == ["Weather?", "Sunny", ""]

    def test_from_the_page_of_the_run_it_leads_to_the_draft(
        self, erins: Client, draft: Draft, run: Run
    ) -> None:
        on_run = HTMX | {"HX-Current-URL": f"http://testserver/t/acme/runs/{run.pk}/"}
        answer = erins.post(f"/t/acme/runs/{run.pk}/conversation/", headers=on_run)
        assert answer["HX-Redirect"] == f"/t/acme/drafts/{draft.pk}/"

    def test_a_carried_on_answer_comes_with_its_beginning(
        self, erins: Client, erin: User, draft: Draft
    ) -> None:
        paused = {"content": [{"type": "server_tool_use", "id": "s", "name": "x", "input": {}}]}
        first = waiting_run(erin, draft, ending="pause_turn", message=paused)
        erins.post(
            f"/t/acme/runs/{first.pk}/repetition/", {"way": "continued", "idempotency_key": "c"}
        )
        second = newest()
        assert second.continues == first
        message = {"content": [{"type": "text", "text": "Done"}]}
        Run.objects.filter(pk=second.pk).update(
            state=State.SUCCEEDED, ending="end_turn", message=message
        )
        erins.post(f"/t/acme/runs/{second.pk}/conversation/")
        draft.refresh_from_db()
        assert [turn["content"] for turn in draft.parsed.body["messages"][1:]] == [
            [*paused["content"], {"type": "text", "text": "Done"}],
            "",
        ]

    def test_a_text_that_broke_off_goes_on_in_the_same_turn(
        self, erins: Client, erin: User, draft: Draft
    ) -> None:
        """Cut twice; its beginning was added before the second half was asked for."""
        run = waiting_run(erin, draft, ending="max_tokens", message=said("One \n"))
        erins.post(f"/t/acme/runs/{run.pk}/conversation/")
        for text, ending in ((" two", "max_tokens"), (" three", "end_turn")):
            request = again.continued(run).to_dict()
            run = waiting_run(
                erin, draft, ending=ending, message=said(text), continues=run, request=request
            )
        erins.post(f"/t/acme/runs/{run.pk}/conversation/")
        for _ in range(2):
            draft.refresh_from_db()
            messages = draft.parsed.body["messages"]
            assert [turn["content"] for turn in messages] == ["Weather?", "One two three", ""]
            erins.post(f"/t/acme/runs/{run.pk}/conversation/")

    def test_a_cut_answer_brings_a_request_to_go_on(
        self, erins: Client, erin: User, draft: Draft
    ) -> None:
        message = {"content": [{"type": "text", "text": "One two"}]}
        run = waiting_run(erin, draft, ending="max_tokens", message=message)
        assert "Add it and ask to go on" in erins.get(f"/t/acme/runs/{run.pk}/").text
        erins.post(f"/t/acme/runs/{run.pk}/conversation/", {"ask": "1"})
        draft.refresh_from_db()
        last = draft.parsed.body["messages"][-1]["content"]
        assert last == "Your answer was cut off after “One two”. Go on from there without " + (
            "repeating anything."
        )
