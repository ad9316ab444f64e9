"""What mocked results answer."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.prompts.tools.mocks import MockedResult, answer

RULES = {
    "kind": "rules",
    "text": "no idea about {{input.city}}",
    "is_error": True,
    "rules": [
        {"field": "city", "test": "is", "value": "Paris", "text": "20 C", "is_error": False},
        {"field": "where.0.name", "test": "contains", "value": "on", "text": "12 C"},
        {"field": "days", "test": "is", "value": "3", "text": "{{input.days}} dry days"},
    ],
}


def fixed(text: str) -> dict[str, Any]:
    return {"t": {"kind": "fixed", "text": text, "is_error": False, "rules": []}}


@pytest.mark.parametrize(
    ("given_input", "text", "is_error"),
    [
        ({"city": "Paris"}, "20 C", False),
        ({"city": "Paris, France"}, "no idea about Paris, France", True),
        ({"where": [{"name": "London"}]}, "12 C", False),
        ({"days": 3}, "3 dry days", False),
        ({"days": "3"}, "3 dry days", False),
        ({}, "no idea about {{input.city}}", True),
    ],
)
def test_the_first_rule_that_fits_answers_and_otherwise_the_text(given_input, text, is_error):
    assert answer({"t": RULES}, "t", given_input) == MockedResult(text, is_error)


def test_rules_without_an_otherwise_leave_other_calls_to_the_person() -> None:
    silent = RULES | {"text": "", "is_error": False}
    assert answer({"t": silent}, "t", {"city": "Rome"}) is None
    assert answer({"t": silent}, "t", {"city": "Paris"}) == MockedResult("20 C", False)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("{{input.a}}", "{{input.b}}"),
        ("{{input.b}}", "[1, null]"),
        ("{{input.b.0}} {{input.b.7}}", "1 {{input.b.7}}"),
        ("{{a}} {{input}} {{input.}} { {input.a}}", "{{a}} {{input}} {{input.}} { {input.a}}"),
        ("{{input.ü}}\n{{ input.a }}", 'é"\n{{ input.a }}'),
    ],
)
def test_markers_are_replaced_once_and_nothing_else_is(text: str, result: str) -> None:
    given_input = {"a": "{{input.b}}", "b": [1, None], "ü": 'é"'}
    assert answer(fixed(text), "t", given_input) == MockedResult(result, False)


@pytest.mark.parametrize("mock", [None, "x", [], {}, {"kind": "off", "text": "x"}, {"kind": []}])
def test_without_a_usable_mock_nobody_answers(mock: Any) -> None:
    assert answer({"t": mock}, "t", {}) is None
    assert answer({}, "t", {}) is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@given(json_values, st.sampled_from(["fixed", "rules"]), json_values)
def test_odd_mocks_and_inputs_never_raise(mock: Any, kind: str, given_input: Any) -> None:
    answer({"t": mock}, "t", given_input)
    answer({"t": {"kind": kind, "rules": mock, "text": mock}}, "t", given_input)


def test_a_result_that_a_long_input_would_blow_up_is_left_to_the_person() -> None:
    assert answer(fixed("{{input.a}} " * 50), "t", {"a": "x" * 100_000}) is None
    assert answer(fixed("{{input.a}} " * 5), "t", {"a": "x" * 100_000}) is not None
