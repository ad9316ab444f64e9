"""Structured answers: the models read what their schema allows."""

import ast

import pydantic
import pytest

from workbench.export.python.models import InexpressibleError, models_of
from workbench.export.python.names import Names
from workbench.export.source import Options, Source
from workbench.export.targets import generate
from workbench.messages_api import MessageRequest

TEXT = {"type": "string"}
POINT = {
    "type": "object",
    "properties": {"x": {"type": "integer"}, "y": {"type": "number"}},
    "required": ["x"],
    "additionalProperties": False,
}
SCHEMA = {
    "type": "object",
    "properties": {
        "name": TEXT,
        "a b": TEXT,
        "schema": {"type": "boolean"},
        "class": {"anyOf": [TEXT, {"type": "null"}]},
        "mood": {"type": "string", "enum": ["good", "bad"]},
        "points": {"type": "array", "items": POINT},
        "Home": {"$ref": "#/$defs/home"},
    },
    "required": ["name", "a b", "schema", "class", "mood", "points", "Home"],
    "$defs": {"home": {"type": "object", "properties": {"city": TEXT}}},
}
ANSWER = {
    "name": "n",
    "a b": "c",
    "schema": True,
    "class": None,
    "mood": "good",
    "points": [{"x": 1, "y": 0.5}, {"x": 2}],
    "Home": {"city": "Oslo"},
}


def model_of(schema):
    """The class for ``schema``, made by its source text."""
    models = models_of(schema, Names(()))
    imports = [f"from {module} import {name}" for module, name in models.members]
    space = {"__name__": "models"}
    exec("\n".join([*imports, *models.classes]), space)
    return space[models.root]


def test_a_model_reads_an_answer_and_gives_it_back():
    answer = model_of(SCHEMA).model_validate(ANSWER)
    assert answer.model_dump(by_alias=True, exclude_unset=True) == ANSWER


def test_what_may_be_missing_is_typed_as_that():
    assert models_of(POINT, Names(())).classes == [
        "class Answer(BaseModel):\n    x: int\n    y: float | None = None"
    ]


@pytest.mark.parametrize(
    "change",
    [{"name": None}, {"mood": "odd"}, {"points": [{"y": 1}]}, {"schema": "maybe"}, {"Home": 1}],
)
def test_a_model_refuses_what_the_schema_refuses(change):
    with pytest.raises(pydantic.ValidationError):
        model_of(SCHEMA).model_validate(ANSWER | change)


def of(schema):
    return {"type": "object", "properties": {"part": schema}}


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        (TEXT, "object with properties"),
        (of({}), "without a type"),
        (of({"type": "array"}), "without a type"),
        (of({"type": "object"}), "without a type"),
        (of({"enum": ["a", 1]}), "a choice"),
        (of({"enum": []}), "a choice"),
        (of({"$ref": "#/$defs/none"}), "what is not in it"),
        (of({"$ref": "http://example.com"}), "what is not in it"),
        (of({"$ref": "#/$defs/a"}) | {"$defs": {"a": of({"$ref": "#/$defs/a"})}}, "to itself"),
        (of({"enum": ["a" * 40, "b" * 40]}), "fit in a line"),
        ({"properties": {"a b": TEXT, "a-b": TEXT}}, "another property"),
    ],
)
def test_a_schema_that_no_model_expresses_is_said_and_stays_a_parameter(schema, why):
    with pytest.raises(InexpressibleError, match=why):
        models_of(schema, Names(()))
    export = structured(schema)
    assert any(why in note for note in export.notes)
    assert "output_format" not in export.files[0].text
    assert "    output_config=" in export.files[0].text


def structured(schema, **options):
    body = {
        "model": "claude-opus-5-5",
        "max_tokens": 100,
        "messages": [],
        "inference_geo": "us",
        "output_config": {"format": {"type": "json_schema", "schema": schema}},
    }
    request = MessageRequest("2026-10-21", (), body)
    return generate(Source(request), "python-2", Options(structured=True, **options))


@pytest.mark.parametrize("streaming", [True, False])
def test_the_schema_of_the_screen_is_what_is_sent(streaming):
    export = structured(SCHEMA, streaming=streaming)
    tree = ast.parse(export.files[0].text)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    call = next(call for call in calls if ast.unparse(call.func).startswith("client.messages."))
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    extra = ast.literal_eval(given["extra_body"])
    assert extra["output_config"] == {"format": {"type": "json_schema", "schema": SCHEMA}}
    assert "output_config" not in given
    assert ast.unparse(given["output_format"]) == "Answer"
    # `parse` has no argument for it, `stream` has
    assert ("inference_geo" in given) == streaming
    assert ("inference_geo" in extra) == (not streaming)


def test_a_request_without_a_schema_has_no_model_and_a_note():
    request = MessageRequest("2026-10-21", (), {"model": "m", "max_tokens": 1, "messages": []})
    export = generate(Source(request), "python-2", Options(structured=True))
    assert "pydantic" not in export.files[0].text
    assert export.notes == (
        "There is no model for the schema of the answer: the request has none.",
    )
