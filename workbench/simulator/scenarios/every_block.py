"""Answers made of the blocks that the other scenarios lack.

Shapes: https://platform.claude.com/docs/en/agents-and-tools/tool-use/server-tools (read 2026-11).
"""

from __future__ import annotations

from typing import Any

from workbench.simulator.blocks import Block, text_block, tool_block, whole_block
from workbench.simulator.content import thoughts
from workbench.simulator.replies import Reply
from workbench.simulator.server_tools import web_search
from workbench.simulator.stage import Register, Stage

REGISTER = Register()

_DOCUMENT = {
    "type": "document",
    "source": {"type": "text", "media_type": "text/plain", "data": "Nothing new on this page."},
    "title": "A simulated page",
}
_PAGE = {"type": "web_search_result_location", "url": "https://example.org/simulated"}
_FOUND = {"type": "tool_reference", "tool_name": "get_weather"}


@REGISTER.add("cited-parts")
def cited_parts(stage: Stage) -> Reply:
    """Sentences cut into one block per citation, as the API cuts them."""
    return stage.respond(stage.made_of(_cited()))


@REGISTER.add("every-block")
def every_block(stage: Stage) -> Reply:
    """One block of every kind, results of server tools and beta blocks among them."""
    search = web_search(1, stage.call.last_user_text)
    blocks = [
        whole_block({"type": "thinking", "thinking": thoughts(stage.call), "signature": "c2lt"}),
        *search,
        *_results(),
        _whole("container_upload", file_id="file_sim0001"),
        _whole("compaction", content="A simulated summary of what was said."),
        _whole(
            "fallback",
            **{"from": {"model": "claude-opus-5-5"}, "to": {"model": "claude-sonnet-5-5"}},
            trigger={"type": "refusal", "category": "cyber"},
        ),
        *_cited(),
        tool_block(9, "get_weather", {"city": "Bern"}),
    ]
    return stage.respond(stage.made_of(blocks, "tool_use"))


def _cited() -> list[Block]:
    of_page = {**_PAGE, "title": "A simulated page", "cited_text": "Nothing new."}
    of_document = {
        "type": "page_location",
        "cited_text": "Simulated.",
        "document_index": 0,
        "document_title": "A document",
        "file_id": None,
        "start_page_number": 2,
        "end_page_number": 4,
    }
    return [
        text_block("According to the page, "),
        text_block("nothing is new", [{**of_page, "encrypted_index": "c2lt"}]),
        text_block(", and the document "),
        text_block("says the same", [of_document]),
        text_block(".\n\nThat is all."),
    ]


def _results() -> list[Block]:
    run = {"stdout": "42\n", "stderr": "a simulated warning\n", "return_code": 0, "content": []}
    view = {"content": "one\ntwo", "file_type": "text", "start_line": 1, "total_lines": 2}
    editor = "text_editor_code_execution"
    fetched = {"type": "web_fetch_result", "url": _PAGE["url"], "content": _DOCUMENT}
    found = {"type": "tool_search_tool_search_result", "tool_references": [_FOUND]}
    return [
        _result("web_fetch_tool_result", {**fetched, "retrieved_at": "2026-11-20T10:00:00Z"}),
        _result("code_execution_tool_result", {"type": "code_execution_result", **run}),
        _result("bash_code_execution_tool_result", {"type": "bash_code_execution_result", **run}),
        _result(f"{editor}_tool_result", {"type": f"{editor}_view_result", **view}),
        _result("tool_search_tool_result", found),
        tool_block(2, "list_files", {"path": "/"}, kind="mcp_tool_use"),
        _result("mcp_tool_result", [{"type": "text", "text": "two files"}], is_error=False),
    ]


def _result(kind: str, content: Any, **fields: Any) -> Block:
    return _whole(kind, tool_use_id="srvtoolu_sim0001", content=content, **fields)


def _whole(kind: str, **fields: Any) -> Block:
    return whole_block({"type": kind, **fields})
