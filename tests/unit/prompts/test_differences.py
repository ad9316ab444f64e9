"""What differs between two contents: all of it, part by part, and exactly."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from workbench.prompts.content import Content, Variable
from workbench.prompts.history.differences import Difference, Section, difference
from workbench.prompts.history.summary import NOTHING, sentence, words
from workbench.prompts.word_diff import Part

from .test_round_trip import blocks, json_values, keys, messages, texts, variables

turns = messages | st.builds(
    lambda role, text: {"role": role, "content": text},
    st.sampled_from(["user", "assistant"]),
    texts,
)
tools = st.lists(
    st.fixed_dictionaries(
        {"name": st.sampled_from("abcd"), "description": texts, "input_schema": json_values}
    )
    | json_values,
    max_size=4,
)
bodies = st.builds(
    lambda known, rest, order: dict(
        sorted((rest | known).items(), key=lambda item: order(item[0]))
    ),
    st.fixed_dictionaries(
        {},
        optional={
            "model": texts,
            "max_tokens": json_values,
            "system": texts | st.lists(blocks, max_size=3) | json_values,
            "messages": st.lists(turns, max_size=6) | json_values,
            "tools": tools | json_values,
            "tool_choice": json_values,
        },
    ),
    st.dictionaries(keys, json_values, max_size=3),
    st.sampled_from([str, lambda key: key[::-1], len]),
)
contents = st.builds(
    Content,
    bodies,
    st.sampled_from(["2023-06-01", "2023-01-01"]),
    st.lists(texts, max_size=3).map(tuple),
    variables.map(tuple),
    st.dictionaries(keys, json_values, max_size=2),
    st.dictionaries(keys, json_values, max_size=2),
    st.dictionaries(keys, json_values, max_size=2),
)


@st.composite
def relatives(draw: st.DrawFn) -> tuple[Content, Content]:
    """Two contents, the second made from the first by a few changes of its lists."""
    before = draw(contents)
    body = dict(before.body)
    for key in [key for key, value in body.items() if isinstance(value, list)]:
        items = draw(st.permutations(body[key])) if draw(st.booleans()) else list(body[key])
        if items and draw(st.booleans()):
            items.pop(draw(st.integers(0, len(items) - 1)))
        if draw(st.booleans()):
            items.insert(draw(st.integers(0, len(items))), draw(turns))
        body[key] = items
    shuffled = dict(draw(st.permutations(list(body.items()))))
    declared = tuple(draw(st.permutations(before.variables)))
    return before, replace(before, body=shuffled, variables=declared)


def exactly(content: Content) -> str:
    return content.digest()


def assert_tells_all(before: Content, after: Content) -> None:
    found = difference(before, after)
    assert exactly(found.side("before")) == exactly(before)
    assert exactly(found.side("after")) == exactly(after)
    assert bool(found.sections) == (exactly(before) != exactly(after))
    assert (sentence(found) == NOTHING) == (exactly(before) == exactly(after))
    for section in found.sections:
        for change in section.changes:
            assert change.passages
            assert change.parts


@given(contents, contents)
def test_the_difference_holds_both_sides_exactly(before: Content, after: Content) -> None:
    assert_tells_all(before, after)


@given(relatives())
def test_also_when_items_were_moved_put_in_and_taken_out(pair: tuple[Content, Content]) -> None:
    assert_tells_all(*pair)


@given(contents)
def test_a_content_does_not_differ_from_itself(content: Content) -> None:
    found = difference(content, Content.from_dict(content.to_dict()))
    assert found.sections == ()
    assert words(found) == (0, 0)


# What people see ----------------------------------------------------------------------------


def saying(*texts: str, **more: Any) -> Content:
    roles = ("user", "assistant")
    said = [{"role": roles[n % 2], "content": text} for n, text in enumerate(texts)]
    return Content({"model": "claude-opus-5-5", "max_tokens": 4096, "messages": said, **more})


def titles(found: Difference) -> list[str]:
    return [f"{section.title}: {section.kind}" for section in found.sections]


def only(found: Difference) -> Section:
    (section,) = found.sections
    return section


TALK = (
    "Where is my order? It has been two weeks.",
    "It left our house on Monday and should be with you soon.",
    "And what if it does not come?",
    "Then we send you another one for free.",
)


def test_an_inserted_pair_leaves_the_other_turns_unchanged() -> None:
    after = saying(*TALK[:2], "Who are you?", "I am Claude.", *TALK[2:])
    assert titles(difference(saying(*TALK), after)) == [
        "User turn 3: added",
        "Assistant turn 4: added",
    ]


def test_a_changed_turn_behind_an_inserted_pair_is_found_by_its_words() -> None:
    changed = "And what if it does not come at all, never?"
    after = saying(*TALK[:2], "Who are you?", "I am Claude.", changed, TALK[3])
    assert titles(difference(saying(*TALK), after)) == [
        "User turn 3: added",
        "Assistant turn 4: added",
        "User turn 5 (was 3): changed",
    ]


def test_a_turn_that_was_written_anew_is_the_same_turn() -> None:
    found = difference(saying(*TALK), saying("Bonjour", *TALK[1:]))
    assert titles(found) == ["User turn 1: changed"]


def test_another_role_is_another_turn() -> None:
    before, after = saying("Same words"), saying("Same words")
    after.body["messages"][0]["role"] = "system"
    assert titles(difference(before, after)) == ["User turn 1: removed", "System turn 1: added"]


def test_a_text_is_compared_by_words() -> None:
    found = difference(saying("Answer politely and briefly."), saying("Answer briefly."))
    (change,) = only(found).changes
    assert change.path == "content"
    assert change.parts == (
        Part("same", "Answer"),
        Part("delete", " politely and"),
        Part("same", " briefly."),
    )


def test_a_tool_is_known_by_its_name_wherever_it_stands() -> None:
    weather = {"name": "weather", "description": "Tells the weather.", "input_schema": {"a": 1}}
    clock = {"name": "clock", "description": "Tells the time."}
    other = weather | {"description": "Tells the weather of today."}
    found = difference(saying("x", tools=[weather, clock]), saying("x", tools=[clock, other]))
    assert titles(found) == ["Tool weather: changed", "Order of the tools: changed"]
    assert [change.path for change in found.sections[0].changes] == ["description"]


def test_the_first_tool_and_the_last_one_have_sections_too() -> None:
    tool = {"name": "weather", "description": "Tells the weather."}
    found = difference(saying("x"), saying("x", tools=[tool]))
    assert titles(found) == ["Tool weather: added"]
    assert sentence(found) == "1 tool added"
    assert titles(difference(saying("x", tools=[tool]), saying("x"))) == ["Tool weather: removed"]


def test_each_parameter_stands_by_itself() -> None:
    before = saying("x", output_config={"effort": "low"}, stop_sequences=["A"])
    after = saying("x", output_config={"effort": "high"}, stop_sequences=["A", "B"], top_k=5)
    after.body["max_tokens"] = 8000
    found = difference(before, after)
    assert titles(found) == [
        "Max tokens: changed",
        "Output config: changed",
        "Stop sequences: changed",
        "Top k: added",
    ]
    assert sentence(found) == (
        "Max tokens 4,096 → 8,000; output config effort low → high; stop sequences 1 set to B; "
        "top k set to 5"
    )


def test_true_and_one_differ() -> None:
    assert titles(difference(saying("x", stream=True), saying("x", stream=1))) == [
        "Stream: changed"
    ]


def test_the_order_of_the_keys_counts_as_it_does_for_the_digest() -> None:
    before = saying("x")
    after = Content(dict(reversed(before.body.items())))
    assert titles(difference(before, after)) == ["Order of the parts of the request: changed"]


def test_variables_and_mocks_are_known_by_their_names() -> None:
    before = replace(
        saying("x"),
        variables=(Variable("a"), Variable("b", "old")),
        mocks={"clock": {"kind": "fixed", "text": "noon"}},
    )
    after = replace(
        before,
        variables=(Variable("b", "new"), Variable("c", default="1")),
        mocks={"clock": {"kind": "fixed", "text": "midnight"}},
    )
    found = difference(before, after)
    assert sorted(titles(found)) == [
        "Mocked result clock: changed",
        "Variable a: removed",
        "Variable b: changed",
        "Variable c: added",
    ]


def test_files_are_told_by_their_hash() -> None:
    image = {"type": "image", "source": {"type": "workbench_media", "sha256": "f" * 64}}
    before = saying("x")
    after = replace(before, body=before.body | {"messages": [{"role": "user", "content": [image]}]})
    found = difference(before, after)
    assert found.files_added == ("f" * 64,)
    assert difference(after, before).files_removed == ("f" * 64,)
    assert "1 file added" in sentence(found)


def test_the_sentence_begins_with_the_system_prompt() -> None:
    before = saying("Hello", system="Be kind.")
    after = saying("Hello there", system="Be kind and very brief.")
    assert sentence(difference(before, after)) == "System prompt +3 words; user turn 1 +1 word"


def test_a_long_list_of_changes_is_cut_in_the_sentence() -> None:
    more = {f"key_{number}": number for number in range(20)}
    assert sentence(difference(saying("x"), saying("x", **more))).endswith("; 14 more")


def test_what_is_unchanged_is_named() -> None:
    found = difference(saying("a", "b"), saying("a", "c"))
    assert found.unchanged == ("API version", "Model", "Max tokens", "User turn 1")


def test_long_conversations_are_compared_turn_by_turn() -> None:
    lines = [f"Line {number} of a long talk about {number % 7} things" for number in range(1_000)]
    changed = [line.replace("talk", "chat") if n % 3 == 0 else line for n, line in enumerate(lines)]
    found = difference(saying(*lines), saying("new", "pair", *changed))
    assert sum(section.kind == "changed" for section in found.sections) == 334


def test_a_parameter_may_have_no_name_at_all() -> None:
    found = difference(saying("x"), saying("x", **{"": 1, "_": 2}))
    assert sentence(found) == "“” set to 1; “_” set to 2"
