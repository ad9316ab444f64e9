"""The description in OpenAPI: of every address, and true of every answer."""

from __future__ import annotations

import pytest
from django.test import Client
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from workbench.api import urls
from workbench.api.description import READINGS, description
from workbench.prompts.models import SystemPrompt, SystemPromptVersion

DOCUMENT = "urn:description"


def validator(name):
    document = description()
    resource = Resource.from_contents(document, default_specification=DRAFT202012)
    registry = Registry().with_resource(DOCUMENT, resource)
    schema = {"$ref": f"{DOCUMENT}#/components/schemas/{name}"}
    return Draft202012Validator(schema, registry=registry)


def test_it_describes_every_address_and_no_other():
    described = set(description()["paths"])
    routes = {str(entry.pattern) for entry in urls.urlpatterns}
    plain = {
        route.replace("<slug:slug>", "{slug}").replace("<slug:sha256>", "{sha256}")
        for route in routes
    }
    assert described == {f"/api/v1/{route}" for route in plain}


def test_it_is_served_to_everybody_as_json():
    answer = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    assert answer.json() == description()
    assert answer.json()["openapi"] == "3.1.0"
    assert Client().post("/api/v1/openapi.json").status_code == 405


def test_every_schema_is_one_and_every_reference_leads_somewhere():
    document = description()
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    for found in _references(document):
        assert found.removeprefix("#/components/schemas/") in document["components"]["schemas"]


def test_every_parameter_of_a_path_is_described_and_every_operation_has_a_name_of_its_own():
    names = set()
    for path, item in description()["paths"].items():
        operation = item["get"]
        names.add(operation["operationId"])
        placed = [p for p in operation.get("parameters", []) if p["in"] == "path"]
        assert all(parameter["required"] for parameter in placed)
        assert {p["name"] for p in placed} == {
            part.strip("{}") for part in path.split("/") if part.startswith("{")
        }
        assert all({"name", "in", "schema"} <= set(p) for p in operation.get("parameters", []))
        assert all(response["description"] for response in operation["responses"].values())
    assert len(names) == len(description()["paths"])


@pytest.mark.parametrize("reading", READINGS, ids=lambda reading: reading.path)
def test_the_parameters_described_are_those_that_are_known(read, greeting, reading):
    """Each one is asked for alone: an unknown one is named in the refusal."""
    if not reading.answer:
        return
    path = reading.path.removeprefix("/api/v1/").replace("{slug}", "greeting")
    known = [each["name"] for each in reading.parameters if each["in"] == "query"]
    for name in known:
        name = "var.NAME" if name == "variables" else name
        assert "no parameter" not in read(f"{path}?{name}=1").content.decode()
    sentence = read(f"{path}?nothing=1").json()["error"]["message"]
    listed = sentence.partition("only: ")[2].rstrip(".").split(", ")
    assert sorted(listed) == sorted("var.NAME" if n == "variables" else n for n in known)


def test_every_answer_is_as_described(read, greeting, acme, make):
    system = SystemPrompt.objects.create(team=acme, name="Tone", slug="tone", latest_number=1)
    SystemPromptVersion.objects.create(
        team=acme, system_prompt=system, number=1, text="Be kind.", content_hash="a"
    )
    make("Empty")
    tried = 0
    for path, name in [
        ("prompts/", "Prompts"),
        ("prompts/?limit=1", "Prompts"),
        ("prompts/greeting/", "PromptRead"),
        ("prompts/greeting/?label=production", "PromptRead"),
        ("prompts/greeting/versions/?limit=2", "PromptVersions"),
        ("system-prompts/", "SystemPrompts"),
        ("system-prompts/tone/", "SystemPromptRead"),
        ("prompts/nothing/", "Error"),
        ("prompts/greeting/?var.NAME=", "Error"),
        ("prompts/greeting/?lable=1", "Error"),
    ]:
        answer = read(path)
        assert (name == "Error") == (answer.status_code >= 400), path
        validator(name).validate(answer.json())
        tried += 1
    assert tried == 10


def test_a_schema_notices_what_is_not_described():
    assert not validator("Error").is_valid({"error": {"type": "x"}})
    assert not validator("File").is_valid({"sha256": "a", "url": "b", "more": 1})


def _references(value):
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _references(item)
