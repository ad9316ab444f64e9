"""What the double of the API answers: as JSON, as server-sent events or in frames of Amazon."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]
CALL = "toolu_asked_"
"""How the ids of calls begin that are answered here."""


def answer_to(body: Json, word: str, *, calling: bool) -> Json:
    """Return a message that says ``word``; with ``calling`` it first calls each client tool.

    To a request with a schema it says ``word`` in every text of an object of that schema.
    """
    calls = _calls(body) if calling and not _has_results(body) else []
    schema = (body.get("output_config") or {}).get("format", {}).get("schema")
    text = (
        json.dumps(example_of(schema, schema, word), ensure_ascii=False)
        if isinstance(schema, dict)
        else word
    )
    return {
        "id": "msg_01",
        "type": "message",
        "role": "assistant",
        "model": str(body.get("model", "claude-opus-5-5")),
        "content": calls or [{"type": "text", "text": text}],
        "stop_reason": "tool_use" if calls else "end_turn",
        "stop_sequence": None,
        "stop_details": None,
        "container": None,
        "usage": {"input_tokens": 10, "output_tokens": 3},
    }


def _calls(body: Json) -> list[Json]:
    tools = [tool for tool in body.get("tools") or () if _is_client_tool(tool)]
    return [
        {"type": "tool_use", "id": f"{CALL}{number}", "name": tool["name"]}
        | {"input": example_of(tool["input_schema"], tool["input_schema"], "Oslo")}
        for number, tool in enumerate(tools)
    ]


def _is_client_tool(tool: Any) -> bool:
    return isinstance(tool, dict) and isinstance(tool.get("input_schema"), dict)


def _has_results(body: Json) -> bool:
    content = body["messages"][-1]["content"]
    return isinstance(content, list) and any(
        isinstance(block, dict) and str(block.get("tool_use_id", "")).startswith(CALL)
        for block in content
    )


def example_of(schema: Any, root: Json, word: str) -> Any:
    """Return a value that a schema allows, as far as the corpus goes."""
    if not isinstance(schema, dict):
        return word
    if isinstance(reference := schema.get("$ref"), str):
        return example_of(root.get("$defs", {}).get(reference.rpartition("/")[2]), root, word)
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return schema["enum"][0]
    if schema.get("anyOf"):
        return example_of(schema["anyOf"][0], root, word)
    kind = schema.get("type")
    return _example_of_type(kind[0] if isinstance(kind, list) else kind, schema, root, word)


def _example_of_type(kind: Any, schema: Json, root: Json, word: str) -> Any:
    if kind == "object":
        properties = schema.get("properties", {})
        return {name: example_of(inner, root, word) for name, inner in properties.items()}
    if kind == "array":
        return [example_of(schema.get("items", {}), root, word)]
    plain = {"integer": 1, "number": 1.5, "boolean": True, "null": None}
    if kind in plain:
        return plain[kind]
    if schema.get("format") == "date-time":
        return "2026-11-20T12:00:00Z"
    return "AB12" if "pattern" in schema else word


def events_of(message: Json) -> Iterator[Json]:
    """Yield the events of a stream; a text comes in two pieces, the input of a call in three."""
    opening: Json = {"content": [], "stop_reason": None}
    yield {"type": "message_start", "message": message | opening}
    yield {"type": "ping"}
    for index, block in enumerate(message["content"]):
        at = {"index": index}
        if block["type"] == "text":
            start, text = block | {"text": ""}, block["text"]
            deltas = [{"type": "text_delta", "text": piece} for piece in (text, "\n") if piece]
        else:
            start, text = block | {"input": {}}, json.dumps(block["input"])
            pieces = ("", text[:3], text[3:])
            deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in pieces]
        yield {"type": "content_block_start", "content_block": start} | at
        for delta in deltas:
            yield {"type": "content_block_delta", "delta": delta} | at
        yield {"type": "content_block_stop"} | at
    ending = {"stop_reason": message["stop_reason"], "stop_sequence": None}
    yield {"type": "message_delta", "delta": ending, "usage": message["usage"]}
    yield {"type": "message_stop"}


def server_sent(event: Json) -> bytes:
    """Return one event as the API streams it."""
    return f"event: {event['type']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n".encode()


def amazon_frame(event: Json) -> bytes:
    """Return one event as Bedrock streams it: ``application/vnd.amazon.eventstream``."""
    inner = base64.b64encode(json.dumps(event).encode()).decode()
    payload = json.dumps({"bytes": inner}).encode()
    names = {":event-type": "chunk", ":content-type": "application/json", ":message-type": "event"}
    headers = b"".join(_amazon_header(name, value) for name, value in names.items())
    prelude = struct.pack("!II", 16 + len(headers) + len(payload), len(headers))
    head = prelude + struct.pack("!I", zlib.crc32(prelude)) + headers + payload
    return head + struct.pack("!I", zlib.crc32(head))


def _amazon_header(name: str, value: str) -> bytes:
    text = 7  # the type of a header that is a text
    key, data = name.encode(), value.encode()
    return struct.pack("!B", len(key)) + key + struct.pack("!BH", text, len(data)) + data
