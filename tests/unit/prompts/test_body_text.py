"""The body as JSON text: read back whole, with errors at their place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.catalogue import Problem
from workbench.prompts.body_text import body_of, remarks, text_of
from workbench.prompts.bound import Unreadable
from workbench.prompts.json_lines import line_of, lines_of

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r.")), inner
        )
    ),
    max_leaves=25,
)


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), VALUES))
def test_a_body_comes_back_from_its_text_with_the_order_of_its_keys(body: dict[str, Any]) -> None:
    assert json.dumps(body_of(text_of(body))) == json.dumps(body)


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), VALUES, min_size=1))
def test_each_path_is_found_on_the_line_where_its_value_begins(body: dict[str, Any]) -> None:
    text = text_of(body)
    lines = text.split("\n")
    for name in body:
        (remark,) = remarks([Problem(name, "Wrong.")], text)
        assert remark.line is not None
        assert lines[remark.line - 1].startswith(f'  "{name}": ')


def test_a_path_that_is_not_there_is_found_at_what_it_should_be_in() -> None:
    text = '{\n  "messages": [\n    {\n      "role": "user"\n    }\n  ]\n}'
    found = remarks([Problem("messages.0.content", "Empty."), Problem("", "All.")], text)
    assert [(remark.line, remark.path) for remark in found] == [
        (None, ""),
        (3, "messages.0.content"),
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{\n  "model": "m",\n  "max_tokens": five\n}', "line 3, column 17"),
        ('{"a": 1, "a": 2}', "“a” stands twice"),
        ('{"a": NaN}', "NaN"),
        ('{"a": 1e999}', "1e999 is too large"),
        ('{"a": ' + "7" * 5_000 + "}", "more than 1,000 digits"),
        ("[1]", "must be a JSON object"),
        ("", "line 1, column 1"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a": "\x01"}', "line 1, column 8"),
    ],
)
def test_a_text_that_is_no_body_is_refused_with_its_place(text: str, place: str) -> None:
    with pytest.raises(Unreadable, match=place):
        body_of(text)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("properties.a.b.type", 5),
        ("properties.a.b.oneOf", 4),
        ("properties.list.1.x", 8),
        ("required.0", 12),
        ("nothing", None),
        ("", None),
    ],
)
def test_a_path_leads_to_its_line(path: str, line: int | None) -> None:
    text = """{
  "type": "object",
  "properties": {
    "a.b": {
      "type": "strng", "escaped \\" }": ["}", "{"]
    },
    "list": [1,
      {"x": 2}
    ]
  },
  "required": [
    "a.b"
  ]
}"""
    assert line_of(path, lines_of(text)) == line


def test_a_text_that_is_no_json_has_no_lines() -> None:
    assert lines_of('{"a": ') == {}
