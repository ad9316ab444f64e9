"""What the simulator was asked, and how each request ended."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from workbench.simulator.calls import Call

LONGEST = 1000  # entries
LARGEST_BODY = 2_000_000  # bytes kept per entry
LARGEST = 50_000_000  # bytes of all bodies; the oldest entries go first
SHORTEST_KEY = 12  # characters; of a shorter one nothing is shown
COMPLETE = "complete"
CLIENT_GONE = "client-gone"
FAULT = "fault"


@dataclass(slots=True)
class Entry:
    """One request. `ended` is "" while the answer is under way; keys are masked to their end."""

    time: str
    method: str
    path: str
    headers: dict[str, str]
    body: Any
    scenario: str
    ended: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the entry as JSON data."""
        return asdict(self)


class Journal:
    """The last requests, oldest first."""

    def __init__(self) -> None:
        self._entries: deque[tuple[Entry, int]] = deque()
        self._size = 0

    def begin(self, call: Call) -> Entry:
        """Add a request and return its entry."""
        size = len(call.raw)
        body: Any
        if size > LARGEST_BODY:
            body, size = {"left out": f"{size} bytes"}, 0
        else:
            body = call.body or call.raw.decode("utf-8", "replace")
        entry = Entry(
            time=datetime.now(UTC).isoformat(timespec="milliseconds"),
            method=call.method,
            path=call.target,
            headers={name: _masked(name, value) for name, value in call.headers.items()},
            body=body,
            scenario=call.wish.scenario,
        )
        self._entries.append((entry, size))
        self._size += size
        while len(self._entries) > LONGEST or self._size > LARGEST:
            self._size -= self._entries.popleft()[1]
        return entry

    def entries(self) -> list[dict[str, Any]]:
        """Return all entries as JSON data."""
        return [entry.to_dict() for entry, _ in self._entries]

    def clear(self) -> None:
        """Forget all entries."""
        self._entries.clear()
        self._size = 0


def _masked(name: str, value: str) -> str:
    if name not in {"x-api-key", "authorization", "cookie", "proxy-authorization"}:
        return value
    return f"…{value[-4:]}" if len(value) >= SHORTEST_KEY else "…"
