"""Tools, their choice, their calls and their results; structured output."""

from __future__ import annotations

from typing import Any

from .pieces import (
    CACHED,
    CACHED_LONG,
    CLOCK,
    LATEST,
    OLD,
    SAMPLED,
    WEATHER,
    Json,
    ask,
    assistant,
    found,
    image,
    pdf,
    plain,
    request,
    result,
    text,
    thought,
    use,
    user,
)
from .texts import TEXTS

_SERVER_TOOLS: list[Json] = [
    {"type": "web_search_20250305", "name": "web_search"},
    {"type": "web_search_20260318", "name": "web_search", "max_uses": 3}
    | {"allowed_domains": ["example.org"], "response_inclusion": "excluded"}
    | {"user_location": {"type": "approximate", "city": "Łódź", "timezone": "Europe/Warsaw"}},
    {"type": "web_fetch_20250910", "name": "web_fetch", "citations": {"enabled": True}},
    {"type": "web_fetch_20260318", "name": "web_fetch", "max_content_tokens": 5000}
    | {"blocked_domains": ["a.example"], "use_cache": False},
    {"type": "code_execution_20250825", "name": "code_execution"},
    {"type": "code_execution_20260521", "name": "code_execution"} | CACHED,
    {"type": "tool_search_tool_regex_20251119", "name": "tool_search_tool_regex"},
    {"type": "tool_search_tool_bm25_20251119", "name": "tool_search_tool_bm25"},
    {"type": "bash_20250124", "name": "bash"},
    {"type": "text_editor_20250728", "name": "str_replace_based_edit_tool", "max_characters": 9},
    {"type": "text_editor_20250124", "name": "str_replace_editor"},
    {"type": "memory_20250818", "name": "memory"},
    {"type": "computer_toolset_20260801", "display_width_px": 1024, "display_height_px": 768},
    {"type": "browser_toolset_20260801"},
    {"type": "hologram_20270101", "name": "hologram", "depth": 1.5},
]

_SCHEMAS: dict[str, Json] = {
    "flat": {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "age": {"type": "integer"},
            "score": {"type": "number"},
            "ok": {"type": "boolean"},
            "none": {"type": "null"},
        },
        "required": ["name", "age"],
        "additionalProperties": False,
    },
    "nested": {
        "type": "object",
        "properties": {
            "people": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"name": {"type": "string", "description": 'A "name"'}},
                    "required": ["name"],
                    "additionalProperties": False,
                },
            },
            "mood": {"type": "string", "enum": ["good", "so so", "bad\n"]},
            "kind": {"const": "x"},
        },
        "required": ["people", "mood", "kind"],
        "additionalProperties": False,
    },
    "of references": {
        "$defs": {
            "Point": {"type": "object", "properties": {"x": {"type": "number"}}}
            | {"required": ["x"], "additionalProperties": False}
        },
        "type": "object",
        "properties": {"from": {"$ref": "#/$defs/Point"}, "to": {"$ref": "#/$defs/Point"}},
        "required": ["from"],
        "additionalProperties": False,
    },
    "of choices": {
        "type": "object",
        "properties": {
            "value": {"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]},
            "at": {"type": "string", "format": "date-time"},
            "code": {"type": "string", "pattern": "^[A-Z]{2}\\d+$"},
            "size": {"type": ["integer", "null"], "default": 1},
        },
        "required": ["value"],
        "additionalProperties": False,
    },
    "of odd names": {
        "type": "object",
        "title": "An answer",
        "properties": {
            "class": {"type": "string"},
            "a-b": {"type": "string"},
            "größe": {"type": "string"},
            "2nd": {"type": "string"},
            "_private": {"type": "string"},
            "": {"type": "string"},
            "model_config": {"type": "string"},
            "10": {"type": "string"},
            "1": {"type": "string"},
        },
        "additionalProperties": False,
    },
    "of nothing": {"type": "object", "properties": {}, "additionalProperties": False},
    "of a list": {"type": "array", "items": {"type": "string"}},
    "of unsupported words": {
        "type": "object",
        "properties": {"age": {"type": "integer", "minimum": 0, "maximum": 150}},
        "x-more": {"a": [True, None, 1.5]},
    },
}


def structured(schema: Any, **more: Any) -> Json:
    return {"output_config": {"format": {"type": "json_schema", "schema": schema} | more}}


def _with_tools(*tools: Json, **more: Any) -> Any:
    return ask("What time is it?", tools=list(tools), **more)


def _called(*results: Json, uses: tuple[Json, ...] = (), **more: Any) -> Any:
    turns = user("Hi"), assistant(*(uses or (use(city="Oslo"),))), user(*results)
    return request(*turns, tools=[CLOCK, WEATHER], **more)


