"""Parameters taken out of a content and put into another, and as lines to read."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from workbench.prompts.content import Content
from workbench.prompts.editor import EditorForm, is_changed
from workbench.prompts.models import Draft
from workbench.prompts.presets.lines import changes, lines_of, sentence_of
from workbench.prompts.presets.parts import (
    applied,
    chosen,
    name_of,
    parameters_in,
    parts_of,
)
from workbench.prompts.presets.refusals import refusal_of

NEW, OLD = "2026-10-21", "2023-06-01"
TURNS = [{"role": "user", "content": "Hello"}]

odd = st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3) | st.just([])
tools = st.lists(
    st.fixed_dictionaries({"name": st.sampled_from("abc"), "input_schema": st.just({})})
    | st.fixed_dictionaries({"type": st.just("web_search_20250305"), "name": st.just("w")}),
    max_size=3,
)
bodies = st.fixed_dictionaries(
    {},
    optional={
        "model": st.sampled_from(["claude-opus-5-5", "claude-3-opus-20240229", "x"]) | odd,
        "max_tokens": st.integers(1, 9_000) | odd,
        "temperature": st.floats(0, 1) | odd,
        "thinking": st.sampled_from([{"type": "adaptive"}, {"type": "enabled"}]) | odd,
        "output_config": st.fixed_dictionaries(
            {}, optional={"effort": odd, "format": odd, "x": odd}
        )
        | odd,
        "stop_sequences": st.lists(st.text(max_size=2), max_size=2) | odd,
        "tools": tools | odd,
        "tool_choice": st.just({"type": "auto"}) | odd,
        "unheard.of": odd,
        "system": st.text(max_size=3),
    },
)
contents = st.builds(
    lambda body, version, betas, mocks: Content(
        body | {"messages": TURNS}, version, tuple(betas), mocks=mocks
    ),
    bodies,
    st.sampled_from([NEW, OLD]),
    st.lists(st.sampled_from(["b-1", "b-2"]), max_size=2),
    st.sampled_from([{}, {"a": {"kind": "fixed", "text": "1"}}]),
)


def all_names(parameters: dict[str, Any]) -> list[str]:
    return [name_of(part) for part in parts_of(parameters)]


def is_around(outer: tuple[str, ...], inner: tuple[str, ...]) -> bool:
    """Whether setting one is setting the other: an odd output configuration gives way."""
    return inner[: len(outer)] == outer


@given(contents)
def test_what_is_taken_out_of_a_content_changes_nothing_in_it(content: Content) -> None:
    assert applied(content, parameters_in(content)) == content
    assert applied(content, {"body": {}}) == content


@given(contents, contents)
def test_only_the_parts_of_a_preset_are_set(content: Content, other: Content) -> None:
    parameters = parameters_in(other)
    found = applied(content, parameters)
    assert found.body["messages"] == content.body["messages"]
    assert found.body.get("system") == content.body.get("system")
    assert found.variables == content.variables
    after, before = parts_of(parameters_in(found)), parts_of(parameters_in(content))
    held = parts_of(parameters)
    for part, value in held.items():
        if part in after:
            assert after[part] == value, part
    for part in before.keys() - held.keys():
        if not any(is_around(part, each) or is_around(each, part) for each in held):
            assert after[part] == before[part], part


@given(contents, contents)
def test_taking_a_preset_twice_is_taking_it_once(content: Content, other: Content) -> None:
    once = applied(content, parameters_in(other))
    assert applied(once, parameters_in(other)).digest() == once.digest()


@given(contents, st.randoms(use_true_random=False))
def test_chosen_parts_are_those_parts(content: Content, random: Any) -> None:
    parameters = parameters_in(content)
    names = [name for name in all_names(parameters) if random.random() < 0.5]
    found = parts_of(chosen(parameters, names))
    assert sorted(map(name_of, found)) == sorted(names)
    assert all(parts_of(parameters)[part] == value for part, value in found.items())


@given(contents, contents)
def test_a_form_that_takes_parameters_holds_the_content_that_was_previewed(
    content: Content, other: Content
) -> None:
    form = EditorForm.of(Draft(content=content.to_dict()))
    before = form.content
    merged = applied(before, parameters_in(other))
    form.take_parameters(merged, list(parts_of(parameters_in(other))))
    after = form.content
    assert after.body["messages"] == before.body["messages"]
    for key in merged.body.keys() - {"stop_sequences", "tools", "tool_choice"}:
        assert after.body.get(key) == merged.body[key], key
    for key in ("stop_sequences", "tools", "tool_choice"):
        assert EditorForm.of(Draft(content=merged.to_dict())).content.body.get(
            key
        ) == after.body.get(key)


@given(contents, contents)
def test_lines_differ_exactly_where_parameters_do(content: Content, other: Content) -> None:
    before, after = parameters_in(content), parameters_in(other)
    assert changes(lines_of(before), lines_of(before)) == []
    found = changes(lines_of(before), lines_of(after))
    if parts_of(before).get(("body", "model")) != parts_of(after).get(("body", "model")):
        return  # an absent model and an empty one may look the same
    for change in found:
        assert (change.before and change.before.text) != (change.after and change.after.text)
    assert sentence_of(lines_of(before)) is not None


def test_what_is_refused_of_a_preset_is_judged_with_its_model_and_version() -> None:
    sampled: dict[str, Any] = {"body": {"temperature": 0.3}, "api_version": OLD}
    assert refusal_of(sampled).heading == "not accepted by Claude Opus 5.5 with API version " + OLD
    old_model = sampled | {"body": sampled["body"] | {"model": "claude-haiku-4-5"}}
    assert refusal_of(old_model).heading == ""
    newest = old_model | {"api_version": NEW}
    assert refusal_of(newest).heading == f"not accepted by Claude Haiku 4.5 with API version {NEW}"
    assert refusal_of({"body": {}}).sentences == []


def test_a_draft_that_began_with_a_preset_is_blank_until_it_differs() -> None:
    start = Content.blank().with_body(max_tokens=5)
    draft = Draft(content=start.to_dict() | {"editor": {"start": start.digest()}})
    assert not is_changed(draft, start, "")
    assert is_changed(draft, start, "A name")
    assert is_changed(draft, Content.blank(), "")
