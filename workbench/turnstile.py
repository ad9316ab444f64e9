"""Lets only so many requests work at the same time; the others wait in line for a moment.

Each request that works has a thread and a connection to Postgres of its own. Without this, two
hundred people whose pages connect again in the same second would use up all connections. Paths
can have places of their own: a program that reads without pause waits in its own line.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from asgiref.typing import (
    ASGI3Application,
    ASGIReceiveCallable,
    ASGIReceiveEvent,
    ASGISendCallable,
    ASGISendEvent,
    Scope,
)


class Turnstile:
    """An ASGI application in front of another: ``places`` requests work, the next ones wait.

    A request needs a place from the end of its body to the beginning of its answer, so neither a
    slow upload nor a stream that goes on for an hour holds one. ``apart`` gives the paths below a
    prefix that many places of their own.
    """

    def __init__(
        self, application: ASGI3Application, places: int, apart: Mapping[str, int] | None = None
    ) -> None:
        self.application = application
        self.places = asyncio.Semaphore(places)
        self.apart = {prefix: asyncio.Semaphore(own) for prefix, own in (apart or {}).items()}

    async def __call__(
        self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        visit = Visit(self._places_for(scope["path"]))

        async def received() -> ASGIReceiveEvent:
            event = await receive()
            if event["type"] == "http.request" and not event.get("more_body", False):
                await visit.begin()
            return event

        async def sent(event: ASGISendEvent) -> None:
            if event["type"] == "http.response.body":
                visit.end()
            await send(event)

        try:
            await self.application(scope, received, sent)
        finally:
            visit.end()

    def _places_for(self, path: str) -> asyncio.Semaphore:
        own = (places for prefix, places in self.apart.items() if path.startswith(prefix))
        return next(own, self.places)


class Visit:
    """One request's turn; it has a place at most once."""

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places = places
        self._has_place = False
        self._is_over = False

    async def begin(self) -> None:
        """Wait for a place."""
        if self._has_place or self._is_over:
            return
        await self._places.acquire()
        self._has_place = True

    def end(self) -> None:
        """Give the place back; a second time does nothing."""
        self._is_over = True
        if self._has_place:
            self._has_place = False
            self._places.release()
