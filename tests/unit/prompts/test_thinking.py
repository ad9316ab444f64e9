"""Thinking goes back to its model behind what it was made from, and stays behind otherwise."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.prompts.content import Content, Variable
from workbench.prompts.thinking import fitting, is_thought, origins_of, still_needed

BOUND, FREE, UNKNOWN = "claude-opus-5-5", "claude-opus-4-6", "model-of-tomorrow"
THOUGHT = {"type": "thinking", "thinking": "hm", "signature": "signed"}
HIDDEN = {"type": "redacted_thinking", "data": "sealed"}
TEXT = {"type": "text", "text": "Hello"}


def body(model: str = BOUND, *, system: str = "Be kind.", first: str = "Hi") -> dict[str, Any]:
    """A request of one turn."""
    turn = {"role": "user", "content": first}
    return {"model": model, "max_tokens": 9, "system": system, "messages": [turn]}


def answered(
    asked: dict[str, Any], *blocks: dict[str, Any], upstream: str = "here"
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The request with an answer and a second question, and what is noted of the answer."""
    content = list(blocks) or [THOUGHT, TEXT]
    turns = [
        *asked["messages"],
        {"role": "assistant", "content": content},
        {"role": "user", "content": "And?"},
    ]
    return {**asked, "messages": turns}, origins_of(content, asked, upstream)


def test_thinking_behind_what_it_was_made_from_is_kept() -> None:
    after, origins = answered(body())
    found = fitting(after, origins, "here")
    assert found.body == after
    assert found.sentences == ()
    assert found.moved == {}


@pytest.mark.parametrize("model", [BOUND, UNKNOWN])
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"system": "Be rude."}, "the system prompt has changed since"),
        ({"tools": [{"name": "f"}]}, "the tools have changed since"),
    ],
)
def test_a_changed_prefix_takes_the_thinking_away(
    model: str, change: dict[str, Any], words: str
) -> None:
    after, origins = answered(body(model))
    found = fitting(after | change, origins, "here")
    assert found.body["messages"][1]["content"] == [TEXT]
    assert found.sentences == (f"The model's thinking was left out of turn 2: {words}.",)


def test_a_changed_earlier_turn_takes_the_thinking_away() -> None:
    after, origins = answered(body())
    after["messages"][0] = {"role": "user", "content": "Other"}
    (sentence,) = fitting(after, origins, "here").sentences
    assert sentence.endswith("an earlier turn has changed since.")


def test_a_model_whose_thinking_is_not_bound_keeps_it_behind_another_prefix() -> None:
    after, origins = answered(body(FREE))
    assert (
        fitting(after | {"system": "Other"}, origins, "here").body["messages"]
        == (after["messages"])
    )


@pytest.mark.parametrize(("before", "now"), [(BOUND, FREE), (FREE, BOUND)])
def test_another_model_never_gets_the_thinking(before: str, now: str) -> None:
    after, origins = answered(body(before))
    found = fitting(after | {"model": now}, origins, "here")
    assert found.body["messages"][1]["content"] == [TEXT]
    assert "the model has changed since" in found.sentences[0]


def test_an_alias_is_the_same_model() -> None:
    after, origins = answered(body("claude-opus-4-5"))
    assert fitting(after | {"model": "claude-opus-4-5-20251101"}, origins).sentences == ()


def test_another_upstream_never_gets_the_thinking() -> None:
    after, origins = answered(body(), upstream="simulator")
    (sentence,) = fitting(after, origins, "here").sentences
    assert sentence.endswith("it came from another upstream.")


def test_thinking_of_unknown_origin_is_sent_as_it_is() -> None:
    after, _ = answered(body())
    found = fitting(after | {"system": "Other"}, {"another key": {"model": "x"}}, "here")
    assert found.body["messages"] == after["messages"]


def test_a_moved_cache_breakpoint_and_a_text_as_a_block_change_nothing() -> None:
    after, origins = answered(body())
    block = {"type": "text", "text": "Hi", "cache_control": {"type": "ephemeral"}}
    after["messages"][0] = {"role": "user", "content": [block]}
    assert fitting(after, origins, "here").sentences == ()


def test_the_next_answer_is_bound_to_what_was_sent_not_to_what_stands_in_the_draft() -> None:
    first, origins = answered(body())
    changed = first | {"system": "Other"}
    sent = fitting(changed, origins, "here").body
    other = THOUGHT | {"signature": "another"}
    second, more = answered(sent, other, TEXT)
    draft = {**changed, "messages": [*changed["messages"], *second["messages"][3:]]}
    found = fitting(draft, origins | more, "here")
    assert [message["content"] for message in found.body["messages"][1::2]] == [
        [TEXT],
        [other, TEXT],
    ]


