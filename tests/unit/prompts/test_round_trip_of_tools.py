"""Tools, whatever they hold, come back from the drawn form as they were stored."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.messages_api import clean_json, clean_text
from workbench.prompts.content import Content
from workbench.prompts.editor import EditorForm
from workbench.prompts.tools.entries import ENTRIES, EXAMPLE

from .form_page import draft_with, post_of

texts = st.text(max_size=20).map(clean_text)
lines = texts.filter(lambda text: "\n" not in text)
keys = st.text(min_size=1, max_size=8).map(clean_text)
numbers = st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False)
json_values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=5,
)
names = st.sampled_from(["get_weather", "a", "a b", "", "x" * 70]) | texts
plain_types = st.sampled_from(["string", "number", "integer", "boolean", "object", "array"])
parts = json_values | st.fixed_dictionaries(
    {},
    optional={
        "type": plain_types | json_values,
        "description": texts | json_values,
        "enum": st.lists(lines | numbers, max_size=3) | json_values,
        "items": st.fixed_dictionaries({"type": plain_types}) | json_values,
        "format": texts,
    },
)
schemas = json_values | st.fixed_dictionaries(
    {"type": st.just("object") | json_values},
    optional={
        "properties": st.dictionaries(keys | st.just(" a"), parts, max_size=3),
        "required": st.lists(keys, max_size=2),
        "additionalProperties": st.booleans() | json_values,
        "$schema": texts,
        "$defs": json_values,
        "title": texts,
    },
)
shared = {
    "cache_control": st.sampled_from(
        [{"type": "ephemeral"}, {"type": "ephemeral", "ttl": "1h"}, {"ttl": "5m"}, None]
    )
    | json_values,
    "strict": st.booleans() | json_values,
    "defer_loading": st.booleans() | json_values,
    "allowed_callers": st.lists(lines, max_size=2) | json_values,
    "input_examples": json_values,
    "eager_input_streaming": st.none() | st.booleans() | json_values,
    "unknown": json_values,
    "more": json_values,
}
client_tools = st.fixed_dictionaries(
    {"name": names | json_values},
    optional={
        "description": texts | json_values,
        "input_schema": schemas,
        "type": st.sampled_from(["custom", None]),
        **shared,
    },
)
entry_tools = st.fixed_dictionaries(
    {"type": st.sampled_from([v for e in ENTRIES for v in (*e.versions, f"{e.stem}_20300101")])},
    optional={
        "name": st.sampled_from([entry.name for entry in ENTRIES]) | json_values,
        "max_uses": st.integers(-5, 50) | json_values,
        "allowed_domains": st.lists(lines, max_size=3) | json_values,
        "blocked_domains": st.lists(lines, max_size=3) | json_values,
        "user_location": st.dictionaries(
            st.sampled_from(["type", "city", "country", "odd"]), texts | json_values
        )
        | json_values,
        "citations": st.fixed_dictionaries({"enabled": st.booleans() | json_values}) | json_values,
        "response_inclusion": st.sampled_from(["full", "excluded"]) | json_values,
        "use_cache": st.booleans() | json_values,
        "url_sources": json_values,
        "configs": json_values,
        **shared,
    },
)


def shuffled(tools: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """The same objects with their keys in any order."""
    return tools.flatmap(lambda tool: st.permutations(list(tool.items())).map(dict))


tool_lists = st.lists(shuffled(client_tools) | shuffled(entry_tools) | json_values, max_size=4)
choices = json_values | st.fixed_dictionaries(
    {"type": st.sampled_from(["auto", "any", "none", "tool", "odd"])},
    optional={"name": names, "disable_parallel_tool_use": st.booleans() | json_values, "x": texts},
)
mocks = json_values.filter(lambda value: value is not None) | st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["fixed", "rules", "off", "other"]),
        "text": texts,
        "is_error": st.booleans(),
        "rules": st.lists(
            st.fixed_dictionaries(
                {
                    "field": texts,
                    "test": st.sampled_from(["is", "contains", "odd"]),
                    "value": texts,
                    "text": texts,
                    "is_error": st.booleans(),
                }
            ),
            max_size=2,
        ),
    }
)
contents = st.builds(
    lambda tools, choice, mocks: Content({"model": "m"} | tools | choice, mocks=mocks),
    st.fixed_dictionaries({}, optional={"tools": tool_lists | json_values}),
    st.fixed_dictionaries({}, optional={"tool_choice": choices}),
    st.dictionaries(names, mocks, max_size=2),
)


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(contents)
def test_tools_posted_as_they_were_drawn_are_unchanged(content: Content) -> None:
    draft = draft_with(content)

    form = EditorForm.from_post(post_of(EditorForm.of(draft)), draft)

    assert _exact(form.content) == _exact(content)
    assert form.errors == []


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(contents)
def test_a_second_post_of_the_same_page_changes_nothing_either(content: Content) -> None:
    draft = draft_with(content)
    page = post_of(EditorForm.of(draft))
    first = EditorForm.from_post(page, draft)

    again = draft_with(first.content)

    assert _exact(EditorForm.from_post(page, again).content) == _exact(content)


@pytest.mark.parametrize("tools", [{}, "none", 5, None, [], [[]], [None, "bash"]])
def test_tools_that_are_no_tools_stay_as_they_are(tools: Any) -> None:
    draft = draft_with(Content({"model": "m", "tools": tools}))

    form = EditorForm.from_post(post_of(EditorForm.of(draft)), draft)

    assert form.content.body == {"model": "m", "tools": tools}


def test_a_schema_that_comes_back_as_text_keeps_its_keys_in_their_order() -> None:
    schema = {"required": ["a"], "type": "object", "$defs": {}, "properties": {"a": {"x": 1.0}}}
    tool = {"input_schema": schema, "name": "a"}
    draft = draft_with(Content({"model": "m", "tools": [tool]}))

    form = EditorForm.from_post(post_of(EditorForm.of(draft)), draft)

    assert json.dumps(form.content.body["tools"]) == json.dumps([tool])


def test_the_example_is_shown_as_rows() -> None:
    form = EditorForm.of(draft_with(Content({"tools": [EXAMPLE]})))

    assert [row.name for row in form.tools[0].parameters.rows] == ["city", "unit"]
    assert not form.tools[0].is_json


def _exact(content: Content) -> Any:
    """Content with its key order and number types, which ``==`` would overlook."""
    return json.dumps(clean_json(content.to_dict()))
