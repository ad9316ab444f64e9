"""Values made up for JSON schemas and patterns."""

import re
import time

import pytest

from workbench.simulator.patterns import text_matching
from workbench.simulator.schemas import example_of


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "integer"}, 7),
        ({"type": "number"}, 2.5),
        ({"type": "boolean"}, True),
        ({"type": "null"}, None),
        ({"type": ["string", "null"]}, "simulated value"),
        ({"enum": ["b", "a"]}, "b"),
        ({"const": 3}, 3),
        ({"anyOf": [{"type": "null"}, {"type": "string"}]}, None),
        ({"type": "array", "items": {"type": "integer"}, "minItems": 1}, [7]),
        ({"type": "string", "format": "date"}, "2026-11-20"),
        ({"type": "string", "format": "uuid"}, "123e4567-e89b-42d3-a456-426614174000"),
    ],
)
def test_each_kind_of_schema_gets_a_value_that_fits(schema, value):
    assert example_of(schema) == value


def test_references_and_all_of_are_followed():
    schema = {
        "$defs": {
            "name": {"type": "object", "properties": {"name": {"type": "string"}}},
            "size": {"enum": ["small", "large"]},
        },
        "allOf": [
            {"$ref": "#/$defs/name"},
            {"type": "object", "properties": {"size": {"$ref": "#/$defs/size"}}},
        ],
    }
    assert example_of(schema) == {"name": "simulated name", "size": "small"}


@pytest.mark.parametrize(
    "part",
    [
        {"$ref": "#"},
        {"allOf": [{"$ref": "#"}]},
        {"anyOf": [{"$ref": "#"}]},
        {"type": "array", "items": {"$ref": "#"}},
        {"$ref": "#/properties/a"},
    ],
)
def test_a_schema_that_refers_to_itself_ends(part):
    names = "abcdefgh"
    value = example_of({"type": "object", "properties": dict.fromkeys(names, part)})
    assert list(value) == list(names)


def test_a_schema_that_doubles_at_every_level_ends():
    definitions = {}
    for level in range(40):
        pair = {"$ref": f"#/$defs/{level + 1}"}
        definitions[str(level)] = {"type": "object", "properties": {"a": pair, "b": pair}}
    assert "a" in example_of({"$ref": "#/$defs/0", "$defs": definitions})


@pytest.mark.parametrize(
    "pattern",
    [
        r"^[A-Z]{3}-\d{4}$",
        r"^(red|green|blue)$",
        r"^\+?[0-9]{7,15}$",
        r"^[^a-zA-Z0-9]+$",
        r"a.c",
        r"^(?:v)?\d+\.\d+\.\d+$",
        r"^[\]\-x]{2}$",
        r"",
    ],
)
def test_the_text_made_for_a_pattern_matches_it(pattern):
    assert re.search(pattern, text_matching(pattern))


@pytest.mark.parametrize(
    "pattern",
    [
        *("[", "(", "a{2", "*", "\\", "((a{999}){999}){999}", "(?=a)b"),
        *("a{99999999999999}", f"a{{{'9' * 5_000}}}"),
    ],
)
def test_a_pattern_that_cannot_be_served_gives_no_endless_text(pattern):
    assert len(text_matching(pattern)) <= 2000
    assert isinstance(example_of({"type": "string", "pattern": pattern}), str)


def test_no_pattern_holds_the_process_up():
    began = time.process_time()
    text_matching(r"^(a|a){26}\Zb")
    assert time.process_time() - began < 0.5  # seconds; trying it took more than two
