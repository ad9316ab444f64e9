"""What is refused in tools, tool_choice and the schemas of structured outputs."""

from typing import Any

import pytest

from .examples import found, tool

CLOSED = {"type": "object", "properties": {}, "additionalProperties": False}


@pytest.mark.parametrize(
    ("tools", "path"),
    [
        ([tool("get_weather"), tool("clock-2", type="custom")], None),
        ({}, "tools"),
        (["clock"], "tools.0"),
        ([tool("")], "tools.0.name"),
        ([tool("get weather")], "tools.0.name"),
        ([tool("uhr_ä")], "tools.0.name"),
        ([tool("clock\n")], "tools.0.name"),
        ([tool("a" * 65)], "tools.0.name"),
        ([tool("a" * 64)], None),
        ([{"input_schema": {"type": "object"}}], "tools.0.name"),
        ([{"name": "clock"}], "tools.0.input_schema"),
        ([tool("clock", input_schema={"type": "array"})], "tools.0.input_schema.type"),
        ([tool("clock"), tool("clock")], "tools.1.name"),
        ([{"type": "web_search_20260318", "name": "web_search"}], None),
        ([{"type": "computer_toolset_20260801"}], None),
        ([{"type": "computer_toolset_20260801", "strict": True}], "tools.0.strict"),
        (
            [{"type": "web_search_20260318", "allowed_domains": ["a"], "blocked_domains": ["b"]}],
            "tools.0.blocked_domains",
        ),
        ([tool("clock", strict=True)], "tools.0.input_schema.additionalProperties"),
        ([tool("clock", strict=True, input_schema=CLOSED)], None),
        ([tool(f"t{n}", strict=True, input_schema=CLOSED) for n in range(21)], "tools"),
    ],
)
def test_tools_are_named_described_and_unique(tools: Any, path: str | None) -> None:
    assert list(found(tools=tools)) == ([path] if path else [])


@pytest.mark.parametrize(
    ("model", "choice", "path"),
    [
        ("claude-opus-5", {"type": "tool", "name": "clock"}, None),
        ("claude-haiku-5-5", {"type": "any"}, None),
        ("claude-opus-5-5", {"type": "auto", "disable_parallel_tool_use": True}, None),
        ("claude-opus-5-5", {"type": "none"}, None),
        ("claude-opus-5-5", {"type": "any"}, "tool_choice.type"),
        ("claude-sonnet-5-5", {"type": "tool", "name": "clock"}, "tool_choice.type"),
        ("claude-fable-5-1", {"type": "any"}, "tool_choice.type"),
        ("claude-mythos-preview", {"type": "any"}, "tool_choice.type"),
        ("claude-fable-5-2", {"type": "any"}, None),
        ("claude-opus-5", {"type": "tool", "name": "watch"}, "tool_choice.name"),
        ("claude-opus-5", {"type": "tool"}, "tool_choice.name"),
        ("claude-opus-5", {"type": "must"}, "tool_choice"),
        ("claude-opus-5", {"type": ["any"]}, "tool_choice"),
        ("claude-opus-5", "auto", "tool_choice"),
        (
            "claude-opus-5",
            {"type": "auto", "disable_parallel_tool_use": "no"},
            "tool_choice.disable_parallel_tool_use",
        ),
    ],
)
def test_tool_choice_depends_on_the_model_and_the_tools(
    model: str, choice: Any, path: str | None
) -> None:
    paths = list(found(model=model, tools=[tool("clock")], tool_choice=choice))
    assert paths == ([path] if path else [])


def test_manual_thinking_excludes_a_forced_tool() -> None:
    paths = found(
        model="claude-sonnet-4-5",
        max_tokens=4096,
        thinking={"type": "enabled", "budget_tokens": 1024},
        tools=[tool("clock")],
        tool_choice={"type": "any"},
    )
    assert list(paths) == ["tool_choice.type"]


def test_any_tool_needs_a_tool() -> None:
    assert list(found(model="claude-opus-5", tool_choice={"type": "any"})) == ["tool_choice.type"]


