"""One stream of events for every kind of content block and delta, made of own data."""

from __future__ import annotations

from typing import Any

from workbench.messages_api import StreamEvent

from .page_model import block, event, start

CITATIONS: dict[str, dict[str, Any]] = {
    "characters of a document": {
        "type": "char_location",
        "cited_text": "Moss grows slowly.",
        "document_index": 0,
        "document_title": "On moss",
        "file_id": "file_moss",
        "start_char_index": 0,
        "end_char_index": 18,
    },
    "pages of a document": {
        "type": "page_location",
        "cited_text": "Fern and moss.",
        "document_index": 1,
        "document_title": None,
        "file_id": None,
        "start_page_number": 3,
        "end_page_number": 5,
    },
    "blocks of a document": {
        "type": "content_block_location",
        "cited_text": "A third part.",
        "document_index": 2,
        "document_title": "Parts",
        "start_block_index": 2,
        "end_block_index": 3,
    },
    "a page of the web": {
        "type": "web_search_result_location",
        "cited_text": "Moss has no roots.",
        "url": "https://plants.example/moss?a=1&b=2",
        "title": "Moss",
        "encrypted_index": "eA==",
    },
    "a search result": {
        "type": "search_result_location",
        "cited_text": "From our own search.",
        "source": "https://wiki.example/moss",
        "title": None,
        "search_result_index": 0,
        "start_block_index": 0,
        "end_block_index": 2,
    },
    "something unknown": {"type": "memory_location", "depth": 7},
}


def _deltas(kind: str, field: str, *pieces: str) -> list[dict[str, Any]]:
    return [{"type": kind, field: piece} for piece in pieces]


