"""Token counts the simulator reports: plain, deterministic estimates."""

from __future__ import annotations

from typing import Any

from workbench.simulator.calls import Call
from workbench.simulator.models import smallest_cached_prefix
from workbench.simulator.prompt_cache import PromptCache, prefixes

CHARACTERS_PER_TOKEN = 4
IMAGE_TOKENS = 1568
DOCUMENT_TOKENS = 3000


def input_tokens(body: dict[str, Any]) -> int:
    """Return the estimated input tokens of a request: its text, images, documents and tools."""
    parts = [body.get("system"), body.get("messages"), body.get("tools")]
    return sum(_tokens(part) for part in parts) + 8


def input_usage(call: Call, cache: PromptCache) -> dict[str, Any]:
    """Return the usage of `message_start`, with what was read from the cache and written to it."""
    total = input_tokens(call.body)
    read, hour, short = _cached(call, cache)
    return {
        "input_tokens": max(1, total - read - hour - short),
        "output_tokens": 0,
        "cache_creation_input_tokens": hour + short,
        "cache_read_input_tokens": read,
        "cache_creation": {
            "ephemeral_5m_input_tokens": short,
            "ephemeral_1h_input_tokens": hour,
        },
        "service_tier": "standard",
        "inference_geo": call.body.get("inference_geo") or "global",
        "speed": call.body.get("speed") or "standard",
    }


def _cached(call: Call, cache: PromptCache) -> tuple[int, int, int]:
    """Return the tokens read, written for an hour and written for five minutes.

    The longest known prefix up to the last mark is read; what marks add behind it is written.
    """
    if b'"cache_control"' not in call.raw:
        return 0, 0, 0
    places = list(prefixes(call))
    last = max((at for at, place in enumerate(places) if place.mark), default=-1)
    smallest = smallest_cached_prefix(call.model)
    tokens = read = hour = short = 0
    for place in places[: last + 1]:
        tokens += _tokens(place.added)
        if tokens < smallest:
            continue
        if cache.knows(place):
            read, hour, short = tokens, 0, 0
        elif place.mark:
            added = tokens - read - hour - short
            is_hour = isinstance(place.mark, dict) and place.mark.get("ttl") == "1h"
            hour, short = (hour + added, short) if is_hour else (hour, short + added)
        if place.mark:
            cache.write(place)
    return read, hour, short


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
