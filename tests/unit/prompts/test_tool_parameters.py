"""Parameters of a client tool as rows, and the lines of errors in their schema."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from workbench.prompts.tools.rows import (
    Row,
    row_problems,
    rows_of,
    schema_from,
    why_not,
    with_field,
)

SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "required": ["b", "a"],
    "properties": {
        "a": {"description": "first", "type": "string"},
        "b": {"items": {"type": "integer"}, "type": "array"},
        "c": {"enum": [1, 2.5], "type": "number"},
    },
    "type": "object",
    "additionalProperties": False,
}


def made(rows: list[Row], closed: bool = True) -> dict[str, Any]:
    return schema_from(SCHEMA, rows, closed)


def test_unchanged_rows_give_the_schema_itself() -> None:
    assert why_not(SCHEMA) == ""
    assert json.dumps(made(rows_of(SCHEMA))) == json.dumps(SCHEMA)


def test_a_changed_row_changes_its_keyword_alone_and_in_its_place() -> None:
    a, b, c = rows_of(SCHEMA)
    changed = made([replace(a, type="array-of-boolean"), b, replace(c, enum="1\n 3 \n")])
    assert list(changed) == list(SCHEMA)
    assert json.dumps(changed["properties"]["a"]) == json.dumps(
        {"description": "first", "type": "array", "items": {"type": "boolean"}}
    )
    assert changed["properties"]["b"] == SCHEMA["properties"]["b"]
    assert changed["properties"]["c"] == {"enum": [1, 3], "type": "number"}


def test_renaming_keeps_the_place_among_the_required() -> None:
    a, b, c = rows_of(SCHEMA)
    changed = made([a, replace(b, name="z"), replace(c, is_required=True)])
    assert changed["required"] == ["z", "a", "c"]
    assert list(changed["properties"]) == ["a", "z", "c"]


def test_removing_every_row_leaves_an_empty_object() -> None:
    changed = made([], closed=False)
    assert changed == {"$schema": SCHEMA["$schema"], "properties": {}, "type": "object"}


def test_new_rows_are_written_in_the_usual_order() -> None:
    new = Row("new", "d", "array-of-string", True, "more")
    part = made([*rows_of(SCHEMA), new])["properties"]["d"]
    assert json.dumps(part) == json.dumps(
        {"type": "array", "items": {"type": "string"}, "description": "more"}
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"type": "array"}, "of the type “object”"),
        ({"anyOf": []}, "“anyOf” of the schema"),
        ({"additionalProperties": {}}, "further parameters"),
        ({"required": ["q"]}, "“required”"),
        ({"properties": {"a": {"minimum": 3}}, "required": []}, "“minimum” of “a”"),
        ({"properties": {"a": {"type": ["string"]}}, "required": []}, "the type of “a”"),
        ({"properties": {"a": {"enum": [None]}}, "required": []}, "allowed values of “a”"),
        ({"properties": {"a": {"type": "integer", "enum": [True]}}, "required": []}, "values"),
        ({"properties": {"": {}}, "required": []}, "a name of one line"),
        ({"properties": []}, "“properties”"),
    ],
)
def test_what_rows_cannot_show_has_a_reason(change: dict[str, Any], words: str) -> None:
    assert words in why_not(SCHEMA | change)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (Row("1", "", description="x"), "a name"),
        (Row("1", "a"), "Two parameters are called “a”"),
        (Row("1", "n", "integer", enum="1\n1.5"), "whole numbers"),
        (Row("1", "n", "boolean", enum="true"), "Only texts and numbers"),
    ],
)
def test_unusable_rows_are_explained(row: Row, words: str) -> None:
    [problem] = row_problems([Row("0", "a"), row])
    assert words in problem.sentence


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("additionalProperties", "No other parameters: Odd."),
        ("properties.a.additionalProperties", "Parameter “a”: Odd."),
        ("properties.a.items.additionalProperties", "Parameter “a”: Odd."),
        ("properties.additionalProperties", "Odd."),
        ("properties.a.enum", "Odd."),
        ("", "Odd."),
    ],
)
def test_a_rule_that_rows_can_break_names_its_field(path: str, sentence: str) -> None:
    assert with_field(path, "Odd.") == sentence


def test_a_row_in_which_nothing_is_written_waits() -> None:
    assert row_problems([Row("1")]) == []
    assert made([*rows_of(SCHEMA), Row("x")])["properties"] == SCHEMA["properties"]
