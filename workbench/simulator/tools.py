"""Which tools the simulated model calls, and with what."""

from __future__ import annotations

import re
from typing import Any

from workbench.simulator.blocks import Block, text_block, tool_block, whole_block
from workbench.simulator.calls import Call, blocks_of
from workbench.simulator.schemas import example_of


def calls_for(call: Call) -> list[Block]:
    """Return the blocks of the tool calls a request leads to; none when text is the answer."""
    chosen = _chosen(call)
    if not chosen:
        return []
    blocks = [text_block("I will ask a tool for this. ")] if not is_forced(call) else []
    for number, tool in enumerate(chosen, start=1):
        if "input_schema" in tool:
            blocks.append(tool_block(number, tool["name"], example_of(tool["input_schema"])))
        else:
            blocks += web_search(number, call.last_user_text)
    if not waits(blocks):
        blocks.append(text_block("The simulated search found one page. It says nothing new."))
    return blocks


def waits(blocks: list[Block]) -> bool:
    """Return whether the answer ends so that the caller can run its tools."""
    return any(block.type == "tool_use" for block in blocks)


def is_forced(call: Call) -> bool:
    """Return whether `tool_choice` demands a tool call."""
    return _choice(call).get("type") in {"any", "tool"}


def web_search(number: int, query: str) -> list[Block]:
    """Return a web search as the server tool shows it: the call and its result."""
    search = tool_block(number, "web_search", {"query": query[:80]}, kind="server_tool_use")
    page = {
        "type": "web_search_result",
        "url": "https://example.org/simulated",
        "title": "A simulated page",
        "encrypted_content": "c2ltdWxhdGVk",
        "page_age": None,
    }
    found = {
        "type": "web_search_tool_result",
        "tool_use_id": search.start["id"],
        "content": [page],
    }
    return [search, whole_block(found)]


def _chosen(call: Call) -> list[dict[str, Any]]:
    offered = [tool for tool in call.body.get("tools") or () if _usable(tool)]
    choice = _choice(call)
    if not offered or choice.get("type") == "none" or _has_results(call):
        return []
    if choice.get("type") == "tool":
        return [tool for tool in offered if tool["name"] == choice.get("name")]
    asked = [tool for tool in offered if _asks_for(call.last_user_text, tool["name"])]
    if choice.get("type") == "any":
        asked = asked or offered[:1]
    return asked[:1] if choice.get("disable_parallel_tool_use") else asked


def _usable(tool: Any) -> bool:
    if not isinstance(tool, dict) or not isinstance(tool.get("name"), str):
        return False
    return isinstance(tool.get("input_schema"), dict) or tool["name"] == "web_search"


def _choice(call: Call) -> dict[str, Any]:
    choice = call.body.get("tool_choice")
    return choice if isinstance(choice, dict) else {}


def _has_results(call: Call) -> bool:
    return any(block.get("type") == "tool_result" for block in blocks_of(call.last_user_content))


def _asks_for(text: str, name: str) -> bool:
    """Return whether a text speaks of tools, or holds a longer word of the tool's name."""
    said = set(re.findall(r"[a-z0-9]+", text.lower()))
    words = re.findall(r"[a-z0-9]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", name).lower())
    return bool({"tool", "tools"} & said) or any(len(w) > 3 and w in said for w in words)
