"""What a change of model or API version says before it is made, and what it replaces."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workbench.catalogue import Catalogue, Problem, Switch, all_models, changes, problems

from .examples import NEW, OLD, PlainRequest, body, result, text, tool, turn, use

MODELS = [model.id for model in all_models() if model.state != "retired"]
NO = {"supported": False}
BLIND = {"id": "blind", "capabilities": {"image_input": NO, "pdf_input": NO, "effort": NO}}
KNOWN = Catalogue.builtin().merged([BLIND])
DOCUMENT = {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "d"}}
PDF = {
    "type": "document",
    "source": {"type": "base64", "media_type": "application/pdf", "data": "d"},
}
IMAGE = {"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}}
CITED = text(citations=[{"type": "char_location"}])

contents = st.sampled_from(["Hi", " "]) | st.lists(
    st.sampled_from(
        [text(), text(""), CITED, DOCUMENT, PDF, IMAGE, result("a", content=[IMAGE]), use("a"), 5]
    ),
    max_size=3,
)
turns = st.lists(
    st.builds(
        lambda role, content: {"role": role, "content": content},
        st.sampled_from(["user", "assistant", "system"]),
        contents,
    )
    | st.sampled_from([{}, "x"]),
    max_size=5,
)
numbers = st.sampled_from([0, 1, 0.3, 0.99, 1.5, 7, -1, None, "x"])
LEVELS = ["low", "medium", "high", "xhigh", "max", "huge", 3]
bodies = st.fixed_dictionaries(
    {"messages": turns, "max_tokens": st.sampled_from([0, 900, 4096, 64_000, 128_000, 10**9])},
    optional={
        "temperature": numbers,
        "top_p": numbers,
        "top_k": numbers,
        "system": st.sampled_from(["", "Be kind.", [text("Be kind.")], 5]),
        "thinking": st.fixed_dictionaries(
            {"type": st.sampled_from(["adaptive", "enabled", "disabled", "between_tools", "odd"])},
            optional={
                "budget_tokens": st.sampled_from([1024, 20_000, 100_000]),
                "display": st.just("summarized"),
            },
        ),
        "output_config": st.fixed_dictionaries(
            {},
            optional={
                "effort": st.sampled_from(LEVELS),
                "format": st.just({"type": "json_schema", "schema": {"type": "object"}}),
            },
        ),
        "tools": st.just([tool("clock")]),
        "tool_choice": st.sampled_from(["auto", "any", "tool", "none"]).map(
            lambda kind: {"type": kind} | ({"name": "clock"} if kind == "tool" else {})
        ),
        "inference_geo": st.just("us"),
        "speed": st.sampled_from(["fast", "standard"]),
    },
)


def _switch(given_body: dict[str, Any], model: str, version: str = NEW, **old: str) -> Switch:
    return changes(
        given_body,
        from_model=old.get("from_model", "claude-opus-4-5"),
        to_model=model,
        from_version=old.get("from_version", OLD),
        to_version=version,
        catalogue=KNOWN,
    )


def _problems(given_body: dict[str, Any], model: str, version: str) -> list[Problem]:
    return problems(PlainRequest(version, (), given_body | {"model": model}), KNOWN)


def _all(switch: Switch) -> list[str]:
    return [misfit.id for misfit in switch.misfits]


def _that_depend(found: list[Problem]) -> list[Problem]:
    """Those problems that another model or version would not have."""
    words = ("Claude ", "blind ", "API version ", "exclude each other", "images; this model")
    return [problem for problem in found if any(word in problem.sentence for word in words)]


@given(bodies, st.sampled_from([*MODELS, "blind", "somebody-elses"]), st.sampled_from([NEW, OLD]))
@example({"messages": [turn("system", "A")], "max_tokens": 5, "system": 5}, "claude-sonnet-5", NEW)
def test_with_every_replacement_nothing_is_refused_for_the_choice(
    given_body: dict[str, Any], model: str, version: str
) -> None:
    before = json.dumps(given_body)
    switch = _switch(given_body, model, version)

    left = switch.applied(given_body, _all(switch))

    assert _that_depend(_problems(left, model, version)) == []
    assert json.dumps(given_body) == before
    assert len(set(_all(switch))) == len(switch.misfits)
    assert _switch(left, model, version).misfits == ()


@given(bodies, st.sampled_from([*MODELS, "blind"]), st.sampled_from([NEW, OLD]), st.data())
def test_what_is_declined_stays_as_it_is_and_is_still_a_problem(
    given_body: dict[str, Any], model: str, version: str, data: st.DataObject
) -> None:
    switch = _switch(given_body, model, version)
    assert json.dumps(switch.applied(given_body, [])) == json.dumps(given_body)
    for misfit in switch.misfits[:1]:
        others = [other for other in _all(switch) if other != misfit.id]
        left = switch.applied(given_body, others)
        assert misfit.id in _all(_switch(left, model, version))


@given(bodies, st.sampled_from([*MODELS, "blind"]), st.sampled_from([NEW, OLD]))
def test_what_is_refused_for_the_choice_has_a_replacement(
    given_body: dict[str, Any], model: str, version: str
) -> None:
    refused = _that_depend(_problems(given_body, model, version))
    assert not refused or _switch(given_body, model, version).misfits


@pytest.mark.parametrize(
    ("part", "model", "expected"),
    [
        ({"temperature": 0.5}, "claude-opus-5-5", {}),
        (
            {"thinking": {"type": "enabled", "budget_tokens": 9_000}},
            "claude-opus-5-5",
            {"thinking": {"type": "adaptive"}, "output_config": {"effort": "medium"}},
        ),
        (
            {"thinking": {"type": "disabled"}},
            "claude-opus-5-5",
            {"output_config": {"effort": "low"}},
        ),
        (
            {"thinking": {"type": "disabled"}, "output_config": {"effort": "max"}},
            "claude-sonnet-5-5",
            {"thinking": {"type": "between_tools"}, "output_config": {"effort": "high"}},
        ),
        (
            {"thinking": {"type": "between_tools"}},
            "claude-haiku-5-5",
            {"thinking": {"type": "disabled"}},
        ),
        (
            {"thinking": {"type": "adaptive", "display": "summarized"}, "max_tokens": 8192},
            "claude-haiku-4-5",
            {
                "thinking": {"type": "enabled", "display": "summarized", "budget_tokens": 4096},
                "max_tokens": 8192,
            },
        ),
        ({"output_config": {"effort": "max"}}, "claude-haiku-4-5", {}),
        (
            {"output_config": {"effort": "xhigh"}},
            "claude-opus-4-6",
            {"output_config": {"effort": "high"}},
        ),
        (
            {"tool_choice": {"type": "any", "disable_parallel_tool_use": True}},
            "claude-opus-5-5",
            {"tool_choice": {"type": "auto", "disable_parallel_tool_use": True}},
        ),
        ({"max_tokens": 128_000}, "claude-haiku-4-5", {"max_tokens": 64_000}),
        ({"inference_geo": "us"}, "claude-haiku-4-5", {}),
        ({"speed": "fast"}, "claude-opus-4-7", {}),
    ],
)
def test_a_parameter_gets_its_replacement(
    part: dict[str, Any], model: str, expected: dict[str, Any]
) -> None:
    switch = _switch(body(**part), model)
    assert switch.applied(body(**part), _all(switch)) == body() | expected


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        (
            [turn("user", "Hi"), turn("assistant", '{"a":')],
            [
                turn("user", "Hi"),
                turn(
                    "user",
                    'Begin your answer with exactly this text and go on from there:\n\n{"a":',
                ),
            ],
        ),
        (
            [turn("user", "Hi"), turn("assistant", text("A"), DOCUMENT), turn("user", "B")],
            [turn("user", text("Hi"), DOCUMENT), turn("assistant", text("A")), turn("user", "B")],
        ),
        ([turn("user", CITED)], [turn("user", text())]),
    ],
)
def test_a_conversation_gets_its_replacement(messages: list[Any], expected: list[Any]) -> None:
    switch = _switch(body(messages=messages), "claude-opus-5-5")
    assert switch.applied(body(messages=messages), _all(switch)) == body(messages=expected)


def test_system_turns_go_to_the_end_of_the_system_prompt() -> None:
    given_body = body(system="A", messages=[turn("user", "Hi"), turn("system", "B")])
    switch = _switch(given_body, "claude-sonnet-5")
    left = switch.applied(given_body, _all(switch))
    assert (left["system"], left["messages"]) == ("A\n\nB", [turn("user", "Hi")])


def test_a_system_turn_with_blanks_around_it_goes_there_too() -> None:
    given_body = body(system="A\n", messages=[turn("user", "Hi"), turn("system", "B\n")])
    switch = _switch(given_body, "claude-sonnet-5")
    left = switch.applied(given_body, _all(switch))
    assert (left["system"], left["messages"]) == ("A\n\n\nB\n", [turn("user", "Hi")])


def test_a_model_without_sight_gets_words_instead() -> None:
    messages = [turn("user", text(), IMAGE, PDF)]
    switch = _switch(body(messages=messages), "blind")
    left = switch.applied(body(messages=messages), _all(switch))
    assert left["messages"] == [turn("user", text(), text("[image]"), text("[PDF file]"))]


def test_of_too_many_images_the_last_stay() -> None:
    many = [turn("user", *[IMAGE] * 101)]
    switch = _switch(body(messages=many), "claude-haiku-4-5")
    left = switch.applied(body(messages=many), _all(switch))
    assert left["messages"] == [turn("user", text("[image]"), *[IMAGE] * 100)]


def test_facts_name_only_what_differs() -> None:
    switch = _switch(body(), "claude-opus-5-5", NEW, from_model="claude-opus-5", from_version=NEW)
    assert switch.facts == (
        "List price per million tokens: $4 in and $20 out instead of $5 in and $25 out.",
        "Thinking, unless set: always on instead of on.",
        "Effort, unless set: medium instead of high.",
    )


def test_facts_name_tokenizer_age_and_version() -> None:
    facts = " ".join(_switch(body(), "claude-opus-5-5").facts)
    assert "The same text counts about 30 % more tokens." in facts
    assert "API version 2026-10-21 refuses temperature" in facts
    back = _switch(body(), "claude-sonnet-4-5", OLD, from_model="claude-opus-5-5", from_version=NEW)
    assert back.facts[0].startswith("Claude Sonnet 4.5 is deprecated")
    assert "Context window: not known; it was 1,000,000 tokens." in back.facts
    assert "The same text counts about 25 % fewer tokens." in back.facts


def test_the_same_choice_changes_nothing() -> None:
    same = _switch(body(), "claude-opus-5-5", NEW, from_model="claude-opus-5-5", from_version=NEW)
    assert same == Switch((), ())


def test_a_model_that_nobody_knows_refuses_nothing() -> None:
    given_body = body(thinking={"type": "enabled", "budget_tokens": 1024}, max_tokens=10**9)
    switch = _switch(given_body, "mine", OLD, from_version=OLD)
    assert switch.misfits == ()
    assert switch.facts == (
        "mine is not in the catalogue: its limits, rules and prices are unknown.",
    )
