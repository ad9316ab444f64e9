"""JSON with faults: what is mended is said, and nothing raises."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.intake.loose_json import read_json, strict_json
from workbench.intake.reading import Kind

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("text", "value", "said"),
    [
        ('{"a": 1,}', {"a": 1}, "comma before a closing bracket"),
        ("[1, 2,, 3]", [1, 2, 3], "second comma"),
        ('{"a": 1e999, "b": 1}', {"b": 1}, "too large"),
        ('{"a": 1 "b": 2}', {"a": 1, "b": 2}, "missing comma"),
        ('{"a": 1\n"b": 2}', {"a": 1, "b": 2}, "missing comma"),
        ("{“a”: “b”}", {"a": "b"}, "Curly quotes"),
        ("{‘a‘: ‘b’}", {"a": "b"}, "Curly quotes"),
        ("{'a': 'it''s'}", {"a": "it''s"}, "Single quotes"),
        ("{a: 1, b-c: 2}", {"a": 1, "b-c": 2}, "Keys without quotes"),
        ("{`a`: `b\nc`}", {"a": "b\nc"}, "Backticks"),
        ('{`"a": 1,`}', {"a": 1}, "backtick"),
        ('{"a": True, "b": None}', {"a": True, "b": None}, "True was read as true"),
        ('{"a": NaN}', {"a": None}, "NaN was read as null"),
        ('{"a": 1} // done', {"a": 1}, "comment"),
        ('{# x\n"a": 1}', {"a": 1}, "comment"),
        ('{"a" = 1, "b" => 2}', {"a": 1, "b": 2}, "equals sign"),
        ('{"a": "b\nc"}', {"a": "b\nc"}, "line end inside"),
        ('{"a": "say "x" now"}', {"a": 'say "x" now'}, "quote inside"),
        ('{"a": "b\\d"}', {"a": "b\\d"}, "backslash"),
        ('{"a": "b,\n"c": 1}', {"a": "b", "c": 1}, "without its closing quote"),
        ('{"a": [1, 2}', {"a": [1, 2]}, "A ] is missing"),
        ('{"a": 1, "a": 2}', {"a": 2}, "stands twice"),
        ('{"a": 1_000, "b": .5}', {"a": 1000, "b": 0.5}, "read as a number"),
        ('{"a": {"b": [1', {"a": {"b": [1]}}, "3 brackets were added"),
        ('{"a": "b', {"a": "b"}, "ends in the middle"),
        ('{"a": x.y, "b": 1}', {"b": 1}, "no JSON and was left out"),
        ('{"a": 1, ...}', {"a": 1}, "left out here before"),
        ('{"a": 1} and more', {"a": 1}, "What follows"),
        ('{"a", "b": 1}', {"b": 1}, "key without a value"),
    ],
)
def test_a_fault_is_mended_and_said(text: str, value: Any, said: str) -> None:
    found = read_json(text)
    assert found is not None
    assert found.value == value
    assert any(said in remark.sentence for remark in found.remarks)


def test_a_mending_has_its_lines() -> None:
    found = read_json("{\n'a': 1,\n'b': 2,\n\n'c': 3,\n}", line=10)
    assert found is not None
    assert [(remark.line, remark.sentence) for remark in found.remarks] == [
        (11, "Single quotes were read as double quotes. Also on lines 12, 14."),
        (14, "A comma before a closing bracket was left out."),
    ]


def test_what_is_not_understood_is_kept_verbatim() -> None:
    found = read_json('{"a": os.environ["X"], "b": 1}')
    assert found is not None
    assert not found.is_whole
    lost = [remark for remark in found.remarks if remark.kind is Kind.NOT_UNDERSTOOD]
    assert lost[0].text == 'os.environ["X"'


def test_only_objects_and_lists_are_json() -> None:
    assert read_json("true") is None
    assert read_json("prose") is None
    assert read_json("") is None


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 50_000, "[[" * 300 + "1,"])
def test_deep_nesting_is_said(text: str) -> None:
    found = read_json(text)
    assert found is not None
    assert any("200 levels" in remark.sentence for remark in found.remarks)


@given(JSON)
def test_valid_json_is_read_as_it_is(value: Any) -> None:
    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False, indent=2)):
        found = strict_json(text)
        assert found is not None
        assert found.value == json.loads(text)
        assert not found.remarks


@given(JSON.filter(lambda value: isinstance(value, dict | list)))
def test_the_tolerant_parser_agrees_with_the_strict_one(value: Any) -> None:
    # A comment behind it sends valid JSON to the tolerant parser.
    found = read_json(json.dumps(value) + " // end")
    assert found is not None
    assert found.value == value
    assert [remark.sentence for remark in found.remarks] == ["A comment was left out."]


@given(JSON, st.integers(0, 200), st.text(alphabet="\"'`{}[],:\\\n/#.x1“’", max_size=5))
def test_mangled_json_never_raises(value: Any, place: int, noise: str) -> None:
    text = json.dumps([value], ensure_ascii=False)
    read_json(text[:place] + noise + text[place:])
    read_json(text[:place])
    read_json(text[:place] + noise + text[place + len(noise) :])


@given(st.text(alphabet="\"'`{}[],:\\\n/#.x1“’ -eE_=>", max_size=60))
def test_any_sequence_of_signs_is_read_without_an_error(text: str) -> None:
    found = read_json("{" + text)
    assert found is not None
    json.dumps(found.value)
