"""What is typed into the tools panel, and what becomes of it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from workbench.catalogue import Problem
from workbench.prompts.content import Content
from workbench.prompts.editor import EditorForm
from workbench.prompts.models import Draft
from workbench.prompts.slots import problem_slots
from workbench.prompts.tools import MOST, shown_choice, tool_problems
from workbench.prompts.tools.entries import ENTRIES, EXAMPLE

from .form_page import draft_with, html_of, post_of

SEARCH: dict[str, Any] = {"type": "web_search_20260318", "name": "web_search"}
FETCH: dict[str, Any] = {"type": "web_fetch_20260318", "name": "web_fetch"}
EDITOR: dict[str, Any] = {
    "type": "text_editor_20250728",
    "name": "str_replace_based_edit_tool",
}
MODEL = "claude-haiku-4-5"


def draft_of(*tools: Any, **body: Any) -> Draft:
    return draft_with(Content({"model": MODEL, "tools": list(tools)} | body))


def typed(draft: Draft, **changes: str) -> EditorForm:
    """The form after somebody typed into the page of ``draft``; ``__`` stands for ``-``."""
    named = {name.replace("__", "-"): text for name, text in changes.items()}
    return EditorForm.from_post(post_of(EditorForm.of(draft), **named), draft)


def stored(form: EditorForm) -> Draft:
    """The draft that a form leaves, read again."""
    kept = draft_with(form.content)
    kept.content |= {"editor": form.tools.notes}
    return kept


def test_options_of_web_search_become_its_keys() -> None:
    changes = {"max_uses": "3", "allowed_domains": "a.org\n\n b.org ", "user_location-city": "Rome"}
    form = typed(draft_of(SEARCH), **{f"tool-1-{name}": text for name, text in changes.items()})
    assert form.content.body["tools"] == [
        SEARCH
        | {
            "max_uses": 3,
            "allowed_domains": ["a.org", "b.org"],
            "user_location": {"type": "approximate", "city": "Rome"},
        }
    ]


def test_an_emptied_place_goes_with_its_type() -> None:
    place = {"type": "approximate", "city": "Rome"}
    form = typed(draft_of(SEARCH | {"user_location": place}), **{"tool-1-user_location-city": ""})
    assert form.content.body["tools"] == [SEARCH]


def test_both_lists_of_domains_are_explained_at_the_tool() -> None:
    domains = {"allowed_domains": ["a.org"], "blocked_domains": ["b.org"]}
    form = EditorForm.of(draft_of(EXAMPLE, SEARCH | domains))
    [problem] = tool_problems(form.content, form.tools)
    assert "not both" in problem.sentence
    assert form.places["tools.1"] == "tool-2"


@pytest.mark.parametrize(
    ("tool", "option", "text", "words"),
    [
        (SEARCH, "max_uses", "-3", "a whole number of 1 or more, not “-3”"),
        (SEARCH, "max_uses", "0", "a whole number of 1 or more, not “0”"),
        (SEARCH, "max_uses", "2.5", "a whole number of 1 or more, not “2.5”"),
        (SEARCH, "user_location-country", "Switzerland", "a code, such as CH, not “Switzerland”"),
        (SEARCH, "user_location-timezone", "Central European Time", "such as Europe/Zurich"),
        (FETCH, "max_content_tokens", "0", "of 1 or more"),
        (EDITOR, "max_characters", "-1", "of 1 or more"),
    ],
)
def test_an_option_that_means_nothing_is_explained_at_its_field_and_not_sent(
    tool: dict[str, Any], option: str, text: str, words: str
) -> None:
    form = typed(draft_of(EXAMPLE, tool), **{f"tool-2-{option}": text})
    assert form.content.body["tools"] == [EXAMPLE, tool]
    assert words in form.errors[0].sentence
    assert list(problem_slots(form.errors, form)) == [f"error-tool-2-{option}"]
    html = html_of(EditorForm.of(stored(form)))
    assert f'id="error-tool-2-{option}"' in html
    assert f'value="{text}"' in html


@pytest.mark.parametrize(
    ("option", "text", "value"),
    [
        ("country", " ch ", "ch"),
        ("timezone", "Europe/Zurich", "Europe/Zurich"),
        ("timezone", "America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("timezone", "Etc/GMT+5", "Etc/GMT+5"),
    ],
)
def test_a_country_and_a_time_zone_are_taken(option: str, text: str, value: str) -> None:
    form = typed(draft_of(SEARCH), **{f"tool-1-user_location-{option}": text})
    assert form.errors == []
    place = {"type": "approximate", option: value}
    assert form.content.body["tools"] == [SEARCH | {"user_location": place}]


def test_blanks_in_place_of_a_country_are_none() -> None:
    form = typed(draft_of(SEARCH), **{"tool-1-user_location-country": "  "})
    assert (form.errors, form.content.body["tools"]) == ([], [SEARCH])


def test_what_stood_where_nothing_usable_is_typed_stays_with_its_order() -> None:
    place = {"type": "approximate", "country": "US", "city": "Rome"}
    tool = {"max_uses": 3, **SEARCH, "user_location": place}
    changes = {"tool-1-max_uses": "-3", "tool-1-user_location-country": "Switzerland"}
    form = typed(draft_of(tool), **changes)
    assert json.dumps(form.content.body["tools"]) == json.dumps([tool])
    assert len(form.errors) == 2


def test_an_odd_option_that_is_stored_comes_back_as_it_is() -> None:
    odd = SEARCH | {"max_uses": -3, "user_location": {"type": "approximate", "country": "Peru"}}
    form = typed(draft_of(odd))
    assert (form.errors, form.content.body["tools"]) == ([], [odd])


def test_a_tool_with_an_unusable_option_is_open_on_the_page() -> None:
    closed = html_of(EditorForm.of(draft_of(SEARCH)))
    broken = html_of(EditorForm.of(stored(typed(draft_of(SEARCH), tool__1__max_uses="0"))))
    panel = re.compile(r'id="tool-1"[^>]*>\s*<details class="panel" open>')
    assert not panel.search(closed)
    assert panel.search(broken)


def test_a_strict_tool_shown_as_rows_says_which_field_is_missing() -> None:
    parts = {"type": "object", "properties": {"options": {"type": "object"}}}
    form = EditorForm.of(draft_of(EXAMPLE | {"strict": True, "input_schema": parts}))
    slots = problem_slots(tool_problems(form.content, form.tools), form)
    assert slots["error-tool-1-schema"] == [
        "No other parameters: Every object needs additionalProperties: false.",
        "Parameter “options”: Every object needs additionalProperties: false.",
    ]
    assert "> No other parameters (" in html_of(form)


@pytest.mark.parametrize(("name", "words"), [("a b", "1 to 64"), ("", "1 to 64")])
def test_a_bad_name_is_explained(name: str, words: str) -> None:
    form = typed(draft_of(EXAMPLE), tool__1__name=name)
    assert any(words in problem.sentence for problem in tool_problems(form.content, form.tools))


def test_a_version_brings_its_name() -> None:
    editor = {"type": "text_editor_20250728", "name": "str_replace_based_edit_tool"}
    form = typed(draft_of(editor), tool__1__type="text_editor_20250124")
    assert form.content.body["tools"][0]["name"] == "str_replace_editor"


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.stem)
def test_every_entry_is_accepted_as_it_is_added(entry: Any) -> None:
    form = EditorForm.of(draft_of(entry.new()))
    assert tool_problems(form.content, form.tools) == []
    assert form.tools[0].entry is entry


def test_a_broken_schema_is_kept_as_typed_with_its_line_and_mended() -> None:
    nested = EXAMPLE | {"input_schema": {"type": "object", "properties": {"a": {"title": "A"}}}}
    form = typed(draft_of(nested, SEARCH), tool__1__schema='{"type":\n "object",}')
    assert form.content.body["tools"] == [nested, SEARCH]
    [problem] = form.errors
    assert "line 2, column" in problem.sentence
    assert problem.path == "tools.0.input_schema"

    again = EditorForm.of(stored(form))
    assert again.tools[0].schema.text == '{"type":\n "object",}'
    mended = typed(stored(form), tool__1__schema='{"type": "object"}')
    assert mended.errors == []
    assert mended.content.body["tools"] == [nested | {"input_schema": {"type": "object"}}, SEARCH]


def test_what_cannot_be_used_among_the_further_keys_is_not_hidden_in_a_closed_fold() -> None:
    assert not EditorForm.of(draft_of(EXAMPLE)).tools[0].is_more_open
    broken = stored(typed(draft_of(EXAMPLE), tool__1__more="{"))
    assert EditorForm.of(broken).tools[0].is_more_open


def test_more_tools_than_a_form_can_post_are_kept_as_json() -> None:
    many = [EXAMPLE | {"name": f"t{number}"} for number in range(MOST + 1)]
    form = typed(draft_of(*many))
    assert form.content.body["tools"] == many
    assert "501 tools" in form.tools.why_odd
    assert len(form.tools) == 0
    assert EditorForm.of(draft_of(*many[:MOST])).tools.why_odd == ""


def test_more_parameters_than_a_form_can_post_are_shown_as_json() -> None:
    wide = {"type": "object", "properties": {f"p{n}": {"type": "string"} for n in range(60)}}
    tools = [EXAMPLE | {"name": f"t{number}", "input_schema": wide} for number in range(20)]
    assert all(tool.is_json for tool in EditorForm.of(draft_of(*tools)).tools)
    assert not any(tool.is_json for tool in EditorForm.of(draft_of(*tools[:10])).tools)


def test_a_path_with_an_odd_number_is_about_no_tool() -> None:
    tools = EditorForm.of(draft_of(EXAMPLE)).tools
    for number in ("²", "9" * 5_000, "-1"):
        assert tools.located(Problem(f"tools.{number}.input_schema.type", "Odd.")) == "Odd."


def test_a_schema_that_is_none_is_explained_with_its_line() -> None:
    nested = EXAMPLE | {"input_schema": {"type": "object", "properties": {"a": {"title": "A"}}}}
    text = '{"type": "object",\n"properties": {\n"a": {"title": "A", "type": "strng"}}}'
    form = typed(draft_of(nested), tool__1__schema=text)
    [problem] = tool_problems(form.content, form.tools)
    assert form.tools.located(problem).startswith("Line 3: ")
    assert "strng" in problem.sentence
    assert form.errors == []


def test_unusable_rows_survive_a_reload() -> None:
    changes = {"name": "", "description": "of what?", "enum": ""}
    form = typed(draft_of(EXAMPLE), **{f"tool-1-param-2-{n}": text for n, text in changes.items()})
    assert "Give every parameter a name." in [problem.sentence for problem in form.errors]
    rows = EditorForm.of(stored(form)).tools[0].parameters.rows
    assert [(row.name, row.description) for row in rows][1] == ("", "of what?")

    mended = typed(stored(form), **{f"tool-1-param-{rows[1].key}-name": "country"})
    properties = mended.content.body["tools"][0]["input_schema"]["properties"]
    assert list(properties) == ["city", "country"]
    assert mended.errors == []


def test_rows_with_a_problem_are_kept_when_there_are_too_many_tools_for_rows() -> None:
    twice = {"tool-1-param-2-name": "city"}
    kept = stored(typed(draft_of(EXAMPLE), **twice))
    many = [EXAMPLE | {"name": f"t{number}"} for number in range(60)]
    kept.content["body"]["tools"] += many
    again = typed(kept)
    assert [row.name for row in again.tools[0].parameters.rows] == ["city", "city"]
    assert again.tools[1].is_json


def test_a_mock_follows_the_name_of_its_tool() -> None:
    mock = {"kind": "fixed", "text": "20 C", "is_error": False, "rules": []}
    content = Content({"model": MODEL, "tools": [EXAMPLE]}, mocks={"get_weather": mock, "x": 1})
    form = typed(draft_with(content), tool__1__name="weather", tool__1__mock__text="21 C")
    assert form.content.mocks == {"x": 1, "weather": mock | {"text": "21 C"}}


def test_of_two_tools_with_one_name_both_keep_their_mock() -> None:
    mock = {"kind": "fixed", "text": "20 C", "is_error": False, "rules": []}
    draft = draft_with(
        Content(
            {"tools": [EXAMPLE, EXAMPLE | {"name": "b"}]}, mocks={"get_weather": mock, "b": mock}
        )
    )
    form = typed(draft, tool__2__name="get_weather", tool__2__mock__text="mine")
    again = EditorForm.of(stored(form))
    assert [tool.mock.text for tool in again.tools] == ["20 C", "mine"]


def test_further_keys_are_edited_as_json_and_refuse_those_with_a_field() -> None:
    form = typed(draft_of(EXAMPLE | {"x": 1, "y": 2}), tool__1__more='{"y": 3, "z": 4}')
    assert form.content.body["tools"] == [EXAMPLE | {"y": 3, "z": 4}]
    refused = typed(draft_of(EXAMPLE), tool__1__more='{"strict": true}')
    assert "has a field of its own" in refused.errors[0].sentence


class TestChoice:
    def test_one_tool_and_one_call_at_a_time(self) -> None:
        changes = {"tool_choice": "tool:get_weather", "tool_choice-parallel": "1"}
        form = typed(draft_of(EXAMPLE), **changes)
        choice = {"type": "tool", "name": "get_weather", "disable_parallel_tool_use": True}
        assert form.content.body["tool_choice"] == choice
        assert list(form.content.body) == ["model", "tools", "tool_choice"]

    def test_none_takes_no_other_key_and_not_set_takes_it_away(self) -> None:
        choice = {"type": "tool", "name": "a", "disable_parallel_tool_use": True}
        draft = draft_of(EXAMPLE, tool_choice=choice)
        post = post_of(EditorForm.of(draft), tool_choice="none")
        del post["tool_choice-parallel"]
        assert EditorForm.from_post(post, draft).content.body["tool_choice"] == {"type": "none"}
        post["tool_choice"] = ""
        assert "tool_choice" not in EditorForm.from_post(post, draft).content.body

    def test_the_choice_follows_a_tool_that_is_renamed(self) -> None:
        draft = draft_of(EXAMPLE, tool_choice={"type": "tool", "name": "get_weather"})
        form = typed(draft, tool__1__name="weather")
        assert form.content.body["tool_choice"] == {"type": "tool", "name": "weather"}

    def test_a_model_that_cannot_be_forced_is_offered_no_force(self) -> None:
        draft = draft_of(EXAMPLE, model="claude-opus-5-5")
        form = EditorForm.of(draft)
        shown = shown_choice(form.content, form.tools)
        assert [value for value, _ in shown.options] == ["", "auto", "none"]
        assert shown.reason.endswith(".")
        assert not shown.is_refused

    def test_a_refused_choice_stays_with_its_reason(self) -> None:
        draft = draft_of(EXAMPLE, model="claude-opus-5-5", tool_choice={"type": "any"})
        form = typed(draft)
        shown = shown_choice(form.content, form.tools)
        assert form.content.body["tool_choice"] == {"type": "any"}
        assert ("any", "Any: one of the tools must be used") in shown.options
        assert shown.is_refused

    def test_manual_thinking_forces_no_tool(self) -> None:
        thinking = {"type": "enabled", "budget_tokens": 1024}
        form = EditorForm.of(draft_of(EXAMPLE, thinking=thinking))
        assert "any" not in dict(shown_choice(form.content, form.tools).options)


def test_many_tools_and_many_parameters_stay_postable() -> None:
    names = [f"p{number}" for number in range(101)]
    wide = {"type": "object", "properties": {name: {"type": "string"} for name in names}}
    tools = [EXAMPLE | {"name": f"t{number}"} for number in range(500)]
    draft = draft_of(EXAMPLE | {"input_schema": wide}, *tools)
    post = post_of(EditorForm.of(draft))
    assert sum(len(values) for _, values in post.lists()) < 15_000
    assert EditorForm.from_post(post, draft).content.body == draft.parsed.body
