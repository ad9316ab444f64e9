"""Tool definitions and tool_choice.

Sources: define-tools, structured-outputs (read 2026-08-22), the "what's new" pages and
haiku-5-5/migration-guide (read 2026-10-10), Python SDK 2.11.0.
"""

import re
from collections.abc import Mapping

from workbench.catalogue.checks.schema import schema_problems
from workbench.catalogue.checks.schema_shape import shape_problems
from workbench.catalogue.checks.subject import (
    Block,
    Problem,
    Problems,
    Subject,
    items,
    mapping,
    shown,
)

TOOL_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
MOST_STRICT_TOOLS = 20

CHOICES = ("auto", "any", "tool", "none")


def tools(subject: Subject) -> Problems:
    """Tools need distinct, well-formed names and an input schema."""
    value = subject.body.get("tools")
    if value is not None and not isinstance(value, list | tuple):
        yield Problem("tools", "tools must be a list of tool definitions.")
    for index, entry in enumerate(items(value)):
        if not isinstance(entry, Mapping):
            yield Problem(f"tools.{index}", "A tool must be an object with name and input_schema.")
    for tool in subject.tools:
        yield from _name(tool)
        if tool.type is None or tool.type == "custom":
            yield from _input_schema(tool)
        yield from _strict(tool)
        if tool.fields.get("allowed_domains") and tool.fields.get("blocked_domains"):
            yield Problem(
                f"{tool.path}.blocked_domains",
                "Give allowed_domains or blocked_domains, not both.",
            )
    yield from _duplicates(subject)
    yield from _strict_count(subject)


def tool_choice(subject: Subject) -> Problems:
    """The choice must suit the model, the thinking and the tools that there are."""
    value = subject.body.get("tool_choice")
    if value is None:
        return
    if not isinstance(value, Mapping) or value.get("type") not in CHOICES:
        yield Problem("tool_choice", "The type of tool_choice must be auto, any, tool or none.")
        return
    if value["type"] in ("any", "tool"):
        yield from _forced(subject, value["type"])
    if value["type"] == "tool":
        yield from _named_tool(subject, value.get("name"))
    if not isinstance(value.get("disable_parallel_tool_use"), bool | None):
        yield Problem(
            "tool_choice.disable_parallel_tool_use",
            "disable_parallel_tool_use must be true or false.",
        )


def _name(tool: Block) -> Problems:
    name = tool.fields.get("name")
    # Tools of Anthropic's own types may come without a name (the computer and browser toolsets).
    if name is None and tool.type not in (None, "custom"):
        return
    if not isinstance(name, str) or not TOOL_NAME.fullmatch(name):
        yield Problem(
            f"{tool.path}.name",
            "A tool name has 1 to 64 letters, digits, underscores and hyphens.",
        )


def _input_schema(tool: Block) -> Problems:
    schema = tool.fields.get("input_schema")
    path = f"{tool.path}.input_schema"
    if not isinstance(schema, Mapping):
        yield Problem(path, "A tool needs an input schema, a JSON Schema object.")
    elif schema.get("type") != "object":
        yield Problem(f"{path}.type", 'The input schema of a tool must have the type "object".')
    else:
        yield from shape_problems(schema, path)


def _strict(tool: Block) -> Problems:
    if tool.fields.get("strict") is not True:
        return
    if isinstance(tool.type, str) and tool.type.startswith(("computer_toolset", "browser_toolset")):
        yield Problem(f"{tool.path}.strict", "This toolset cannot be strict; remove it.")
    elif isinstance(tool.fields.get("input_schema"), Mapping):
        yield from schema_problems(tool.fields["input_schema"], f"{tool.path}.input_schema")


def _duplicates(subject: Subject) -> Problems:
    named = [tool for tool in subject.tools if isinstance(tool.fields.get("name"), str)]
    seen: set[str] = set()
    for tool in named:
        name = tool.fields["name"]
        if name in seen:
            yield Problem(
                f"{tool.path}.name", f'Another tool is called "{shown(name)}"; rename one of them.'
            )
        seen.add(name)


def _strict_count(subject: Subject) -> Problems:
    strict = sum(tool.fields.get("strict") is True for tool in subject.tools)
    if strict > MOST_STRICT_TOOLS:
        yield Problem("tools", f"{strict} tools are strict; at most {MOST_STRICT_TOOLS} may be.")


def _forced(subject: Subject, kind: str) -> Problems:
    path = "tool_choice.type"
    if subject.rules.forced_tool_choice is False:
        name = subject.model.display_name
        yield Problem(
            path,
            f'{name} does not take tool_choice "{kind}"; use "auto" and ask for the tool in the '
            "prompt.",
        )
    elif mapping(subject.body.get("thinking")).get("type") == "enabled":
        yield Problem(
            path,
            f'tool_choice "{kind}" and thinking "enabled" exclude each other; use "auto" or '
            "change the thinking.",
        )
    elif kind == "any" and not subject.tools and not subject.body.get("mcp_servers"):
        yield Problem(path, 'tool_choice "any" needs at least one tool; add one.')


def _named_tool(subject: Subject, name: object) -> Problems:
    path = "tool_choice.name"
    if not isinstance(name, str) or not name:
        yield Problem(path, 'Name the tool that tool_choice "tool" shall use.')
        return
    # Toolsets and MCP servers bring tools whose names are not in the request.
    names = [tool.fields.get("name") for tool in subject.tools]
    complete = all(isinstance(known, str) for known in names)
    if complete and name not in names and not subject.body.get("mcp_servers"):
        yield Problem(path, f'No tool is called "{shown(name)}"; correct the name.')
