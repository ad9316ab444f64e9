"""Token counts of an answer, made safe to store and to add up."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MAX_COUNT = 2**40
"""Larger numbers (about 10^12 tokens) are taken for nonsense."""


@dataclass(frozen=True)
class Usage:
    """What an answer used, in tokens (requests for the last two); None means unknown, never 0.

    `output_tokens` contains `thinking_tokens`. The prompt has `input_tokens` +
    `cache_read_tokens` + `cache_write_tokens`; the last is the sum of the two write counts,
    which are unknown when the API gives only the sum.
    """

    input_tokens: int | None = None
    output_tokens: int | None = None
    thinking_tokens: int | None = None
    cache_read_tokens: int | None = None
    cache_write_tokens: int | None = None
    cache_write_5m_tokens: int | None = None
    cache_write_1h_tokens: int | None = None
    web_search_requests: int | None = None
    web_fetch_requests: int | None = None


def normalise_usage(usage: Any) -> Usage:
    """Return the counts of a `usage` object; whatever is missing, null or absurd is None.

    Accepts any value and never raises. Field names:
    https://platform.claude.com/docs/en/api/messages (state 2026-11).
    """
    usage = _mapping(usage)
    details = _mapping(usage.get("output_tokens_details"))
    writes = _mapping(usage.get("cache_creation"))
    tools = _mapping(usage.get("server_tool_use"))
    return Usage(
        input_tokens=_count(usage.get("input_tokens")),
        output_tokens=_count(usage.get("output_tokens")),
        thinking_tokens=_count(details.get("thinking_tokens")),
        cache_read_tokens=_count(usage.get("cache_read_input_tokens")),
        cache_write_tokens=_count(usage.get("cache_creation_input_tokens")),
        cache_write_5m_tokens=_count(writes.get("ephemeral_5m_input_tokens")),
        cache_write_1h_tokens=_count(writes.get("ephemeral_1h_input_tokens")),
        web_search_requests=_count(tools.get("web_search_requests")),
        web_fetch_requests=_count(tools.get("web_fetch_requests")),
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _count(value: Any) -> int | None:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and 0 <= value <= MAX_COUNT else None
