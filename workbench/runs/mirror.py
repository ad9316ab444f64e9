"""Follow in this process a run that another process executes, through the chunks in Postgres."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

import psycopg

from workbench.messages_api import BadStream

from .live import LiveRun
from .log import LoggedEvent, unpack
from .models import ACTIVE, State
from .store import UNREACHABLE, Store

logger = logging.getLogger(__name__)

POLL_SECONDS = 2.0  # a notice can be lost with its connection; the poll finds what it missed
READY_SECONDS = 5.0


class Mirror:
    """A live run fed from Postgres: wakes on notices, ends when the run is terminal."""

    def __init__(self, store: Store, live: LiveRun) -> None:
        self.live = live
        self.bell = asyncio.Event()
        self._store = store
        self._seq = 0
        self._is_ready = asyncio.Event()

    async def ready(self) -> LiveRun:
        """The live run once it knows what is stored; after some seconds as it is."""
        with suppress(TimeoutError):
            async with asyncio.timeout(READY_SECONDS):
                await self._is_ready.wait()
        return self.live

    async def follow(self) -> None:
        """Feed the live run until it is over."""
        while True:
            try:
                await self._catch_up()
                self._is_ready.set()
            except (*UNREACHABLE, psycopg.Error) as error:
                logger.warning("Run %s cannot be read now: %s", self.live.run_id, error)
            if self.live.is_over:
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS):
                    await self.bell.wait()
            self.bell.clear()

    async def _catch_up(self) -> None:
        """Take in what was written since the last time."""
        head = await self._store.head(self.live.run_id)
        if head is None:
            self.live.end(State.CANCELLED)
            return
        if head["state"] not in ACTIVE:
            packed = await self._store.log(self.live.run_id)
            self._feed(list(unpack(packed)) if packed else [])
            self.live.end(head["state"])
            return
        for seq, first, packed in await self._store.chunks_after(self.live.run_id, self._seq):
            self._feed(list(unpack(packed, first)))
            self._seq = seq
        if not self.live.events:
            self.live.note(head["state"], head["attempts"], head["error"])

    def _feed(self, events: list[LoggedEvent]) -> None:
        known = len(self.live.events)
        for logged in events:
            if logged.number <= known:
                continue
            with suppress(BadStream):  # the executor has seen it too and ends the run
                self.live.receive(logged.decoded(), logged.ms)