def _text(text: str, *citations: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    halves = _deltas("text_delta", "text", text[: len(text) // 2], text[len(text) // 2 :])
    cited = [{"type": "citations_delta", "citation": citation} for citation in citations]
    return {"type": "text", "text": ""}, [*halves, *cited]


def _call(kind: str, name: str, *pieces: str, **more: Any) -> tuple[dict[str, Any], list[Any]]:
    first = {"type": kind, "id": f"call_{name}", "name": name, "input": {}, **more}
    return first, _deltas("input_json_delta", "partial_json", "", *pieces)


def _result(kind: str, content: Any, **more: Any) -> tuple[dict[str, Any], list[Any]]:
    return {"type": kind, "tool_use_id": "srvtoolu_1", "content": content, **more}, []


def _output(kind: str, **fields: Any) -> tuple[dict[str, Any], list[Any]]:
    base = {"stdout": "42\n", "stderr": "a warning\n", "return_code": 0, "content": []}
    content = {"type": kind.replace("_tool_result", "_result"), **base, **fields}
    return _result(kind, content)


def _edit(what: str, **fields: Any) -> tuple[dict[str, Any], list[Any]]:
    kind = "text_editor_code_execution"
    return _result(f"{kind}_tool_result", {"type": f"{kind}_{what}", **fields})


DOCUMENT = {"type": "text", "media_type": "text/plain", "data": "Moss is green.\n<b>Very</b>."}
PAGE = {
    "type": "web_search_result",
    "url": "https://plants.example/moss",
    "title": "All about moss",
    "encrypted_content": "eA==",
    "page_age": "2 days ago",
}
PNG = {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}

KINDS: dict[str, list[tuple[dict[str, Any], list[dict[str, Any]]]]] = {
    "text": [_text("Moss *is* green.\n\n- one\n- two\n")],
    "text in parts with citations": [
        _text("Experts say that "),
        _text("moss grows slowly", CITATIONS["characters of a document"]),
        _text(" and **has no roots", CITATIONS["a page of the web"], CITATIONS["a search result"]),
        _text("**.\n\nThe end.\n", CITATIONS["pages of a document"]),
        _text("- a list\n", CITATIONS["blocks of a document"]),
        _text("- of two", CITATIONS["something unknown"]),
    ],
    "citations around a tool": [
        _text("First.", CITATIONS["characters of a document"]),
        _call("server_tool_use", "web_search", '{"query": "mo', 'ss"}'),
        _result("web_search_tool_result", [PAGE, {**PAGE, "url": "ftp://x", "page_age": None}]),
        _text("Second.", CITATIONS["a page of the web"]),
        _result("web_search_tool_result", [PAGE]),
        _text("Third.", CITATIONS["pages of a document"]),
    ],
    "thinking": [
        (
            {"type": "thinking", "thinking": "", "signature": ""},
            [
                *_deltas("thinking_delta", "thinking", "Let me", " see <b>"),
                {"type": "signature_delta", "signature": "eA=="},
            ],
        )
    ],
    "thinking without its text": [
        (
            {"type": "thinking", "thinking": "", "signature": ""},
            [{"type": "signature_delta", "signature": "eA=="}],
        )
    ],
    "redacted thinking": [({"type": "redacted_thinking", "data": "eA=="}, [])],
    "calls of tools": [
        _call("tool_use", "weather", '{"city": "Be', 'rn"}', caller={"type": "direct"}),
        _call(
            "tool_use",
            "weather",
            "{}",
            caller={"type": "code_execution_20260120", "tool_id": "srvtoolu_9"},
        ),
        _call("tool_use", "click", '{"x":1}', toolset_name="browser"),
        _call("server_tool_use", "code_execution", '{"code": "1"}'),
        _call("mcp_tool_use", "list", "{}", server_name="files"),
        _call("tool_use", "cut", '{"a": [1, '),
    ],
    "web search": [_result("web_search_tool_result", [PAGE] * 3)],
    "web search without results": [_result("web_search_tool_result", [])],
    "web search that failed": [
        _result(
            "web_search_tool_result",
            {"type": "web_search_tool_result_error", "error_code": "max_uses_exceeded"},
        )
    ],
    "web fetch": [
        _result(
            "web_fetch_tool_result",
            {
                "type": "web_fetch_result",
                "url": "https://plants.example/moss",
                "retrieved_at": "2026-11-20T10:00:00Z",
                "content": {"type": "document", "source": DOCUMENT, "title": "Moss"},
            },
        ),
        _result(
            "web_fetch_tool_result",
            {
                "type": "web_fetch_result",
                "url": "https://plants.example/moss.pdf",
                "content": {
                    "type": "document",
                    "source": {
                        "type": "base64",
                        "media_type": "application/pdf",
                        "data": "JVBERi0=",
                    },
                },
            },
        ),
    ],
    "web fetch that failed": [
        _result("web_fetch_tool_result", {"type": "x_error", "error_code": "url_not_allowed"})
    ],
    "code": [
        _output("code_execution_tool_result"),
        _output("bash_code_execution_tool_result", return_code=1, stdout=""),
        _output(
            "code_execution_tool_result",
            stdout="",
            stderr="",
            content=[{"type": "code_execution_output", "file_id": "file_plot"}],
        ),
        _result(
            "code_execution_tool_result",
            {
                "type": "encrypted_code_execution_result",
                "encrypted_stdout": "eA==",
                "stderr": "",
                "return_code": 0,
                "content": [],
            },
        ),
    ],
    "code that failed": [
        _result("code_execution_tool_result", {"error_code": "execution_time_exceeded"})
    ],
    "files edited": [
        _edit("view_result", content="a\nb", file_type="text", start_line=1, total_lines=9),
        _edit("create_result", is_file_update=False),
        _edit("create_result", is_file_update=True),
        _edit("str_replace_result", lines=["-a", "+b"], old_start=1, new_start=1),
        _edit("tool_result_error", error_code="file_not_found", error_message="No a.txt"),
    ],
    "tool search": [
        _result(
            "tool_search_tool_result",
            {
                "type": "tool_search_tool_search_result",
                "tool_references": [{"type": "tool_reference", "tool_name": "weather"}],
            },
        ),
        _result(
            "tool_search_tool_result",
            {"type": "tool_search_tool_result_error", "error_code": "a_new_code"},
        ),
    ],
    "MCP results": [
        _result("mcp_tool_result", [{"type": "text", "text": "two files"}], is_error=False),
        _result("mcp_tool_result", "no such server", is_error=True),
    ],
    "file for the container": [({"type": "container_upload", "file_id": "file_data"}, [])],
    "documents and results": [
        ({"type": "document", "title": "Moss", "context": "A book", "source": DOCUMENT}, []),
        ({"type": "document", "source": {"type": "file", "file_id": "file_book"}}, []),
        ({"type": "document", "source": {"type": "url", "url": "https://a.example/b.pdf"}}, []),
        (
            {
                "type": "document",
                "source": {"type": "content", "content": [{"type": "text", "text": "one"}]},
            },
            [],
        ),
        (
            {
                "type": "search_result",
                "source": "https://wiki.example/moss",
                "title": "Wiki",
                "content": [{"type": "text", "text": "Moss."}],
            },
            [],
        ),
    ],
    "images": [
        ({"type": "image", "source": PNG}, []),
        ({"type": "image", "source": {"type": "url", "url": "https://a.example/x.png"}}, []),
        ({"type": "image", "source": {"type": "file", "file_id": "file_image"}}, []),
    ],
    "compaction": [
        ({"type": "compaction", "content": "They spoke of moss."}, []),
        ({"type": "compaction", "content": None, "encrypted_content": "eA=="}, []),
        ({"type": "compaction", "content": None}, []),
    ],
    "fallback": [
        (
            {
                "type": "fallback",
                "from": {"model": "claude-opus-5-5"},
                "to": {"model": "claude-sonnet-5-5"},
                "trigger": {"type": "refusal", "category": "cyber"},
            },
            [],
        )
    ],
    "unknown block and delta": [
        ({"type": "hologram", "frames": [1, 2]}, [{"type": "light_delta", "light": 3}]),
        ({"type": "text", "text": "and"}, [{"type": "light_delta", "light": 3}]),
    ],
}


def stream(blocks: list[tuple[dict[str, Any], list[dict[str, Any]]]]) -> list[StreamEvent]:
    """Return the events of a whole answer made of these blocks."""
    events = [start()]
    for index, (first, deltas) in enumerate(blocks):
        events += block(index, first, *deltas)
        events.append(event({"type": "ping"}))
    delta = {"stop_reason": "end_turn", "stop_sequence": None}
    events.append(event({"type": "message_delta", "delta": delta, "usage": {"output_tokens": 9}}))
    return [*events, event({"type": "message_stop"})]