def test_a_toolset_may_bring_the_named_tool() -> None:
    toolset = {"type": "browser_toolset_20260801"}
    choice = {"type": "tool", "name": "click"}
    assert found(model="claude-opus-5", tools=[toolset], tool_choice=choice) == {}


def schema_paths(schema: Any) -> list[str]:
    """Return the problems of an output format, with paths that begin at the schema."""
    config = {"format": {"type": "json_schema", "schema": schema}}
    prefix = "output_config.format.schema"
    return [path.removeprefix(prefix).removeprefix(".") for path in found(output_config=config)]


def holding(**properties: Any) -> dict[str, Any]:
    return CLOSED | {"properties": properties}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (holding(name={"type": "string", "format": "email"}, age={"type": "integer"}), []),
        (holding(minimum={"type": "string"}), []),
        (holding(list={"type": "array", "minItems": 1, "items": {"type": "null"}}), []),
        ({"type": "object"}, ["additionalProperties"]),
        (CLOSED | {"additionalProperties": True}, ["additionalProperties"]),
        (holding(a={"type": ["object", "null"]}), ["properties.a.additionalProperties"]),
        (holding(a={"minimum": 0}), ["properties.a.minimum"]),
        (holding(a={"maxLength": 5}), ["properties.a.maxLength"]),
        (holding(a={"items": {"multipleOf": 5}}), ["properties.a.items.multipleOf"]),
        (holding(a={"minItems": 2}), ["properties.a.minItems"]),
        (holding(a={"enum": ["x", 1, None]}), []),
        (holding(a={"enum": [{"x": 1}]}), ["properties.a.enum"]),
        (holding(a={"pattern": "^[a-z]+$"}), []),
        (holding(a={"pattern": "(?=x)"}), ["properties.a.pattern"]),
        (holding(a={"pattern": r"\bx"}), ["properties.a.pattern"]),
        (holding(a={"pattern": r"\\b"}), []),
        (holding(a={"pattern": r"\\\b"}), ["properties.a.pattern"]),
        (holding(a={"pattern": "(?P<n>x)(?P=n)"}), ["properties.a.pattern"]),
        (holding(a={"$ref": "#anchor"}), []),
        (holding(a={"$ref": "#/$defs/x~1y%20z"}) | {"$defs": {"x/y z": {}}}, []),
        (holding(a={"pattern": r"(x)\1"}), ["properties.a.pattern"]),
        (
            holding(a={"anyOf": [{"type": "string"}, {"maximum": 3}]}),
            ["properties.a.anyOf.1.maximum"],
        ),
        (holding(a={"$ref": "#/$defs/b"}) | {"$defs": {"b": {"type": "string"}}}, []),
        (holding(a={"$ref": "#/$defs/c"}) | {"$defs": {"b": {}}}, ["properties.a.$ref"]),
        (holding(a={"$ref": "https://example.org/s"}), ["properties.a.$ref"]),
        (holding(a={"$ref": "#"}), [""]),
        (
            holding(a={"$ref": "#/$defs/b"}) | {"$defs": {"b": {"items": {"$ref": "#/$defs/b"}}}},
            [""],
        ),
        (
            {"allOf": [{"$ref": "#/$defs/b"}], "$defs": {"b": {"type": "string"}}},
            ["allOf.0"],
        ),
        (5, [""]),
    ],
)
def test_a_schema_keeps_to_the_supported_part(schema: Any, expected: list[str]) -> None:
    assert schema_paths(schema) == expected


@pytest.mark.parametrize(
    "value", ["json", {"type": "xml"}, {"type": "json_schema", "schema": None}]
)
def test_an_output_format_has_one_form(value: Any) -> None:
    (path,) = found(output_config={"format": value})
    assert path.startswith("output_config.format")


def test_a_very_deep_schema_is_only_walked() -> None:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(2000):
        schema = {"items": schema}
    assert schema_paths(schema) == []


def test_a_long_chain_of_references_is_no_circle() -> None:
    links = {f"d{n}": {"$ref": f"#/$defs/d{n + 1}"} for n in range(3000)}
    schema = {"$ref": "#/$defs/d0", "$defs": links | {"d3000": {"type": "string"}}}
    assert schema_paths(schema) == []
