"""Tools and calls of tools in the form of the chat-completions API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .loose_json import read_json
from .remarks import Remarks

_CHOICES = {"auto": "auto", "none": "none", "required": "any", "any": "any"}


@dataclass
class Tools:
    """The tools and the choice among them, as the Messages API has them."""

    tools: list[dict[str, Any]] = field(default_factory=list)
    choice: dict[str, Any] | None = None


def read_tools(body: Mapping[str, Any], remarks: Remarks) -> Tools:
    """Return the tools that `body` declares, in the newer or the older form."""
    found = Tools()
    for tool in _items(body.get("tools")):
        found.tools += _tool(tool, remarks)
    for function in _items(body.get("functions")):
        found.tools += _function(function, remarks)
    found.choice = _choice(body.get("tool_choice", body.get("function_call")), remarks)
    if body.get("parallel_tool_calls") is False:
        if found.tools:
            choice = found.choice or {"type": "auto"}
            found.choice = {**choice, "disable_parallel_tool_use": True}
            remarks.changed("parallel_tool_calls became tool_choice.disable_parallel_tool_use.")
        else:
            remarks.left_out("parallel_tool_calls means nothing without tools.")
    if found.choice and not found.tools:
        remarks.left_out("tool_choice means nothing without tools.", found.choice)
        found.choice = None
    return found


def tool_uses(message: Mapping[str, Any], own_id: str, remarks: Remarks) -> list[dict[str, Any]]:
    """Return the calls of an assistant's turn; `own_id` is for one that has no id."""
    found: list[dict[str, Any]] = []
    for number, call in enumerate(_items(message.get("tool_calls"))):
        function = call.get("function") if isinstance(call, Mapping) else None
        if not isinstance(call, Mapping) or not isinstance(function, Mapping):
            remarks.not_understood("This call of a tool was not understood.", call)
            continue
        call_id = call.get("id")
        if not isinstance(call_id, str) or not call_id:
            call_id = f"{own_id}_{number}"
        found.append(_use(function, call_id, remarks))
    old = message.get("function_call")
    if isinstance(old, Mapping):
        found.append(_use(old, own_id, remarks))
    return found


def arguments_of(written: object, name: str, remarks: Remarks) -> dict[str, Any]:
    """Return the input of a call: the object that its arguments write."""
    if isinstance(written, Mapping):
        return dict(written)
    if written is None or (isinstance(written, str) and not written.strip()):
        return {}
    found = read_json(written) if isinstance(written, str) else None
    if found is None or not isinstance(found.value, dict):
        remarks.not_understood(f"The arguments of a call of {name[:64]} are no object.", written)
        return {}
    remarks.all += found.remarks
    return found.value


def _use(function: Mapping[str, Any], call_id: str, remarks: Remarks) -> dict[str, Any]:
    name = function.get("name")
    name = name if isinstance(name, str) else ""
    inputs = arguments_of(function.get("arguments"), name, remarks)
    return {"type": "tool_use", "id": call_id, "name": name, "input": inputs}


def _tool(tool: object, remarks: Remarks) -> Iterator[dict[str, Any]]:
    if isinstance(tool, Mapping) and isinstance(tool.get("function"), Mapping):
        rest = {key: tool[key] for key in ("cache_control",) if tool.get(key)}
        yield from ({**each, **rest} for each in _function(tool["function"], remarks))
    elif isinstance(tool, Mapping) and "input_schema" in tool:
        yield dict(tool)  # a tool of the Messages API, as some gateways take it
    elif isinstance(tool, Mapping) and tool.get("type") == "function":
        yield from _function(tool, remarks)
    else:
        kind = tool.get("type") if isinstance(tool, Mapping) else None
        sentence = f"A tool of the type {str(kind)[:60]} has no equivalent here."
        remarks.left_out(sentence, tool)


def _function(function: object, remarks: Remarks) -> Iterator[dict[str, Any]]:
    if not isinstance(function, Mapping) or not isinstance(function.get("name"), str):
        remarks.not_understood("This tool has no name.", function)
        return
    found: dict[str, Any] = {"name": function["name"]}
    if isinstance(function.get("description"), str):
        found["description"] = function["description"]
    schema = function.get("parameters")
    if not isinstance(schema, Mapping):
        remarks.changed(f"{function['name'][:64]} got a schema without fields: it declares none.")
        schema = {"type": "object", "properties": {}}
    found["input_schema"] = schema
    if function.get("strict") is True:
        found["strict"] = True
    yield found


def _choice(value: object, remarks: Remarks) -> dict[str, Any] | None:
    if value is None:
        return None
    if isinstance(value, str) and value in _CHOICES:
        return {"type": _CHOICES[value]}
    if isinstance(value, Mapping):
        function = value.get("function")
        inner = function if isinstance(function, Mapping) else value
        kind = value.get("type")
        if isinstance(inner.get("name"), str) and kind in (None, "function", "tool"):
            return {"type": "tool", "name": inner["name"]}
        if kind in ("auto", "any", "none"):
            return dict(value)
    remarks.left_out("This choice of tools has no equivalent here.", value)
    return None


def _items(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
