"""Versions of prompts of Arize Phoenix as its API writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .chat_tools import arguments_of
from .markers import Style, f_string, mustache, plain
from .reading import FoundPrompt
from .remarks import Remarks, as_text
from .templates import as_turns, parameters_in, template_prompt

_STYLES: dict[str, Style] = {"MUSTACHE": mustache, "F_STRING": f_string, "FSTRING": f_string}
_ROLES = {"model": "assistant", "ai": "assistant"}
_CHOICES: dict[str, dict[str, Any]] = {
    "zero_or_more": {"type": "auto"},
    "one_or_more": {"type": "any"},
    "none": {"type": "none"},
}


def is_phoenix(value: object) -> bool:
    """Return whether `value` is a version of a prompt of Phoenix."""
    if not isinstance(value, Mapping):
        return False
    template = value.get("template")
    is_told = bool({"template_format", "templateFormat"} & value.keys())
    return is_told and isinstance(template, Mapping | str | list)


def read_phoenix(value: Mapping[str, Any], line: int | None = None) -> FoundPrompt:
    """Return the prompt with its variables, tools and parameters."""
    remarks = Remarks(line)
    template = value.get("template")
    kind = template.get("type") if isinstance(template, Mapping) else None
    if isinstance(template, Mapping):
        key = "template" if kind in ("string", "str") else "messages"
        template = template.get(key, template.get("template"))
    turns = [_turn(turn, remarks) for turn in as_turns(template)]
    parameters = _parameters(value, remarks)
    style = _STYLES.get(str(value.get("template_format", value.get("templateFormat"))).upper())
    prompt = template_prompt(turns, parameters, style or plain, remarks)
    said = value.get("description")
    return replace(prompt, description=said if isinstance(said, str) else "")


def _parameters(value: Mapping[str, Any], remarks: Remarks) -> dict[str, Any]:
    found: dict[str, Any] = {}
    model = value.get("model_name", value.get("modelName"))
    if isinstance(model, str) and model:
        found["model"] = model
    given = value.get("invocation_parameters", value.get("invocationParameters"))
    if isinstance(given, Mapping):
        # {"type": "anthropic", "anthropic": {…}}, or the parameters themselves.
        kind = given.get("type")
        inner = given.get(kind) if isinstance(kind, str) else None
        settings = inner if isinstance(inner, Mapping) else given
        found |= parameters_in(settings, remarks, "the invocation parameters", skipped=("type",))
        extra = found.pop("extra_body", None)
        if isinstance(extra, Mapping):
            found |= parameters_in(extra, remarks, "extra_body")
    _add_tools(found, value.get("tools"), remarks)
    wanted = value.get("response_format", value.get("responseFormat"))
    if isinstance(wanted, Mapping):
        found["response_format"] = wanted
    return found


def _add_tools(found: dict[str, Any], tools: object, remarks: Remarks) -> None:
    if isinstance(tools, list):
        found["tools"] = [_definition(tool) for tool in tools]
        return
    if not isinstance(tools, Mapping):
        return
    listed = tools.get("tools")
    if isinstance(listed, list) and listed:
        found["tools"] = [_definition(tool) for tool in listed]
    choice = tools.get("tool_choice")
    kind = choice.get("type") if isinstance(choice, Mapping) else None
    if isinstance(choice, Mapping) and kind == "specific_function":
        found["tool_choice"] = {"type": "tool", "name": choice.get("function_name")}
    elif isinstance(kind, str) and kind in _CHOICES:
        found["tool_choice"] = dict(_CHOICES[kind])
    elif choice is not None:
        remarks.not_understood("This choice of tools was not understood.", choice)
    if tools.get("disable_parallel_tool_calls") is True:
        found["parallel_tool_calls"] = False


def _definition(tool: object) -> object:
    """A tool; the interface of Phoenix puts it into an object of its own."""
    inner = tool.get("definition") if isinstance(tool, Mapping) else None
    return inner if isinstance(inner, Mapping) else tool


def _turn(turn: object, remarks: Remarks) -> object:
    """A turn as chat completions write it: calls beside the content, results as turns."""
    if not isinstance(turn, Mapping):
        return turn
    role = turn.get("role")
    role = str(role).lower() if isinstance(role, str) else role
    role = _ROLES.get(role, role) if isinstance(role, str) else role
    content = turn.get("content")
    if not isinstance(content, list):
        return {"role": role, "content": content}
    blocks = [_block(part, remarks) for part in content if isinstance(part, Mapping)]
    kept = [block for block in blocks if block is not None]
    if any(block["type"] == "tool_result" for block in kept):
        role = "user"
    only = kept[0] if len(kept) == 1 else None
    if only and only["type"] == "text":
        return {"role": role, "content": only["text"]}
    return {"role": role, "content": kept}


def _block(part: Mapping[str, Any], remarks: Remarks) -> dict[str, Any] | None:
    kind = part.get("type")
    inner = part.get(kind) if isinstance(kind, str) else None
    if kind == "text":
        text = inner.get("text") if isinstance(inner, Mapping) else part.get("text")
        return {"type": "text", "text": as_text(text)}
    if kind == "tool_call":
        call = part.get("tool_call")
        function = call if isinstance(call, Mapping) else {}
        return {
            "type": "tool_use",
            "id": as_text(part.get("tool_call_id")),
            "name": as_text(function.get("name")),
            "input": arguments_of(function.get("arguments"), "a tool", remarks),
        }
    if kind == "tool_result":
        result = part.get("tool_result")
        return {
            "type": "tool_result",
            "tool_use_id": as_text(part.get("tool_call_id")),
            "content": as_text(result),
        }
    remarks.not_understood("A part of a turn was not understood.", part)
    return None
