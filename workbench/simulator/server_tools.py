"""Tools that the API runs itself, as an answer shows them: the call, then its whole result.

Shapes: Python SDK 2.11.0, types/web_search_tool_result_block.py and its neighbours (2026-11-19).
"""

from __future__ import annotations

from collections.abc import Callable

from workbench.simulator.blocks import Block, text_block, tool_block, whole_block

PAGE = {"url": "https://example.org/simulated", "title": "A simulated page"}
PAGE_TEXT = "Nothing new. This page exists in the simulation only."
QUERY = 80  # characters of the user's text that are searched for


def used(name: str, number: int, asked: str) -> list[Block]:
    """Return the use of the server tool of this name, in full, with a sentence on what it found."""
    return _USES[name](number, asked)


def is_server_tool(name: str) -> bool:
    """Return whether the simulator can play the server tool of this name."""
    return name in _USES


def web_search(number: int, asked: str) -> list[Block]:
    """Return a web search and its result."""
    found = {
        "type": "web_search_result",
        **PAGE,
        "encrypted_content": "c2ltdWxhdGVk",
        "page_age": None,
    }
    query = {"query": asked[:QUERY]}
    return _called(number, "web_search", query, "web_search_tool_result", [found])


def web_fetch(number: int, asked: str) -> list[Block]:
    """Return a fetched page."""
    source = {"type": "text", "media_type": "text/plain", "data": PAGE_TEXT}
    result = {
        "type": "web_fetch_result",
        "url": PAGE["url"],
        "retrieved_at": "2026-11-20T09:30:00Z",
        "content": {"type": "document", "source": source, "title": PAGE["title"]},
    }
    return _called(number, "web_fetch", {"url": PAGE["url"]}, "web_fetch_tool_result", result)


def code_execution(number: int, asked: str) -> list[Block]:
    """Return code that was run, with its output."""
    result = {
        "type": "code_execution_result",
        "stdout": "42\n",
        "stderr": "",
        "return_code": 0,
        "content": [],
    }
    code = {"code": "print(6 * 7)"}
    return _called(number, "code_execution", code, "code_execution_tool_result", result)


def search_report() -> Block:
    """Return the text after a search, with a citation of the page it found."""
    citation = {
        "type": "web_search_result_location",
        **PAGE,
        "encrypted_index": "c2ltdWxhdGVk",
        "cited_text": "Nothing new.",
    }
    return text_block("The page says nothing new.", [citation])


def _called(number: int, name: str, given: object, kind: str, result: object) -> list[Block]:
    call = tool_block(number, name, given, kind="server_tool_use")
    answer = {"type": kind, "tool_use_id": call.start["id"], "content": result}
    return [call, whole_block(answer)]


_USES: dict[str, Callable[[int, str], list[Block]]] = {
    "web_search": lambda number, asked: [*web_search(number, asked), search_report()],
    "web_fetch": lambda number, asked: [
        *web_fetch(number, asked),
        text_block("The fetched page has one sentence."),
    ],
    "code_execution": lambda number, asked: [
        *code_execution(number, asked),
        text_block("The code printed 42."),
    ],
}