REQUESTS = {
    "tools: one": _with_tools(CLOCK),
    "tools: two": _with_tools(CLOCK, WEATHER),
    "tools: none": ask(tools=[]),
    "tools: without a description": _with_tools({"name": "a", "input_schema": {"type": "object"}}),
    "tools: with every field": _with_tools(
        CLOCK
        | {"type": "custom", "strict": True, "input_examples": [{"city": "Oslo"}, {}]}
        | {"defer_loading": True, "eager_input_streaming": None, "allowed_callers": ["direct"]}
        | CACHED_LONG
    ),
    "tools: of every kind at once": _with_tools(CLOCK, *_SERVER_TOOLS),
    **{f"tools: {tool['type']}": _with_tools(tool) for tool in _SERVER_TOOLS},
    "tools: server and client": _with_tools(_SERVER_TOOLS[0], CLOCK, WEATHER),
    "tools: names that are no identifiers": _with_tools(
        *(CLOCK | {"name": name} for name in ("class", "get-time", "2nd", "_x", "print", "def"))
    ),
    "tools: names that differ in a sign": _with_tools(
        *(CLOCK | {"name": name} for name in ("get-time", "get_time", "getTime", "GET_TIME"))
    ),
    "tools: name that is refused": _with_tools(CLOCK | {"name": 'it\'s "a" tool\n'}),
    "tools: hostile description": _with_tools(CLOCK | {"description": TEXTS["three of both"]}),
    "tools: long description": _with_tools(CLOCK | {"description": TEXTS["Markdown"] * 3}),
    "tools: schema of odd names": _with_tools(CLOCK | {"input_schema": _SCHEMAS["of odd names"]}),
    "tools: schema of references": _with_tools(CLOCK | {"input_schema": _SCHEMAS["of references"]}),
    "tools: schema of choices": _with_tools(CLOCK | {"input_schema": _SCHEMAS["of choices"]}),
    "tools: schema that is none": _with_tools(CLOCK | {"input_schema": "?"}),
    "tools: tool that is none": ask(tools=["?", None, CLOCK]),
    "tools: fifty": _with_tools(*(CLOCK | {"name": f"clock_{number}"} for number in range(50))),
    "tools: choice auto": _with_tools(CLOCK, tool_choice={"type": "auto"}),
    "tools: choice any": _with_tools(CLOCK, tool_choice={"type": "any"}, model=SAMPLED),
    "tools: choice of one": _with_tools(
        CLOCK, tool_choice={"type": "tool", "name": "get_time"}, model=SAMPLED
    ),
    "tools: choice none": _with_tools(CLOCK, tool_choice={"type": "none"}),
    "tools: one call at most": _with_tools(
        CLOCK, tool_choice={"type": "auto", "disable_parallel_tool_use": True}
    ),
    "tools: choice that is unknown": _with_tools(CLOCK, tool_choice={"type": "some", "of": [1]}),
    "tools: answered": _called(result()),
    "tools: answered with an error": _called(result(content="no 'such' city", is_error=True)),
    "tools: answered with nothing": _called({"type": "tool_result", "tool_use_id": "toolu_01"}),
    "tools: answered with an empty text": _called(result(content="")),
    "tools: answered with blocks": _called(
        result(content=[text("a"), image(), pdf(), plain("b"), found("c")]), text("And?")
    ),
    "tools: answered with a reference": _called(
        result(content=[{"type": "tool_reference", "tool_name": "get_time"}])
    ),
    "tools: answered hostile": _called(result(content=TEXTS["shell"] + TEXTS["Python"])),
    "tools: answered, cached": _called(result(**CACHED)),
    "tools: called without input": _called(result(), uses=(use(),)),
    "tools: called twice at once": _called(
        result(), result("toolu_02", "sun"), uses=(use(), use("toolu_02", "get-weather", unit="C"))
    ),
    "tools: called with deep input": _called(
        result(), uses=(use(a={"b": [1, 2.5, None, True, {"c": "d\n"}]}, **{"e f": "“g”"}),)
    ),
    "tools: called by code": _called(
        result(), uses=(use(city="x") | {"caller": {"type": "direct"}, "toolset_name": None},)
    ),
    "tools: two rounds": request(
        user("Hi"),
        assistant(thought(), use()),
        user(result()),
        assistant(thought("More."), "Then:", use("toolu_02", "get-weather", unit="F")),
        user(result("toolu_02", [text("sun")])),
        tools=[CLOCK, WEATHER],
        thinking={"type": "adaptive", "display": "summarized"},
    ),
    **{f"structured: {name}": ask(**structured(schema)) for name, schema in _SCHEMAS.items()},
    "structured: with an effort": ask(
        output_config={"effort": "low"} | structured(_SCHEMAS["flat"])["output_config"]
    ),
    "structured: with tools": _with_tools(CLOCK, **structured(_SCHEMAS["nested"])),
    "structured: with thinking": ask(
        thinking={"type": "adaptive"}, **structured(_SCHEMAS["nested"]), api_version=OLD
    ),
    "structured: format with an unknown key": ask(**structured(_SCHEMAS["flat"], name="Person")),
    "structured: format that is unknown": ask(output_config={"format": {"type": "grammar"}}),
    "structured: schema that is none": ask(**structured(True)),
    "structured: old field": ask(
        output_format={"type": "json_schema", "schema": _SCHEMAS["flat"]},
        betas=("structured-outputs-2025-11-13",),
        model=LATEST,
    ),
}
