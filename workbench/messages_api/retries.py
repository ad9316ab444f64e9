"""When a call is tried again, and after how long.

Only while no byte of a 200 answer was accepted: later a second request could be billed twice.
Same rules as the official SDKs (anthropic-python 2.11, `_base_client.py`, state 2026-11), with an
end to the waiting because a person is watching.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from workbench.messages_api.errors import MessagesApiError
from workbench.messages_api.limits import Limits

BACKOFF_FIRST = 0.5
BACKOFF_MAX = 8.0
JITTER = 0.25


@dataclass(frozen=True)
class Attempt:
    """What the caller is told about the tries of one call.

    When try `number` (1, 2, 3) starts, `error` and `wait_seconds` are None. When it failed and
    another follows, `error` says why and `wait_seconds` how long the wait is that begins now.
    """

    number: int
    error: MessagesApiError | None = None
    wait_seconds: float | None = None


class RetryBudget:
    """Decides, for one call, whether a failed try is followed by another."""

    def __init__(self, limits: Limits) -> None:
        self._retries_left = limits.max_retries
        self._wait_left = limits.retry_wait_total
        self._closed_once = False
        self._retries = 0

    def wait_before_next(
        self, error: MessagesApiError, jitter: float, is_closed: bool = False
    ) -> float | None:
        """Return the seconds to wait before the next try, or None to give up with `error`.

        `jitter` is a random number from 0 to 1. `is_closed` marks a connection that was closed
        before any answer, which happens to old connections: it is tried again once.
        """
        may_retry = error.retryable or (is_closed and not self._closed_once)
        self._closed_once = self._closed_once or is_closed
        if not may_retry or self._retries_left < 1:
            return None
        wait = error.retry_after_seconds or backoff(self._retries, jitter)
        if wait > self._wait_left:
            return None
        self._retries_left -= 1
        self._retries += 1
        self._wait_left -= wait
        return wait


def backoff(retries: int, jitter: float) -> float:
    """Return the seconds to wait when the API does not say: 0.5, 1, 2, 4, 8, 8 … less jitter."""
    seconds: float = min(BACKOFF_FIRST * 2.0**retries, BACKOFF_MAX)
    return seconds * (1.0 - JITTER * jitter)


def retry_after_seconds(headers: Mapping[str, str], now: float) -> float | None:
    """Return how long the API asks to wait, or None if it says nothing usable (or 0 or less).

    `retry-after-ms` goes before `retry-after`, which is a number of seconds or an HTTP date
    (RFC 9110, 10.2.3); `now` is the wall clock in seconds since 1970.
    """
    milliseconds = _number(headers.get("retry-after-ms"))
    candidates = (
        None if milliseconds is None else milliseconds / 1000,
        _number(headers.get("retry-after")),
        _seconds_until(headers.get("retry-after"), now),
    )
    return next((seconds for seconds in candidates if seconds is not None and seconds > 0), None)


def in_words(seconds: float) -> str:
    """Return a time to wait in words: "45 seconds", "60 minutes", "3 hours"."""
    for unit, size in (("hour", 3600), ("minute", 60)):
        if seconds >= 2 * size:
            return f"{math.ceil(seconds / size)} {unit}s"
    whole = math.ceil(seconds)
    return f"{whole} second" if whole == 1 else f"{whole} seconds"


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _seconds_until(text: str | None, now: float) -> float | None:
    try:
        return parsedate_to_datetime(text or "").timestamp() - now
    except (ValueError, OverflowError, TypeError):
        return None
