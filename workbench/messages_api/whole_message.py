"""A whole JSON message, turned into the events that would have built it.

Some servers that speak the Messages API do not stream and answer a streaming request with JSON.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from workbench.messages_api.events import StreamEvent, decode_event
from workbench.messages_api.text import clean_json, write_json

_AT_THE_END = ("stop_reason", "stop_sequence", "stop_details", "container")


def whole_events(body: bytes) -> list[StreamEvent]:
    """Return the events, numbered from 1, that build the message or error object in `body`.

    An empty list if it is neither. The first one tells how many bytes of the body are no UTF-8.
    """
    read = decode_event(1, body)
    message = _message_in(read.data)
    if message is None:
        return []
    datas = [message] if message["type"] == "error" else _message_events(message)
    first, *others = [StreamEvent(n, d["type"], d, write_json(d)) for n, d in enumerate(datas, 1)]
    return [replace(first, invalid_bytes=read.invalid_bytes), *others]


def _message_in(value: Any) -> dict[str, Any] | None:
    """Return the cleaned message or error object, or None if `value` is neither."""
    if not isinstance(value, dict):
        return None
    is_message = value.get("type") == "message" and isinstance(value.get("content"), list)
    is_error = value.get("type") == "error"
    try:
        return clean_json(value) if is_message or is_error else None
    except ValueError:
        return None


def _message_events(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
    start = {k: None if k in _AT_THE_END else v for k, v in message.items()}
    yield {"type": "message_start", "message": {**start, "content": []}}
    for index, block in enumerate(message["content"]):
        yield from _block_events(index, block)
    delta = {name: message.get(name) for name in _AT_THE_END}
    yield {"type": "message_delta", "delta": delta, "usage": message.get("usage")}
    yield {"type": "message_stop"}


def _block_events(index: int, block: Any) -> Iterator[dict[str, Any]]:
    """Yield a block; only its text comes as a delta, since that is what viewers wait for."""
    kind = block.get("type") if isinstance(block, dict) else None
    text = block.get(kind) if kind in ("text", "thinking") else None
    if isinstance(text, str):
        start = {**block, kind: ""}
        delta = {"type": f"{kind}_delta", kind: text}
    else:
        start, delta = block, None
    yield {"type": "content_block_start", "index": index, "content_block": start}
    if delta:
        yield {"type": "content_block_delta", "index": index, "delta": delta}
    yield {"type": "content_block_stop", "index": index}
