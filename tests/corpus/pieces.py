"""The blocks and turns that requests are made of."""

from __future__ import annotations

import base64
from typing import Any

from workbench.messages_api import MessageRequest

NEW, OLD = "2026-10-21", "2023-06-01"
LATEST, SAMPLED, EARLY = "claude-opus-5-5", "claude-sonnet-4-6", "claude-haiku-4-5-20251001"
"""Models: of the new kind, one that takes sampling parameters, one that takes a prefill."""

Json = dict[str, Any]


def request(
    *turns: Json, api_version: str = NEW, betas: tuple[str, ...] = (), **body: Any
) -> MessageRequest:
    """Return a request with these turns; ``body`` adds fields or replaces them."""
    usual = {"model": LATEST, "max_tokens": 1024, "messages": list(turns)}
    return MessageRequest(api_version, betas, usual | body)


def ask(*content: Any, **more: Any) -> MessageRequest:
    """Return a request of one user turn: a text, or blocks; "Hi" without any."""
    return request(user(*(content or ("Hi",))), **more)


def talk(*blocks: Any, **more: Any) -> MessageRequest:
    """Return a request in which these blocks are the model's earlier answer."""
    return request(user("Hi"), assistant(*blocks), user("Go on."), **more)


def user(*content: Any) -> Json:
    return _turn("user", content)


def assistant(*content: Any) -> Json:
    return _turn("assistant", content)


def system(*content: Any) -> Json:
    return _turn("system", content)


def _turn(role: str, content: tuple[Any, ...]) -> Json:
    one_text = len(content) == 1 and isinstance(content[0], str)
    blocks = [text(block) if isinstance(block, str) else block for block in content]
    return {"role": role, "content": content[0] if one_text else blocks}


def text(value: str, **more: Any) -> Json:
    return {"type": "text", "text": value} | more


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c02"
    "0000000b4944415478da6364600000000600023081d02f0000000049454e44ae426082"
)
GIF = bytes.fromhex("47494638396101000100800000ffffff0000002c00000000010001000002024401003b")
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
WEBP = bytes.fromhex("524946461a000000574542505650384c0d0000002f00000010071011118888fe0700")
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def image(data: bytes = PNG, media_type: str = "image/png", **more: Any) -> Json:
    source = {"type": "base64", "media_type": media_type, "data": encoded(data)}
    return {"type": "image", "source": source} | more


def linked(kind: str, url: str, **more: Any) -> Json:
    return {"type": kind, "source": {"type": "url", "url": url}} | more


def pdf(data: bytes = PDF, **more: Any) -> Json:
    return (
        document({"type": "base64", "media_type": "application/pdf", "data": encoded(data)}) | more
    )


def plain(value: str, **more: Any) -> Json:
    return document({"type": "text", "media_type": "text/plain", "data": value}) | more


def document(source: Json, **more: Any) -> Json:
    return {"type": "document", "source": source} | more


def found(*content: Any, **more: Any) -> Json:
    """Return a search result."""
    texts = [text(value) if isinstance(value, str) else value for value in content]
    where = {"source": "https://example.org/a?b=c&d", "title": "A “page”"}
    return {"type": "search_result"} | where | {"content": texts} | more


CACHED: Json = {"cache_control": {"type": "ephemeral"}}
CACHED_LONG: Json = {"cache_control": {"type": "ephemeral", "ttl": "1h"}}
CITED: Json = {"citations": {"enabled": True}}

CLOCK: Json = {
    "name": "get_time",
    "description": "Tells the time in a city.",
    "input_schema": {
        "type": "object",
        "properties": {"city": {"type": "string"}, "seconds": {"type": "boolean"}},
        "required": ["city"],
    },
}
WEATHER: Json = {
    "name": "get-weather",
    "description": 'The "weather"\nof a place.',
    "input_schema": {
        "type": "object",
        "properties": {
            "place": {"type": "object", "properties": {"lat": {"type": "number"}}},
            "unit": {"type": "string", "enum": ["C", "F"]},
            "days": {"type": "array", "items": {"type": "integer"}},
        },
        "required": ["place", "unit"],
        "additionalProperties": False,
    },
}


def use(use_id: str = "toolu_01", name: str = "get_time", **given: Any) -> Json:
    return {"type": "tool_use", "id": use_id, "name": name, "input": given}


def result(use_id: str = "toolu_01", content: Any = "12:00", **more: Any) -> Json:
    return {"type": "tool_result", "tool_use_id": use_id, "content": content} | more


def thought(value: str = "Let me think.", **more: Any) -> Json:
    return {"type": "thinking", "thinking": value, "signature": "EqQBCg+/abc=="} | more
