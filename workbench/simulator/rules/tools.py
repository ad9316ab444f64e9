"""Tools and tool_choice.

Sources: define-tools, structured-outputs (2026-08-22), haiku-5-5/migration-guide and the "what's
new" pages (2026-10-10).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from workbench.simulator.rules.asked import Asked, Placed, object_in, objects_in
from workbench.simulator.rules.structured import invalid, unsupported

NAME = re.compile(r"^[a-zA-Z0-9_-]{1,64}\Z")
MOST_STRICT = 20
CLIENT_TYPES = (None, "custom")


def definitions(asked: Asked) -> Iterator[str]:
    """Tools are named, each name once; client tools have a schema; strict ones a simple one."""
    tools = asked.body.get("tools")
    if tools is None:
        return
    if not isinstance(tools, list):
        yield "tools: Input should be a valid array"
        return
    for number, tool in enumerate(tools):
        if not isinstance(tool, dict):
            yield f"tools.{number}: Input should be an object"
    placed = list(objects_in(tools, "tools"))
    for path, tool in placed:
        yield from _definition(path, tool)
    yield from _twice(placed)
    strict = sum(tool.get("strict") is True for _, tool in placed)
    if strict > MOST_STRICT:
        yield f"tools: {strict} strict tools, but at most {MOST_STRICT} are supported"


def choice(asked: Asked) -> Iterator[str]:
    """A tool can be forced by some models only, and not beside manual thinking."""
    value = asked.body.get("tool_choice")
    if value is None:
        return
    kind = object_in(value).get("type")
    if kind not in ("auto", "any", "tool", "none"):
        yield "tool_choice.type: Input should be 'auto', 'any', 'tool' or 'none'"
        return
    if kind in ("any", "tool"):
        yield from _forced(asked, kind, value)
    if not isinstance(value.get("disable_parallel_tool_use"), bool | None):
        yield "tool_choice.disable_parallel_tool_use: Input should be a valid boolean"


def _definition(path: str, tool: dict[str, Any]) -> Iterator[str]:
    name, kind, schema = tool.get("name"), tool.get("type"), tool.get("input_schema")
    is_client = kind in CLIENT_TYPES
    if (is_client or name is not None) and not (isinstance(name, str) and NAME.match(name)):
        yield f"{path}.name: String should match pattern '^[a-zA-Z0-9_-]{{1,64}}$'"
    if is_client and not isinstance(schema, dict):
        yield f"{path}.input_schema: Field required"
    elif is_client and object_in(schema).get("type") != "object":
        yield f"{path}.input_schema.type: Input should be 'object'"
    elif is_client:
        yield from invalid(object_in(schema), f"{path}.input_schema")
    if tool.get("strict") is True:
        if str(kind).startswith(("computer_toolset", "browser_toolset")):
            yield f"{path}.strict: Extra inputs are not permitted"
        elif isinstance(schema, dict):
            yield from unsupported(schema, f"{path}.input_schema")
    if tool.get("allowed_domains") and tool.get("blocked_domains"):
        yield f"{path}.blocked_domains: only one of allowed_domains and blocked_domains can be set"


def _twice(placed: list[Placed]) -> Iterator[str]:
    seen: set[str] = set()
    for path, tool in placed:
        name = tool.get("name")
        if isinstance(name, str) and name in seen:
            yield f"{path}.name: Tool names must be unique."
        elif isinstance(name, str):
            seen.add(name)


def _forced(asked: Asked, kind: str, value: dict[str, Any]) -> Iterator[str]:
    if asked.accepted.forced_tools is False:
        yield 'tool_choice: type "tool" and "any" are not supported for this model.'
    if asked.thinking_kind == "enabled":
        yield f'tool_choice.type: Thinking may not be enabled when tool_choice is "{kind}".'
    tools = [tool for _, tool in objects_in(asked.body.get("tools"), "tools")]
    elsewhere = bool(asked.body.get("mcp_servers"))  # whose tools are not in the request
    if kind == "any" and not tools and not elsewhere:
        yield "tool_choice.type: may only be specified while providing tools"
    if kind == "any":
        return
    name, names = value.get("name"), [tool.get("name") for tool in tools]
    if not isinstance(name, str) or not name:
        yield "tool_choice.name: Field required"
    elif name not in names and None not in names and not elsewhere:
        yield f"tool_choice.name: Tool '{name}' not found in provided tools"
