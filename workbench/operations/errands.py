"""What a web process does beside requests and runs: again and again, as long as it lives.

Each errand does one piece of work and says whether there may be more. Several processes do the same
errands; the rows that they claim in the database keep two from doing one piece.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from asgiref.sync import sync_to_async
from django.db import Error, connections

logger = logging.getLogger(__name__)

LONGEST_PAUSE = 30.0  # seconds between two tries while something is broken
LAST_WORDS_SECONDS = 5.0  # for a piece of work that goes on when the process stops


@dataclass(frozen=True)
class Errand:
    """``do`` returns whether to go on at once; else it is done again after ``seconds``."""

    name: str
    do: Callable[[], Awaitable[bool]]
    seconds: float


def in_thread(work: Callable[[], bool]) -> Callable[[], Awaitable[bool]]:
    """``work``, which may wait, as something to await; its database connection goes back."""

    def worked() -> bool:
        try:
            return work()
        finally:
            connections.close_all()

    return sync_to_async(worked, thread_sensitive=False)


class Errands:
    """Does the errands of a process: each in a task of its own on the process's event loop."""

    def __init__(self, *errands: Errand) -> None:
        self._errands = errands
        self._is_stopping = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin."""
        self._is_stopping.clear()
        self._tasks = [asyncio.create_task(self._keep_at(errand)) for errand in self._errands]

    def drain(self) -> None:
        """Begin no further piece of work."""
        self._is_stopping.set()

    async def stop(self) -> None:
        """Let what goes on come to its end, but not for long: a claim that is left runs out."""
        self.drain()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=LAST_WORDS_SECONDS)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _keep_at(self, errand: Errand) -> None:
        pause = random.uniform(0, errand.seconds)  # processes that start together take turns
        while not await self._is_told_to_stop(pause):
            try:
                pause = 0 if await errand.do() else errand.seconds
            except Error as error:
                logger.warning("%s: the database cannot be asked: %s", errand.name, error)
                pause = LONGEST_PAUSE
            except Exception:
                logger.exception("%s: this failed", errand.name)
                pause = LONGEST_PAUSE

    async def _is_told_to_stop(self, seconds: float) -> bool:
        """Wait; whether the process stops meanwhile."""
        if self._is_stopping.is_set():  # a wait of no time would not see it
            return True
        try:
            await asyncio.wait_for(self._is_stopping.wait(), seconds)
        except TimeoutError:
            return False
        return True
