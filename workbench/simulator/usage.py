"""Token counts the simulator reports: plain, deterministic estimates."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from typing import Any

from workbench.simulator.calls import Call
from workbench.simulator.models import smallest_cached_prefix

CHARACTERS_PER_TOKEN = 4
IMAGE_TOKENS = 1568
DOCUMENT_TOKENS = 3000
REMEMBERED_PREFIXES = 1000


class PromptCache:
    """Remembers which prefixes were sent, so that a repeated one counts as a cache read."""

    def __init__(self) -> None:
        self._seen: OrderedDict[bytes, None] = OrderedDict()

    def knows(self, prefix: bytes) -> bool:
        """Return whether the prefix was seen before, and remember it."""
        key = hashlib.sha256(prefix).digest()
        known = key in self._seen
        self._seen[key] = None
        if len(self._seen) > REMEMBERED_PREFIXES:
            self._seen.popitem(last=False)
        return known


def input_tokens(body: dict[str, Any]) -> int:
    """Return the estimated input tokens of a request: its text, images, documents and tools."""
    parts = [body.get("system"), body.get("messages"), body.get("tools")]
    return sum(_tokens(part) for part in parts) + 8


def input_usage(call: Call, cache: PromptCache) -> dict[str, Any]:
    """Return the usage of `message_start`, with cache fields when the request marks a prefix."""
    total = input_tokens(call.body)
    cached = _marked_prefix(call)
    tokens = _tokens(cached) if cached else 0
    if tokens < smallest_cached_prefix(call.model):
        tokens = 0
    known = bool(tokens) and cache.knows(json.dumps([call.model, cached]).encode())
    written = 0 if known else tokens
    hour = written if '"ttl": "1h"' in json.dumps(call.body) else 0
    return {
        "input_tokens": max(1, total - tokens),
        "output_tokens": 0,
        "cache_creation_input_tokens": written,
        "cache_read_input_tokens": tokens if known else 0,
        "cache_creation": {
            "ephemeral_5m_input_tokens": written - hour,
            "ephemeral_1h_input_tokens": hour,
        },
        "service_tier": "standard",
        "inference_geo": call.body.get("inference_geo") or "global",
        "speed": call.body.get("speed") or "standard",
    }


def _marked_prefix(call: Call) -> list[Any]:
    """Return the parts in front of the last turn when anything carries `cache_control`."""
    if '"cache_control"' not in json.dumps(call.body):
        return []
    last_is_marked = '"cache_control"' in json.dumps(call.turns[-1:])
    turns = call.turns if last_is_marked or "cache_control" in call.body else call.turns[:-1]
    return [call.body.get("tools"), call.body.get("system"), turns]


def _tokens(value: Any) -> int:
    match value:
        case str():
            return -(-len(value) // CHARACTERS_PER_TOKEN)
        case list():
            return sum(_tokens(item) for item in value)
        case {"type": "image"}:
            return IMAGE_TOKENS
        case {"type": "document", "source": {"type": "text", "data": data}}:
            return _tokens(data)
        case {"type": "document"}:
            return DOCUMENT_TOKENS
        case dict():
            return sum(_tokens(item) for key, item in value.items() if key != "cache_control")
        case None:
            return 0
        case _:
            return 1
