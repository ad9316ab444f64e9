"""The verdict on answers and calls that have a schema, also where schemas or texts are odd."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.runs.answer import verdict
from workbench.runs.answer.patterns import is_affordable
from workbench.runs.answer.schema_check import MAX_VIOLATIONS, NotChecked, check

SCHEMA = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "kind": {"enum": ["Plant", "Animal"]},
        "parts": {"type": "array", "items": {"$ref": "#/$defs/part"}},
    },
    "required": ["name"],
    "additionalProperties": False,
    "$defs": {"part": {"type": "object", "properties": {"size": {"type": "integer"}}}},
}
DOUBLING = {
    "$ref": "#/$defs/d0",
    "$defs": {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(40)}
    | {"d40": {"type": "string"}},
}


def asking(schema: Any = SCHEMA) -> dict[str, Any]:
    return {"output_config": {"format": {"type": "json_schema", "schema": schema}}}


def answer(*texts: str, stop_reason: str | None = "end_turn") -> dict[str, Any]:
    content = [{"type": "text", "text": text} for text in texts]
    return {"content": content, "stop_reason": stop_reason}


def mark_of(message: dict[str, Any], body: dict[str, Any]) -> str:
    found = verdict.of(message, body)
    assert found is not None
    return found.mark


def violations_of(value: Any, schema: Any = SCHEMA) -> dict[str, str]:
    found = verdict.of(answer(json.dumps(value)), asking(schema))
    assert found is not None
    return {violation.path: violation.sentence for violation in found.violations}


def test_an_answer_that_matches_says_so():
    message = answer('{"name": "Moss", ', '"parts": [{"size": 1}]}')
    assert mark_of(message, asking()) == "Matches the schema"


def test_without_a_format_there_is_no_verdict():
    assert verdict.of(answer("{}"), {}) is None
    assert verdict.of(answer("{}"), {"output_config": {"format": None, "effort": "low"}}) is None


def test_violations_have_a_path_and_a_sentence():
    value = {"kind": "Stone", "parts": [{"size": 1}, {"size": "x"}], "colour": 1}
    assert violations_of(value) == {
        "kind": 'It is "Stone", which is none of "Plant", "Animal".',
        "parts[1].size": 'It must be a whole number, but is "x".',
        "the whole value": 'It has "colour", which the schema does not name.',
    }
    assert violations_of({}) == {"the whole value": 'It lacks "name".'}


@pytest.mark.parametrize(
    ("schema", "value", "sentence"),
    [
        ({"const": 1}, True, "It must be 1, but is true."),
        ({"type": ["string", "null"]}, 5, "It must be a text or null, but is 5."),
        ({"anyOf": [{"type": "string"}]}, 5, "It matches none of the forms"),
        ({"minItems": 1}, [], "It has fewer than 1 items."),
        ({"pattern": "^[a-z]+$"}, "A", "It does not match the pattern"),
        ({"format": "date"}, "2026-02-30", 'It is no valid "date".'),
        ({"minimum": 5}, 4, "It breaks the rule minimum: 5."),
        (False, 4, "It breaks the rule"),
    ],
)
def test_each_rule_has_its_sentence(schema, value, sentence):
    assert violations_of(value, schema)["the whole value"].startswith(sentence)


def test_at_most_twenty_violations_are_listed():
    found = verdict.of(answer(json.dumps([1] * 50)), asking({"items": {"type": "string"}}))
    assert found is not None
    assert len(found.violations) == MAX_VIOLATIONS
    assert found.has_more


def test_letter_case_of_fixed_values_does_not_count_and_is_said():
    found = verdict.of(answer('{"name": "x", "kind": "PLANT"}'), asking())
    assert found is not None
    assert found.mark == "Matches the schema"
    assert "Upper and lower case" in found.sentences[0]


@pytest.mark.parametrize(
    ("text", "reason", "mark"),
    [
        ("Sure! {}", "end_turn", "Not JSON"),
        ("", "end_turn", "Not JSON"),
        ('{"name": NaN}', "end_turn", "Not JSON"),
        ("[" * 100_000, "end_turn", "Not JSON"),
        ('{"name', "max_tokens", "Cut off, so not checked"),
        ("{}", "model_context_window_exceeded", "Cut off, so not checked"),
        ("{}", None, "Cut off, so not checked"),
        ("{}", "refusal", "Refused, so not checked"),
        ('"' + "x" * 1_000_001 + '"', "end_turn", "Not checked"),
    ],
)
def test_what_cannot_be_checked_has_its_own_mark(text, reason, mark):
    assert mark_of(answer(text, stop_reason=reason), asking()) == mark


def test_an_answer_that_asks_for_tools_first_has_no_verdict_yet():
    assert verdict.of(answer("", stop_reason="tool_use"), asking()) is None


def test_the_last_block_may_be_the_json():
    assert mark_of(answer("I looked it up.", '{"name": "x"}'), asking()) == "Matches the schema"


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        (None, "must be an object"),
        ([], "must be an object"),
        ({"type": 7}, "no valid JSON Schema at type"),
        ({"pattern": "("}, "no valid JSON Schema at pattern"),
        ({"$ref": "https://evil.example/schema.json"}, "which it does not contain"),
        ({"$ref": "#/$defs/none"}, "which it does not contain"),
        ({"$ref": "#"}, "refers to itself without end"),
        ({"patternProperties": {"(a+)+$": {}}}, "may take too long"),
        ({"enum": ["x" * 300_000]}, "too large to be checked"),
        (DOUBLING, "stopped"),
    ],
)
def test_an_odd_schema_gives_a_sentence(schema, words):
    with pytest.raises(NotChecked, match=r"\.$") as refusal:
        check("a", schema)
    assert words in str(refusal.value)


def test_a_number_beyond_floats_is_no_error():
    with pytest.raises(NotChecked, match="cannot be applied"):
        check(10**400, {"multipleOf": 0.1})


@pytest.mark.parametrize(
    ("schema", "value", "remark"),
    [
        ({"pattern": "^(a+)+$"}, "a" * 40 + "!", "was not checked"),
        ({"pattern": "a*a*a*a*b"}, "a" * 5_000, "was not checked"),
        ({"uniqueItems": True}, [{}] * 5_000, "was not checked"),
    ],
)
def test_what_would_take_too_long_is_left_out_and_said(schema, value, remark):
    found = check(value, schema)
    assert found.violations == []
    assert remark in next(iter(found.remarks))


@pytest.mark.parametrize(
    ("pattern", "length", "is_fine"),
    [
        (r"^\d{4}-\d{2}$", 1_000_000, True),
        (r"^[a-z]+@[a-z]+\.[a-z]+$", 100, True),
        (r"^(a|b)?$", 10, False),
        (r"^(?:red|green)$", 10_000, True),
        (r"(a*)*", 1, False),
        (r"^(a|aa){30}$", 60, False),
        (r"^(a+){12}$", 40, False),
        (r"(?x)^(a+) +$", 60, False),
        (r"^x|a*a*a*b", 200, False),
        (r"^([0-9a-f]{4}-){3}[0-9a-f]{12}$", 10_000, True),
        (r"(.)\1", 5, False),
        (r"(?<=a)b", 5, False),
        ("a?" * 30 + "a" * 30, 30, False),
    ],
)
def test_patterns_are_judged_by_their_outline(pattern, length, is_fine):
    assert is_affordable(pattern, length) is is_fine


@pytest.mark.parametrize("place", ["$ref", "dependentSchemas"])
def test_schemas_that_double_the_work_before_a_keyword_is_reached_are_given_up(place):
    doubled = {
        f"d{n}": {"dependentSchemas": {key: {"$ref": f"#/$defs/d{n + 1}"} for key in "ab"}}
        for n in range(30)
    }
    schema = {"unevaluatedProperties": False, "$defs": doubled | {"d30": {}}}
    schema[place] = "#/$defs/d0" if place == "$ref" else {"a": {"$ref": "#/$defs/d0"}}
    with pytest.raises(NotChecked, match="was stopped"):
        check({"a": 1, "b": 2}, schema)


def test_a_part_that_names_an_older_draft_is_no_way_around_the_limits():
    part = {"$schema": "http://json-schema.org/draft-07/schema#", "pattern": "^(a+)+$"}
    found = check("a" * 26 + "b", {"allOf": [part]})
    assert found.violations == []
    assert any("was not checked" in remark for remark in found.remarks)


def test_json_that_is_deep_and_long_is_not_blown_up_by_indents():
    text = "[" * 150 + "1," * 100_000 + "1" + "]" * 150
    assert verdict.indented(text) == text


def test_a_stop_reason_of_another_type_is_no_reason():
    assert mark_of(answer("{}") | {"stop_reason": ["x"]}, asking()) == "Cut off, so not checked"


class TestStrictTools:
    TOOLS = [
        {"name": "weather", "strict": True, "input_schema": SCHEMA},
        {"name": "loose", "input_schema": SCHEMA},
    ]

    def verdicts(self, *calls: dict[str, Any], tools: Any = None) -> list[verdict.Verdict]:
        content = [{"type": "tool_use", "id": "t1", "name": "weather", **call} for call in calls]
        body = {"tools": self.TOOLS if tools is None else tools}
        return verdict.of_calls({"content": content}, body)

    def test_each_call_of_a_strict_tool_has_a_verdict(self):
        found = self.verdicts({"input": {"name": "x"}}, {"input": {"name": 5}, "id": "t2"})
        assert [one.mark for one in found] == ["Matches the schema", "Does not match"]
        assert [one.subject for one in found] == ["weather t1", "weather t2"]

    def test_other_tools_have_none(self):
        assert self.verdicts({"name": "loose"}, {"name": 5}, {"name": "gone"}) == []

    def test_a_call_that_was_cut_is_not_checked(self):
        found = self.verdicts({"input": {}, "partial_json": '{"na'})
        assert found[0].mark == "Cut off, so not checked"

    @pytest.mark.parametrize("tools", [None, "x", [None, {"strict": True}], {"name": "weather"}])
    def test_odd_tools_are_no_error(self, tools):
        assert verdict.of_calls({"content": [{"type": "tool_use"}]}, {"tools": tools}) == []

    @pytest.mark.parametrize("content", [None, "x", [None, 5, {"type": "tool_use", "name": []}]])
    def test_an_odd_message_is_no_error(self, content):
        assert verdict.of_calls({"content": content}, {"tools": self.TOOLS}) == []
        assert mark_of({"content": content, "stop_reason": "end_turn"}, asking()) == "Not JSON"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(JSON, st.sampled_from([None, 1, "\t"]))
@settings(max_examples=200)
def test_indenting_keeps_what_the_json_says(value, indent):
    text = json.dumps(value, indent=indent)
    shown = verdict.indented(text)
    assert json.loads(shown) == value
    assert shown == verdict.indented(shown)


def test_indenting_keeps_how_numbers_and_texts_were_written():
    assert verdict.indented('{"a":1.00,"b":"\\u00e4, [x]: {y}","c":[],"d":{}}') == (
        '{\n  "a": 1.00,\n  "b": "\\u00e4, [x]: {y}",\n  "c": [],\n  "d": {}\n}'
    )


@given(JSON, JSON)
@settings(max_examples=200)
def test_no_schema_breaks_the_check(schema, value):
    sentence = "."
    try:
        check(value, schema)
    except NotChecked as reason:
        sentence = str(reason)
    assert sentence.endswith(".")
