"""A stub for each client tool, and the functions that answer its calls."""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.export.python.docstrings import docstring, plain
from workbench.export.python.layout import Brackets, Code, Item, statement
from workbench.export.python.literals import expression, literal
from workbench.export.python.names import Names

_RUN_BY_US = ("bash_", "text_editor_", "memory_")
"""How the types of tools begin that the API knows and the program runs."""
_SETS = ("computer_", "browser_")
_TYPES = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "array": "list[Any]",
    "object": "dict[str, Any]",
}

_LONGEST_PARAMETER = 40

RUN_TOOLS = '''\
def run_tool(call: ToolUseBlock) -> ToolResultBlockParam:
    """Return what a tool answers, or its error for the model to read."""
    result: ToolResultBlockParam = {"type": "tool_result", "tool_use_id": call.id}
    try:
        result["content"] = TOOL_FUNCTIONS[call.name](**call.input)
    except Exception as error:
        result["content"] = repr(error)
        result["is_error"] = True
    return result


def run_tools(message: Message) -> list[ToolResultBlockParam]:
    """Return the results of all tool calls of an answer."""
    return [run_tool(block) for block in message.content if block.type == "tool_use"]'''


@dataclass
class Stubs:
    """The functions of the tools."""

    functions: list[str] = field(default_factory=list)
    table: str = ""
    """The statement with the function of each tool."""
    uses_any: bool = False
    notes: list[str] = field(default_factory=list)


def stubs_of(tools: Any, names: Names) -> Stubs:
    """The stubs for the client tools among ``tools``; none of them for none."""
    found = Stubs()
    entries = []
    for tool in _client_tools(tools, found):
        name = tool["name"]
        function = names.fresh(name)
        found.functions.append(_stub(tool, function, found))
        entries.append(Item(Code(function), f"{literal((name,))}: "))
    if entries:
        table = Brackets("{", tuple(entries), "}")
        found.table = statement("TOOL_FUNCTIONS: dict[str, Callable[..., str]] = ", table)
    return found


def _client_tools(tools: Any, found: Stubs) -> Iterable[Mapping[str, Any]]:
    names = set()
    for tool in tools if isinstance(tools, list) else []:
        kind = tool.get("type") or "custom" if isinstance(tool, dict) else ""
        if not isinstance(kind, str):
            continue
        if kind.startswith(_SETS):
            found.notes.append(
                f"The calls of “{kind}” are answered with an error: add a function for each of "
                "its tools to TOOL_FUNCTIONS."
            )
        name = tool.get("name") if kind == "custom" or kind.startswith(_RUN_BY_US) else None
        if isinstance(name, str) and name and name not in names:
            names.add(name)
            yield tool


def _stub(tool: Mapping[str, Any], function: str, found: Stubs) -> str:
    head = statement("", Brackets(f"def {function}(", _parameters(tool, found), ") -> str:"))
    description = tool.get("description")
    summary = plain(description) if isinstance(description, str) else ""
    answer = expression((f"Put in here what {tool['name']} answers.",))
    lines = [head, docstring(summary)] if summary else [head]
    return "\n".join([*lines, statement("return ", answer, indent=4)])


def _parameters(tool: Mapping[str, Any], found: Stubs) -> tuple[Item, ...]:
    schema = tool.get("input_schema")
    properties = schema.get("properties") if isinstance(schema, dict) else None
    if not isinstance(properties, dict) or not all(map(_is_parameter, properties)):
        found.uses_any = True
        return (Item(Code("**values: Any")),)
    required = schema.get("required") if isinstance(schema, dict) else None
    needed = [key for key in properties if isinstance(required, list) and key in required]
    items = []
    for key in [*needed, *(key for key in properties if key not in needed)]:
        kind = _type_of(properties[key])
        found.uses_any = found.uses_any or "Any" in kind
        if key in needed or kind == "Any":
            default = "" if key in needed else " = None"
            items.append(Item(Code(f"{key}: {kind}{default}")))
        else:
            items.append(Item(Code(f"{key}: {kind} | None = None")))
    return tuple(items)


def _is_parameter(name: str) -> bool:
    is_name = name.isascii() and name.isidentifier() and not keyword.iskeyword(name)
    return is_name and len(name) <= _LONGEST_PARAMETER


def _type_of(schema: Any) -> str:
    kind = schema.get("type") if isinstance(schema, dict) else None
    return _TYPES.get(kind, "Any") if isinstance(kind, str) else "Any"
