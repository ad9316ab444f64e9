"""The one LISTEN connection of a process, whose session also holds the process's lease.

While the session lives, other processes know from its advisory lock that the runs of this process
are being looked after. When Postgres restarts, a new connection takes the lock again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import psycopg

from .store import CHANNEL, LEASES

logger = logging.getLogger(__name__)

LONGEST_PAUSE = 0.5  # seconds; a small part of the grace after which others end our runs


class Lease:
    """Holds the lease and passes notices on: ``on_notice(kind, run id)``, on the event loop."""

    def __init__(self, conninfo: str, key: int, on_notice: Callable[[str, int], None]) -> None:
        self._conninfo = conninfo
        self._key = key
        self._on_notice = on_notice
        self.is_held = asyncio.Event()

    async def hold(self) -> None:
        """Connect, lock, listen; for ever, until the task is cancelled."""
        pause = 0.1
        while True:
            try:
                await self._listen()
            except (psycopg.Error, OSError) as error:
                if self.is_held.is_set():
                    logger.warning("Lost Postgres, connecting again: %s", error)
                self.is_held.clear()
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                pause = 0.1

    async def _listen(self) -> None:
        connection = await psycopg.AsyncConnection.connect(self._conninfo, autocommit=True)
        async with connection:
            await connection.execute("SELECT pg_advisory_lock(%s, %s)", (LEASES, self._key))
            await connection.execute(f"LISTEN {CHANNEL}")
            self.is_held.set()
            # A notice may have been missed while there was no connection: look at everything.
            self._on_notice("all", 0)
            async for notice in connection.notifies():
                kind, _, run_id = notice.payload.partition(":")
                if run_id.isdecimal():
                    self._on_notice(kind, int(run_id))
