"""Every ending has a mark and a sentence, also those nobody has seen yet."""

from typing import Any

import pytest

from workbench.runs.again import can_continue, continued, raised, raised_limit
from workbench.runs.endings import PRE_WARM, STOP_REASONS, THOUGHT_IT_ALL, ending_of
from workbench.runs.models import Run
from workbench.runs.offers import next_step, offers_of
from workbench.runs.refusals import BILLED, FREE

TEXT = {"content": [{"type": "text", "text": "Once upon a time "}]}


def run(state: str = "succeeded", ending: str = "end_turn", **fields: Any) -> Run:
    body = {"model": "claude-opus-5-5", "max_tokens": 100, "messages": [{"role": "user"}]}
    body |= fields.pop("body", {})
    request = {"api_version": "2026-10-21", "betas": [], "body": body}
    fields = {"message": TEXT, "model": body["model"], "request": request} | fields
    return Run(state=state, ending=ending, **fields)


@pytest.mark.parametrize("reason", STOP_REASONS)
def test_each_documented_stop_reason_has_its_own_mark(reason: str) -> None:
    marks = {ending_of(run(ending=known)).mark for known in STOP_REASONS}
    assert len(marks) == len(STOP_REASONS)
    assert ending_of(run(ending=reason)).sentence.endswith(".")


def test_an_unknown_stop_reason_is_shown_by_its_own_name() -> None:
    ending = ending_of(run(ending="out_of_paper"))
    assert ending.mark == "out_of_paper"
    assert "out_of_paper" in ending.sentence


def test_no_stop_reason_at_all_is_said() -> None:
    assert ending_of(run(ending="")).sentence == "The answer ended without a stop reason."


def test_a_refusal_says_its_category_and_explanation() -> None:
    details = {"type": "refusal", "category": "cyber", "explanation": "No exploits."}
    ending = ending_of(run(ending="refusal", message={"content": [], "stop_details": details}))
    assert "Category: cyber security, such as malware or attacks. No exploits." in ending.sentence
    assert ending.sentence.endswith("not billed. The model returned no text.")


@pytest.mark.parametrize(
    ("category", "content", "said"),
    [
        ("cyber", [], FREE),
        ("general_harms", [], FREE),
        (None, [], FREE),
        ("a_new_one", [], FREE),
        ("bio", [], BILLED),
        ("frontier_llm", [], BILLED),
        ("reasoning_extraction", [], BILLED),
        ("cyber", TEXT["content"], BILLED),
    ],
)
def test_a_refusal_says_whether_it_is_billed(category: Any, content: list[Any], said: str) -> None:
    message = {"content": content, "stop_details": {"type": "refusal", "category": category}}
    assert said in ending_of(run(ending="refusal", message=message)).sentence


def test_an_unknown_category_is_shown_raw() -> None:
    message = {"content": [], "stop_details": {"category": "a_new_one"}}
    assert "Category: a_new_one." in ending_of(run(ending="refusal", message=message)).sentence


@pytest.mark.parametrize("details", [None, "x", [], {"category": 5, "explanation": {}}])
def test_odd_details_of_a_refusal_are_no_error(details: Any) -> None:
    message = {"content": [], "stop_details": details}
    assert "declined to answer" in ending_of(run(ending="refusal", message=message)).sentence


@pytest.mark.parametrize(
    ("reason", "action"),
    [
        ("end_turn", ""),
        ("stop_sequence", ""),
        ("max_tokens", "raise"),
        ("tool_use", "send_results"),
        ("pause_turn", "continue"),
        ("compaction", "continue"),
        ("refusal", "edit"),
        ("model_context_window_exceeded", "edit"),
        ("", "run_again"),
        ("out_of_paper", ""),
    ],
)
def test_each_stop_reason_leads_to_its_next_step(reason: str, action: str) -> None:
    ending = ending_of(run(ending=reason))
    assert ending.action == action
    waits = reason == "tool_use"
    offers = offers_of(run(ending=reason), ending, is_own=True, waits=waits)
    assert bool(ending.advice or next_step(ending, offers)) == bool(action)


@pytest.mark.parametrize(
    "content",
    [
        [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": ""}],
        [{"type": "redacted_thinking", "data": "eA=="}],
    ],
)
def test_thinking_that_used_up_max_tokens_is_named(content: list[Any]) -> None:
    ending = ending_of(run(ending="max_tokens", message={"content": content}))
    assert ending.sentence == THOUGHT_IT_ALL
    assert ending.raise_limit


def test_hidden_thinking_that_used_up_max_tokens_is_known_by_its_tokens() -> None:
    usage = {"output_tokens_details": {"thinking_tokens": 100}}
    ending = ending_of(run(ending="max_tokens", message={"content": [], "usage": usage}))
    assert ending.sentence == THOUGHT_IT_ALL


def test_a_pre_warm_is_no_cut_answer() -> None:
    warmed = run(ending="max_tokens", message={"content": []}, body={"max_tokens": 0})
    assert ending_of(warmed) == PRE_WARM


def test_the_stop_sequence_is_named() -> None:
    message = TEXT | {"stop_sequence": "###"}
    assert "“###”" in ending_of(run(ending="stop_sequence", message=message)).sentence


def test_an_empty_answer_is_said_to_be_empty() -> None:
    assert "returned no text" in ending_of(run(message={"content": []})).sentence


def test_a_failure_says_its_own_sentence_and_a_known_stop_reason() -> None:
    error = {"sentence": "The stream ended too early.", "stop_reason": "end_turn"}
    ending = ending_of(run("interrupted", "stream_incomplete", error=error))
    assert ending.sentence.startswith("The stream ended too early. ")
    assert "end_turn" in ending.sentence


def test_more_room_is_twice_as_much_but_not_more_than_the_model_has() -> None:
    assert raised_limit(run()) == 200
    assert raised_limit(run(body={"max_tokens": 100_000})) == 128_000
    assert raised(run()).body["max_tokens"] == 200


@pytest.mark.parametrize(("limit", "can"), [(100, True), (127_999, True), (128_000, False)])
def test_more_room_is_offered_only_where_there_is_some(limit: int, can: bool) -> None:
    ending = ending_of(run(ending="max_tokens", body={"max_tokens": limit}))
    assert ending.raise_limit is can
    assert ("the model's most already" in ending.advice) is not can


def test_a_paused_turn_goes_on_with_its_own_content() -> None:
    content = [{"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}}]
    paused = run(ending="pause_turn", message={"content": content})
    assert can_continue(paused)
    assert continued(paused).body["messages"][-1] == {"role": "assistant", "content": content}


@pytest.mark.parametrize(
    ("model", "can"), [("claude-opus-5-5", False), ("claude-haiku-4-5-20251001", True)]
)
def test_a_broken_text_is_continued_only_where_prefill_is_accepted(model: str, can: bool) -> None:
    broken = run("interrupted", "stream_cut", body={"model": model}, error={"sentence": "Cut."})
    assert can_continue(broken) is can


def test_a_continued_text_has_no_trailing_blanks() -> None:
    broken = run("interrupted", "stream_cut", body={"model": "claude-haiku-4-5-20251001"})
    last = continued(broken).body["messages"][-1]
    assert last["content"] == [{"type": "text", "text": "Once upon a time"}]
