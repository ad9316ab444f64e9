"""Which tools the simulated model calls, and with what."""

from __future__ import annotations

import re
from typing import Any

from workbench.simulator import server_tools
from workbench.simulator.blocks import Block, text_block, tool_block
from workbench.simulator.calls import Call, blocks_of
from workbench.simulator.schemas import example_of

# What the tools whose schema only Anthropic knows are called with, by the start of their type.
_INPUTS: dict[str, dict[str, Any]] = {
    "bash_": {"command": "echo simulated"},
    "text_editor_": {"command": "view", "path": "/simulated.txt"},
    "memory_": {"command": "view", "path": "/memories"},
}


def calls_for(call: Call) -> list[Block]:
    """Return the blocks of the tool calls a request leads to; none when text is the answer."""
    chosen = _chosen(call)
    if not chosen:
        return []
    blocks = [text_block("I will ask a tool for this. ")] if not is_forced(call) else []
    for number, tool in enumerate(chosen, start=1):
        given = _input(tool)
        if given is None:
            blocks += server_tools.used(tool["name"], number, call.last_user_text)
        else:
            blocks.append(tool_block(number, tool["name"], _varied(given, number)))
    return blocks


def two_calls(call: Call) -> list[Block]:
    """Return two calls at once of the request's own client tools; none when it has no such tool."""
    own = [tool for tool in _offered(call) if _input(tool) is not None]
    chosen = (own * 2)[:2]
    return [
        tool_block(number, tool["name"], _varied(_input(tool), number))
        for number, tool in enumerate(chosen, start=1)
    ]


def waits(blocks: list[Block]) -> bool:
    """Return whether the answer ends so that the caller can run its tools."""
    return any(block.type == "tool_use" for block in blocks)


def is_forced(call: Call) -> bool:
    """Return whether `tool_choice` demands a tool call."""
    return _choice(call).get("type") in {"any", "tool"}


def has_results(call: Call) -> bool:
    """Return whether the last user turn holds results of tools."""
    return any(block.get("type") == "tool_result" for block in blocks_of(call.last_user_content))


def _chosen(call: Call) -> list[dict[str, Any]]:
    offered, choice = _offered(call), _choice(call)
    if not offered or choice.get("type") == "none" or has_results(call):
        return []
    alone = choice.get("disable_parallel_tool_use") is True
    if choice.get("type") == "tool":
        return [tool for tool in offered if tool["name"] == choice.get("name")]
    asked = [tool for tool in offered if _asks_for(call.last_user_text, tool["name"])]
    if choice.get("type") == "any":
        asked = asked or offered[:1]
    # "Use the tools" with a single tool of one's own: it is called twice at once.
    if "tools" in _words(call.last_user_text) and len(asked) == 1 and _input(asked[0]) is not None:
        asked *= 2
    return asked[:1] if alone else asked


def _offered(call: Call) -> list[dict[str, Any]]:
    tools = [tool for tool in call.body.get("tools") or () if isinstance(tool, dict)]
    named = [tool for tool in tools if isinstance(tool.get("name"), str)]
    return [
        tool
        for tool in named
        if _input(tool) is not None or server_tools.is_server_tool(tool["name"])
    ]


def _input(tool: dict[str, Any]) -> Any:
    """Return what the tool is called with; None when it does not run at the caller's."""
    if isinstance(tool.get("input_schema"), dict):
        return example_of(tool["input_schema"]) or {}
    kind = str(tool.get("type"))
    return next((given for start, given in _INPUTS.items() if kind.startswith(start)), None)


def _varied(given: Any, number: int) -> Any:
    """Return the input of a second call, so that the made-up texts in it tell the two apart."""
    if number == 1 or not isinstance(given, dict):
        return given
    return {
        name: f"{value} {number}" if str(value).startswith("simulated ") else value
        for name, value in given.items()
    }


def _choice(call: Call) -> dict[str, Any]:
    choice = call.body.get("tool_choice")
    return choice if isinstance(choice, dict) else {}


def _asks_for(text: str, name: str) -> bool:
    """Return whether a text speaks of tools, or holds a longer word of the tool's name."""
    said = _words(text)
    words = _words(re.sub(r"([a-z])([A-Z])", r"\1 \2", name))
    return bool({"tool", "tools"} & said) or any(len(w) > 3 and w in said for w in words)


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]+", text.lower()))
