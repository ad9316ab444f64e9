"""How an ending is told on the page, the list and in a pane, and what is offered beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from workbench.accounts.models import Team, User
from workbench.prompts.models import Draft
from workbench.runs.models import Comparison, Run, State

from .test_runs_views import ClientOf, make_run
from .waiting import CALLS, HTMX

CUT_CALL = {**CALLS[0], "partial_json": '{"c'}


@pytest.fixture
def ended(acme: Team, erin: User, draft: Draft) -> Callable[..., Run]:
    """Make a run of Erin's draft with an ending."""

    def ended(ending: str, *content: Any, **fields: Any) -> Run:
        message = {"content": list(content), "stop_reason": ending, "usage": {"output_tokens": 1}}
        return make_run(
            acme, erin, **{"draft": draft, "ending": ending, "message": message, **fields}
        )

    return ended


def page_of(client: Client, run: Run, tail: str = "", **headers: str) -> str:
    answer = client.get(f"/t/acme/runs/{run.pk}/{tail}", headers=headers)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("content", [[CUT_CALL], [{"type": "text", "text": ""}], []])
def test_what_would_be_an_empty_turn_is_not_offered_for_the_conversation(
    erins: Client, ended: Callable[..., Run], content: list[Any]
) -> None:
    page = page_of(erins, ended("max_tokens", *content))
    assert "Add to Conversation" not in page
    assert "ask to go on" not in page
    whole = page_of(erins, ended("max_tokens", {"type": "text", "text": "Hi"}))
    assert "Add to Conversation" in whole
    assert "Add it and ask to go on</button>" in whole


def test_a_limit_that_cannot_rise_is_not_offered_to(
    erins: Client, ended: Callable[..., Run]
) -> None:
    run = ended("max_tokens", CUT_CALL)
    run.request["body"]["max_tokens"] = 128_000
    run.save()
    page = page_of(erins, run)
    assert "and run again" not in page
    assert "Max tokens is the model&#x27;s most already; ask for a shorter answer." in page


@pytest.mark.parametrize("tail", ["", "outcome/"])
@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "The answer held 1 byte that is no text. In its place stands �."),
        (1_003, "The answer held 1,003 bytes that are no text. In their place stands �."),
    ],
)
def test_bytes_that_were_no_text_are_told_at_the_end_and_later(
    erins: Client, ended: Callable[..., Run], tail: str, count: int, said: str
) -> None:
    assert said in page_of(erins, ended("end_turn", invalid_bytes=count), tail)
    assert "no text." not in page_of(erins, ended("end_turn", {"type": "text", "text": "x"}), tail)


@pytest.mark.parametrize("ending", ["refusal", "model_context_window_exceeded"])
class TestAnotherModel:
    def test_is_offered_to_the_owner_of_the_draft(
        self, erins: Client, ended: Callable[..., Run], draft: Draft, ending: str
    ) -> None:
        page = page_of(erins, ended(ending))
        assert f'href="/t/acme/drafts/{draft.pk}/comparison/"' in page
        assert "Open as draft" not in page

    def test_in_the_workbench_what_is_typed_is_kept_first(
        self, erins: Client, ended: Callable[..., Run], draft: Draft, ending: str
    ) -> None:
        run = ended(ending)
        here = {"HX-Current-URL": f"http://testserver/t/acme/drafts/{draft.pk}/"}
        page = page_of(erins, run, **HTMX, **here)
        assert f'hx-post="/t/acme/drafts/{draft.pk}/comparison/draft/"' in page

    def test_is_a_draft_of_ones_own_for_everybody_else(
        self, client_of: ClientOf, adam: User, ended: Callable[..., Run], ending: str
    ) -> None:
        run = ended(ending)
        page = page_of(client_of(adam), run)
        assert f'action="/t/acme/runs/{run.pk}/draft/"' in page
        assert "Compare with other models" not in page


def test_a_pane_names_no_button_that_it_has_not(
    erins: Client, acme: Team, erin: User, ended: Callable[..., Run]
) -> None:
    made = Comparison.objects.create(team=acme, user=erin, panes=[{}, {}])
    text = {"type": "text", "text": "Once"}
    ended("max_tokens", text, comparison=made, pane=0)
    broken = {"state": State.INTERRUPTED, "error_kind": "stall", "error": {"sentence": "Slow."}}
    stalled = ended("stall", text, comparison=made, pane=1, **broken)
    page = erins.get(f"/t/acme/comparisons/{made.pk}/").text
    assert "Slow." in page
    assert "Run it again" not in page
    assert "Raise max tokens" not in page
    assert "Run it again, or add it and ask to go on." in page_of(erins, stalled)


def test_a_reader_who_may_not_run_is_told_of_no_button(
    client_of: ClientOf, bob: User, ended: Callable[..., Run]
) -> None:
    run = ended("max_tokens", {"type": "text", "text": "Once"})
    assert "Raise max tokens" not in page_of(client_of(bob), run)


def test_the_wait_for_differences_goes_with_the_stream(
    erins: Client, acme: Team, erin: User
) -> None:
    made = Comparison.objects.create(team=acme, user=erin, panes=[{}, {}])
    for pane in (0, 1):
        make_run(acme, erin, comparison=made, pane=pane, state=State.STREAMING, message=None)
    page = erins.get(f"/t/acme/comparisons/{made.pk}/?differences").text
    assert "data-while-live>The differences appear when all panes have ended." in page


def test_the_list_and_the_top_of_an_answer_tell_a_refusal_from_a_finish(
    erins: Client, ended: Callable[..., Run]
) -> None:
    run = ended("refusal")
    assert '<span class="chip chip-warn">Refused</span>' in erins.get("/t/acme/runs/").text
    top = page_of(erins, run).split(f'id="run-{run.pk}-state"')[1].split("</div>")[0]
    assert 'data-state="succeeded"' in top
    assert ">Refused</span>" in top
    assert '<span class="chip chip-ok">Done</span>' not in erins.get("/t/acme/runs/").text
    ended("end_turn")
    assert '<span class="chip chip-ok">Done</span>' in erins.get("/t/acme/runs/").text


def test_a_stop_reason_of_any_length_and_kind_is_only_a_word(
    erins: Client, ended: Callable[..., Run]
) -> None:
    ended("<b>" + "x" * 200)
    page = erins.get("/t/acme/runs/").text
    assert f">&lt;b&gt;{'x' * 36}…</span>" in page


def test_a_stopped_answer_has_used_at_least_what_was_reported(
    erins: Client, ended: Callable[..., Run]
) -> None:
    message = {"content": [{"type": "text", "text": "Once"}], "usage": {"output_tokens": 1}}
    fields = {"state": State.CANCELLED, "message": message, "output_tokens": 1, "cost_usd": 2}
    page = page_of(erins, ended("cancelled", **fields))
    assert "<dd>at least 1</dd>" in page
    assert "at least $2.00" in page
    assert "ended before everything was reported" in page