def test_thinking_is_replayed_twice_when_nothing_changed() -> None:
    first, origins = answered(body())
    other = THOUGHT | {"signature": "another"}
    second, more = answered(first, other, TEXT)
    assert fitting(second, origins | more, "here").body == second


def test_a_turn_of_nothing_but_thinking_goes_and_paths_lead_to_the_draft() -> None:
    first, origins = answered(body(), HIDDEN)
    second, more = answered(first, THOUGHT, TEXT)
    content = Content(second | {"model": FREE}, origins=origins | more)
    prepared = content.prepared({}, "here")
    assert [turn["role"] for turn in prepared.request.body["messages"]] == [
        "user",
        "user",
        "assistant",
        "user",
    ]
    assert prepared.transformations == (
        "Turn 2 was left out: it held nothing but the model's thinking, and the model has changed "
        "since.",
        "The model's thinking was left out of turn 4: the model has changed since.",
    )
    assert prepared.path_in_content("messages.0.content") == "messages.0.content"
    assert prepared.path_in_content("messages.1.content") == "messages.2.content"
    assert prepared.path_in_content("messages.2.content.0.text") == "messages.3.content.1.text"
    assert prepared.path_in_content("max_tokens") == "max_tokens"


def test_several_turns_are_named_in_one_sentence() -> None:
    after, origins = answered(body())
    turns = after["messages"]
    twice = after | {"messages": [*turns, *turns[1:], *turns[1:]], "model": FREE}
    (sentence,) = fitting(twice, origins, "here").sentences
    assert sentence.startswith("The model's thinking was left out of turns 2, 4 and 6:")


def test_the_value_of_a_variable_is_part_of_the_prefix() -> None:
    asked = Content(body(first="In {{city}}?"), variables=(Variable("city"),))
    sent = asked.prepared({"city": "Rome"}).request.body
    after, _ = answered(dict(asked.body))
    origins = origins_of([THOUGHT], sent, "here")
    content = replace(asked, body=after, origins=origins)
    assert content.prepared({"city": "Rome"}, "here").transformations == ()
    assert content.prepared({"city": "Oslo"}, "here").transformations != ()


def test_braces_inside_thinking_are_no_variables() -> None:
    thought = THOUGHT | {"thinking": "what is {{city}}?"}
    after, _ = answered(body(), thought, TEXT)
    content = Content(after, variables=(Variable("city"),))
    assert content.prepared({}).request.body == after
    sent = content.prepared({"city": "Rome"}).request.body
    assert sent["messages"][1]["content"][0] == thought


def test_notes_of_thinking_that_is_gone_are_forgotten() -> None:
    after, origins = answered(body(), THOUGHT, HIDDEN)
    assert still_needed(origins, after["messages"]) == origins
    assert len(origins) == 2
    assert len(still_needed(origins, [{"content": [HIDDEN]}])) == 1
    assert still_needed(origins, []) == {}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "content", "signature", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)
BLOCKS = st.sampled_from([THOUGHT, HIDDEN, TEXT]) | JSON
TURNS = JSON | st.fixed_dictionaries(
    {"role": st.sampled_from(["user", "assistant"]), "content": st.lists(BLOCKS, max_size=4)}
)
ORIGINS = st.sampled_from(
    [
        answered(body(), THOUGHT, HIDDEN)[1],
        answered(body(), THOUGHT)[1],
        dict.fromkeys(answered(body(), HIDDEN)[1], "odd"),
    ]
)


@given(
    messages=JSON | st.lists(TURNS, max_size=5),
    more=st.dictionaries(st.sampled_from(["model", "system", "tools"]), JSON),
    origins=ORIGINS,
)
def test_nothing_but_thinking_is_ever_taken_away(messages: Any, more: Any, origins: Any) -> None:
    asked = more | {"messages": messages}
    found = fitting(asked, origins, "here").body
    assert {**found, "messages": 0} == {**asked, "messages": 0}
    if isinstance(messages, list):
        before = [_without(turn) for turn in messages]
        after = [_without(turn) for turn in found["messages"]]
        kept = iter(before)
        assert all(any(turn == other for other in kept) for turn in after)
        emptied = [turn for turn in before if isinstance(turn, dict) and turn.get("content") == []]
        assert len(before) - len(after) <= len(emptied)


def _without(turn: Any) -> Any:
    content = turn.get("content") if isinstance(turn, dict) else None
    if not isinstance(content, list):
        return turn
    return {**turn, "content": [block for block in content if not is_thought(block)]}
