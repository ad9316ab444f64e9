"""Ends the runs whose process is gone, keeping every piece of text that had been written."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

from workbench.accounts.upstreams import SIMULATOR
from workbench.messages_api import MessageRequest

from .execute import outcome_of
from .log import LoggedEvent, accumulated, unpack
from .models import ACTIVE, State
from .reasons import CANCELLED, REASONS, SERVER_RESTART
from .store import UNREACHABLE, Outcome, Store

logger = logging.getLogger(__name__)


class Reaper:
    """Every process has one. A lease must be missing for ``grace`` seconds before it acts.

    The grace covers a restart of Postgres, when every process loses its lease for a moment. Runs of
    its own process that nothing executes (``is_ours`` is false) count as abandoned too.
    """

    def __init__(self, store: Store, *, grace: float, is_ours: Callable[[int], bool]) -> None:
        self._store = store
        self._grace = grace
        self._is_ours = is_ours
        self._missing_since: dict[int, float] = {}

    async def work(self) -> None:
        """Look for abandoned runs for ever."""
        while True:
            try:
                await self.look()
            except UNREACHABLE:
                self._missing_since.clear()
            except Exception:
                logger.exception("Abandoned runs could not be looked for")
            await asyncio.sleep(min(5.0, max(0.2, self._grace / 3)))

    async def look(self) -> None:
        """End each run that has been without a lease for the whole grace."""
        now = time.monotonic()
        abandoned = [
            run_id for run_id in await self._store.abandoned() if not self._is_ours(run_id)
        ]
        self._missing_since = {run_id: self._missing_since.get(run_id, now) for run_id in abandoned}
        for run_id, since in list(self._missing_since.items()):
            if now - since < self._grace:
                continue
            try:
                await self._end(run_id)
            except UNREACHABLE:
                raise
            except Exception:
                logger.exception("Run %s had lost its process and cannot be ended", run_id)

    async def _end(self, run_id: int) -> None:
        head = await self._store.head(run_id)
        if head is None or head["state"] not in ACTIVE:
            return
        events = [
            event
            for _, first, packed in await self._store.chunks_after(run_id, 0)
            for event in unpack(packed, first)
        ]
        try:
            is_ended = await self._store.finish(run_id, _outcome(head, events), events)
        except UNREACHABLE:
            raise
        except Exception:
            logger.exception("What run %s received cannot be stored", run_id)
            state, sentence = REASONS[SERVER_RESTART]
            bare = Outcome(state, SERVER_RESTART, SERVER_RESTART, {"sentence": sentence})
            is_ended = await self._store.finish(run_id, bare, events)
        if is_ended:
            logger.info("Run %s had lost its process and was ended", run_id)


def _outcome(head: dict[str, Any], events: list[LoggedEvent]) -> Outcome:
    """How a run ends that nobody looks after: by its own last event if that had been kept."""
    accumulator = accumulated(events)
    ending = CANCELLED if head["cancel_requested_at"] else SERVER_RESTART
    state, sentence = REASONS[ending]
    error: dict[str, Any] | None = {"sentence": sentence}
    if accumulator.complete:
        state, ending, error = State.SUCCEEDED, accumulator.stop_reason or "", None
    request = MessageRequest("", (), {"model": head["model"]})
    outcome = outcome_of(accumulator, state, ending, error, request, head["upstream"] == SIMULATOR)
    outcome.attempts = head["attempts"]
    outcome.duration_ms = events[-1].ms if events else None
    return outcome
