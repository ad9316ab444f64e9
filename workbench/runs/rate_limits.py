"""What the response headers say of the limits of the connection.

Headers: https://platform.claude.com/docs/en/api/rate-limits (read 2026-08); `reset` is a moment
in RFC 3339, the tokens that remain are rounded to the nearest thousand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime

_HEADER = re.compile(
    r"anthropic-(ratelimit|priority|fast)-(requests|tokens|input-tokens|output-tokens)"
    r"-(limit|remaining|reset)"
)
_LABELS = {
    ("ratelimit", "requests"): "Requests",
    ("ratelimit", "input-tokens"): "Input tokens",
    ("ratelimit", "output-tokens"): "Output tokens",
    ("ratelimit", "tokens"): "Tokens, the tightest limit",
    ("priority", "input-tokens"): "Input tokens of the Priority Tier",
    ("priority", "output-tokens"): "Output tokens of the Priority Tier",
    ("fast", "input-tokens"): "Input tokens of the fast mode",
    ("fast", "output-tokens"): "Output tokens of the fast mode",
}
_MOST = 10**15


@dataclass(frozen=True, slots=True)
class RateLimit:
    """How much of a limit was left when the answer began; it is full again at ``reset``."""

    label: str
    left: int
    limit: int
    reset: datetime | None


def rate_limits(headers: Any) -> list[RateLimit]:
    """Return the limits that the headers (pairs) name with figures that make sense."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for name, value in _pairs(headers):
        match = _HEADER.fullmatch(name.lower())
        if match:
            found.setdefault((match[1], match[2]), {})[match[3]] = value
    limits = (_limit(label, found.get(key, {})) for key, label in _LABELS.items())
    return [limit for limit in limits if limit]


def _limit(label: str, values: dict[str, str]) -> RateLimit | None:
    limit, left = _number(values.get("limit")), _number(values.get("remaining"))
    if not limit or left is None:
        return None
    return RateLimit(label, min(left, limit), limit, _moment(values.get("reset", "")))


def _number(text: str | None) -> int | None:
    if not text or not re.fullmatch(r"[0-9]{1,15}", text.strip()):
        return None
    return min(int(text), _MOST)


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text.strip()[:40])
    except ValueError:  # a well-formed moment that does not exist
        return None
    return moment if moment and moment.tzinfo else None


def _pairs(headers: Any) -> Iterable[tuple[str, str]]:
    for pair in headers if isinstance(headers, list) else ():
        if isinstance(pair, list | tuple) and len(pair) == 2:
            name, value = pair
            if isinstance(name, str) and isinstance(value, str):
                yield name, value
