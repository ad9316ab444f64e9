"""What the editor draws and gets back is what was stored, whatever that is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.messages_api import clean_json, clean_text
from workbench.prompts.content import Content, Variable
from workbench.prompts.editor import EditorForm

from .form_page import draft_with, post_of

characters = st.characters() | st.sampled_from("\n\r\t <>&\"'{}-")
texts = st.text(characters, max_size=60).map(clean_text)
lines = st.text(max_size=30).map(clean_text).filter(lambda text: "\n" not in text)
keys = st.text(min_size=1, max_size=8).map(clean_text)
scalars = st.none() | st.booleans() | st.integers(-(2**60), 2**60) | texts
floats = st.floats(allow_nan=False, allow_infinity=False)
json_values = st.recursive(
    scalars | floats,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=6,
)
text_blocks = st.builds(
    lambda text, rest, first: (
        (rest | {"type": "text", "text": text})
        if first
        else ({"type": "text", "text": text} | rest)
    ),
    texts,
    st.dictionaries(keys.filter(lambda key: key not in ("type", "text")), json_values, max_size=2),
    st.booleans(),
)
blocks = text_blocks | json_values
contents = texts | st.lists(blocks, max_size=3) | json_values
messages = (
    st.builds(
        lambda role, content, rest: {"role": role, "content": content} | rest,
        st.sampled_from(["user", "assistant", "system", "tool"]),
        contents,
        st.dictionaries(
            keys.filter(lambda key: key not in ("role", "content")), json_values, max_size=2
        ),
    )
    | json_values
)
names = st.from_regex(r"\A[A-Za-z_][A-Za-z0-9_-]{0,12}\Z")
variables = st.lists(
    st.builds(Variable, names, texts, texts), max_size=3, unique_by=lambda variable: variable.name
)
known = st.fixed_dictionaries(
    {"model": st.sampled_from(["claude-opus-5-5", "claude-haiku-4-5"]) | lines.map(str.strip)},
    optional={
        "max_tokens": json_values.filter(lambda value: value != ""),
        "temperature": json_values.filter(lambda value: value != ""),
        "top_k": st.integers(0, 500),
        "system": contents,
        "stop_sequences": st.lists(texts | json_values, max_size=3) | json_values,
        "messages": st.lists(messages, max_size=4),
    },
)
others = st.dictionaries(
    keys.filter(lambda key: key not in ("model", "messages")).map(lambda key: f"x{key}"),
    json_values,
    max_size=2,
)
bodies = st.builds(lambda body, rest: rest | body, known, others)
drafts = st.builds(
    Content,
    bodies,
    st.sampled_from(["2026-10-21", "2023-06-01"]) | lines,
    st.lists(texts, max_size=2).map(tuple),
    variables.map(tuple),
)


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(drafts, texts)
def test_a_form_posted_as_it_was_drawn_changes_nothing(content: Content, value: str) -> None:
    values = {name: value for name in content.declared if value}
    draft = draft_with(content, values, name="A name")

    form = EditorForm.from_post(post_of(EditorForm.of(draft)), draft)

    assert _exact(form.content) == _exact(content)
    assert (form.values, form.name, form.errors) == (values, "A name", [])


@pytest.mark.parametrize("text", ["\n", "\n\n text\n", " ", "<!--", "</textarea><b>", "&amp;\t"])
def test_white_space_and_markup_come_back_as_they_were(text: str) -> None:
    blocks = [{"type": "text", "text": text}, {"type": "text", "text": text, "more": text}]
    turns = [{"role": "user", "content": text}, {"role": "user", "content": blocks}]
    body = {"model": "m", "stop_sequences": [text], "system": text, "messages": turns}
    draft = draft_with(Content(body, variables=(Variable("A", text, text),)), {"A": text})

    form = EditorForm.from_post(post_of(EditorForm.of(draft)), draft)

    assert form.content.body == body
    assert form.content.variables == (Variable("A", text, text),)
    assert form.values == {"A": text}


def test_the_order_of_keys_survives() -> None:
    block = {"cache_control": {"type": "ephemeral"}, "text": "long", "type": "text"}
    message = {"content": [block], "id": "x", "role": "user"}
    body = {"messages": [message], "tools": [{"z": 1, "a": 2}], "max_tokens": 5, "model": "m"}
    draft = draft_with(Content(body))

    form = EditorForm.from_post(post_of(EditorForm.of(draft)), draft)

    assert json.dumps(form.content.body) == json.dumps(body)


def test_clean_text_and_clean_json_agree_about_what_the_form_sends() -> None:
    assert clean_json(["a\r\nb\x00"]) == [clean_text("a\r\nb\x00")]


def _exact(content: Content) -> Any:
    """Content with its key order and number types, which ``==`` would overlook."""
    return json.dumps(content.to_dict())
