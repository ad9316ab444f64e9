"""Answers become turns of a draft: nothing is lost that can be sent back, and the rest is named."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.prompts.conversation import Answer, with_answer, with_results
from workbench.prompts.editor import EditorForm
from workbench.prompts.models import Draft
from workbench.prompts.saving import save_version

THOUGHT = {"type": "thinking", "thinking": "hm", "signature": "s"}
HIDDEN = {"type": "redacted_thinking", "data": "x"}
CALLS = [
    {"type": "tool_use", "id": "t1", "name": "n", "input": {"b": 1, "a": 2}},
    {"type": "tool_use", "id": "t2", "name": "n", "input": {}},
]
RESULTS = [
    {"type": "tool_result", "tool_use_id": "t1", "content": "one"},
    {"type": "tool_result", "tool_use_id": "t2"},
]


def answer(content: Any) -> Answer:
    return Answer(content, {"model": "claude-opus-5-5", "messages": []}, "simulator")


@pytest.fixture
def form(draft: Draft) -> EditorForm:
    return EditorForm.of(draft)


def contents(form: EditorForm) -> list[Any]:
    return [turn.message["content"] for turn in form.turns]


def test_a_single_text_becomes_a_plain_turn_and_a_user_turn_follows(form: EditorForm) -> None:
    grown = with_answer(form, answer([{"type": "text", "text": "Hi", "citations": None}]))
    assert [turn.message for turn in grown.added] == [
        {"role": "assistant", "content": "Hi"},
        {"role": "user", "content": ""},
    ]
    assert contents(grown.form) == ["", "Hi", ""]
    assert contents(form) == [""]


def test_thinking_is_kept_and_noted_where_it_came_from(form: EditorForm) -> None:
    blocks = [THOUGHT, HIDDEN, {"type": "text", "text": "Hi"}]
    grown = with_answer(form, answer(blocks))
    assert grown.added[0].message["content"] == blocks
    assert grown.added[0].note == ""
    assert len(grown.form.content.origins) == 2
    assert {note["model"] for note in grown.form.content.origins.values()} == {"claude-opus-5-5"}


def test_other_blocks_stay_as_they_are(form: EditorForm) -> None:
    blocks = [
        {"type": "text", "text": "See", "citations": [{"cited_text": "x"}]},
        {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}},
        {"type": "web_search_tool_result", "tool_use_id": "s", "content": []},
        *CALLS,
        {"type": "brand_new", "x": 1},
    ]
    assert with_answer(form, answer(blocks)).added[0].message["content"] == blocks


@pytest.mark.parametrize(
    ("block", "word"),
    [
        ({"type": "tool_use", "id": "t", "name": "n", "partial_json": '{"a'}, "cut off"),
        ({"type": "thinking", "thinking": "hm"}, "without a signature"),
        ({"type": "text", "text": ""}, "without a word"),
    ],
)
def test_what_can_not_be_sent_back_is_left_out_and_that_is_said(
    form: EditorForm, block: dict[str, Any], word: str
) -> None:
    grown = with_answer(form, answer([block, {"type": "text", "text": "Hi"}]))
    assert grown.added[0].message["content"] == "Hi"
    assert word in grown.added[0].note


@pytest.mark.parametrize("content", [None, [], "odd"])
def test_an_empty_answer_gives_an_empty_turn(form: EditorForm, content: Any) -> None:
    grown = with_answer(form, answer(content))
    assert grown.added[0].message == {"role": "assistant", "content": ""}


def test_the_beginning_of_an_answer_that_was_added_before_becomes_the_whole(
    form: EditorForm,
) -> None:
    begun, whole = (
        answer([{"type": "text", "text": "One"}]),
        answer([{"type": "text", "text": "One, two"}]),
    )
    before = with_answer(form, begun).form
    grown = with_answer(before, whole, beginnings=[begun])
    assert contents(grown.form) == ["", "One, two", ""]
    assert grown.changed is grown.form.turns[1]
    assert contents(with_answer(form, whole, beginnings=[begun]).form) == ["", "One, two", ""]


def test_results_follow_the_whole_answer(form: EditorForm) -> None:
    grown = with_results(form, answer([THOUGHT, *CALLS]), RESULTS)
    assert contents(grown.form) == ["", [THOUGHT, *CALLS], RESULTS]
    assert grown.changed is None


def test_results_for_calls_that_are_there_already_take_their_place(form: EditorForm) -> None:
    grown = with_results(form, answer([*CALLS]), RESULTS)
    grown.form.turns[2].message = {
        "role": "user",
        "content": [RESULTS[1], {"type": "text", "text": "And?"}],
    }
    others = [{**RESULTS[0], "content": "other"}, RESULTS[1]]
    again = with_results(grown.form, answer([*CALLS]), others)
    assert contents(again.form) == ["", CALLS, [*others, {"type": "text", "text": "And?"}]]
    assert again.added == []
    assert again.changed is again.form.turns[2]


def test_what_is_noted_of_thinking_survives_storing_and_goes_with_its_turn(
    draft: Draft, erin: Any
) -> None:
    blocks = [THOUGHT, {"type": "text", "text": "Hi"}]
    with_answer(EditorForm.of(draft), answer(blocks)).form.save_to(draft)
    form = EditorForm.of(draft)
    assert len(form.content.origins) == 1
    form.turns.remove(form.turns[1].key)
    form.save_to(draft)
    assert len(EditorForm.of(draft).content.origins) == 1  # the turn can be put back
    save_version(EditorForm.of(draft), draft, erin)
    assert draft.parsed.origins == {}
