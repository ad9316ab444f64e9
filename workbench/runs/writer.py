"""Writes what arrives to Postgres: one transaction per 150 ms for all runs of the process."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from psycopg import errors

from .log import LoggedEvent
from .store import UNREACHABLE, Chunk, Store

logger = logging.getLogger(__name__)


@dataclass(eq=False)
class Tail:
    """What one run has received and not yet written."""

    run_id: int
    seq: int = 0
    head: dict[str, Any] | None = None
    events: list[LoggedEvent] = field(default_factory=list)
    unsure: Chunk | None = None

    def chunk(self) -> Chunk:
        """What is to be written; the same again as long as it may or may not be written."""
        if self.unsure is None:
            self.unsure = Chunk(self.run_id, self.seq + 1, list(self.events))
        return self.unsure

    def is_written(self) -> None:
        """Go on behind the chunk."""
        if self.unsure is not None:
            self.seq = self.unsure.seq
            del self.events[: len(self.unsure.events)]
            self.unsure = None


class ChunkWriter:
    """Collects the events of all runs; what could not be written stays and is tried again.

    ``on_storage_failure(run ids, error)`` is called when Postgres has refused for longer than
    ``patience`` seconds, at once when its disk is full or when it cannot store what a run received;
    ``on_taken(run ids)`` when another process has ended runs of this one.
    """

    def __init__(
        self,
        store: Store,
        *,
        interval: float,
        patience: float,
        on_storage_failure: Callable[[list[int], Exception], None],
        on_taken: Callable[[set[int]], None],
    ) -> None:
        self._store = store
        self._interval = interval
        self._patience = patience
        self._on_storage_failure = on_storage_failure
        self._on_taken = on_taken
        self._tails: dict[int, Tail] = {}
        self._pending = asyncio.Event()
        self._lock = asyncio.Lock()
        self._failing_since: float | None = None

    def begin(self, run_id: int) -> None:
        self._tails[run_id] = Tail(run_id)

    def add(self, run_id: int, event: LoggedEvent) -> None:
        self._tails[run_id].events.append(event)
        self._pending.set()

    def note_streaming(self, run_id: int, head: dict[str, Any]) -> None:
        """Remember the answer's head; it is written with the first events."""
        self._tails[run_id].head = head
        self._pending.set()

    async def release(self, run_id: int) -> None:
        """Stop writing for a run, after a write that is under way."""
        async with self._lock:
            self._tails.pop(run_id, None)

    def forget(self, run_id: int) -> None:
        """Stop writing for a run at once; nothing of it may be under way."""
        self._tails.pop(run_id, None)

    async def work(self) -> None:
        """Flush for ever; the task is cancelled when the process stops."""
        while True:
            await self._pending.wait()
            self._pending.clear()
            started = time.monotonic()
            async with self._lock:
                pause = await self._flush()
            await asyncio.sleep(max(pause, self._interval - (time.monotonic() - started)))

    async def _flush(self) -> float:
        """Write everything that waits; returns how many seconds to rest before the next try."""
        tails = [tail for tail in self._tails.values() if tail.events or tail.head]
        began = time.monotonic()
        try:
            try:
                await self._write(tails)
            except UNREACHABLE:
                raise
            except Exception:
                # One of them cannot be stored; the others must not suffer from it.
                await self._write_each(tails)
        except UNREACHABLE as error:
            return self._failed([tail.run_id for tail in tails], error, began)
        self._failing_since = None
        return 0

    async def _write(self, tails: Sequence[Tail]) -> None:
        for tail in tails:
            if tail.head:
                await self._store.note_streaming(tail.run_id, tail.head)
                tail.head = None
        full = [tail for tail in tails if tail.events]
        if not full:
            return
        taken = await self._store.append([tail.chunk() for tail in full])
        for tail in full:
            tail.is_written()
        if taken:
            self._on_taken(taken)

    async def _write_each(self, tails: Sequence[Tail]) -> None:
        for tail in tails:
            try:
                await self._write([tail])
            except UNREACHABLE:
                raise
            except Exception as error:
                logger.exception("What run %s received cannot be stored", tail.run_id)
                self._on_storage_failure([tail.run_id], error)

    def _failed(self, run_ids: list[int], error: Exception, began: float) -> float:
        if self._failing_since is None:
            self._failing_since = began
            logger.warning("Postgres does not take what the runs received: %s", error)
        if (
            isinstance(error, errors.DiskFull)
            or time.monotonic() - self._failing_since > self._patience
        ):
            self._on_storage_failure(run_ids, error)
        self._pending.set()
        return 0.5
