"""How often a token may read.

Counted in the memory of each web process: a count in the database would cost every read a write,
and this is there to keep a loop that went wrong from taking the server, not to sell reads. So
several processes allow several times as much.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

BURST = 1_000
PER_SECOND = 500
ROUNDING = 1e-7
"""Seconds by which a sum of many fractions may be wrong: who waits as told is let in."""


class Allowance:
    """``burst`` reads at once for each key, ``per_second`` of which come back every second."""

    def __init__(
        self,
        burst: int = BURST,
        per_second: int = PER_SECOND,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.burst = burst
        self.per_second = per_second
        self._clock = clock
        self._whole_at: dict[int, float] = {}
        """When all reads of a key are back; as many entries as there are tokens in use."""
        self._lock = Lock()

    def take(self, key: int) -> float:
        """Take one read; returns 0, or the seconds to wait when none is left."""
        each = 1 / self.per_second
        with self._lock:
            now = self._clock()
            whole_at = max(self._whole_at.get(key, now), now) + each
            wait = whole_at - now - self.burst * each
            if wait > ROUNDING:
                return wait
            self._whole_at[key] = whole_at
        return 0.0
