"""The turnstile: how many requests work at the same time, and what does not count."""

from __future__ import annotations

import asyncio
from typing import Any

from workbench.turnstile import Turnstile

PLACES = 2
LAST = {"type": "http.request", "body": b"", "more_body": False}
MORE = {"type": "http.request", "body": b"a", "more_body": True}


class Pages:
    """An application whose requests end when they are told to."""

    def __init__(self) -> None:
        self.working = 0
        self.go_on = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        while (await receive())["more_body"]:
            pass
        self.working += 1
        await send({"type": "http.response.start", "status": 200, "headers": []})
        if scope["path"] == "/stream":
            await send({"type": "http.response.body", "body": b"x", "more_body": True})
        await self.go_on.wait()
        if scope["path"] == "/broken":
            raise RuntimeError
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def visit(turnstile: Turnstile, path: str, *events: dict[str, Any]) -> list[Any]:
    """One request; returns what was sent."""
    waiting, sent = list(events or (LAST,)), []

    async def receive() -> Any:
        if not waiting:
            await asyncio.Event().wait()
        return waiting.pop(0)

    async def send(event: Any) -> None:
        sent.append(event)

    scope: Any = {"type": "http", "path": path}
    await turnstile(scope, receive, send)
    return sent


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_only_so_many_requests_work_at_once_and_all_get_their_turn() -> None:
    pages = Pages()
    turnstile: Any = Turnstile(pages, PLACES)  # type: ignore[arg-type]
    visits = [asyncio.create_task(visit(turnstile, "/")) for _ in range(5)]
    await settle()
    assert pages.working == PLACES
    pages.go_on.set()
    answers = await asyncio.gather(*visits)
    assert pages.working == 5
    assert all(len(answer) == 2 for answer in answers)


async def test_paths_with_places_of_their_own_take_none_from_the_others() -> None:
    pages = Pages()
    turnstile: Any = Turnstile(pages, PLACES, {"/api/": 1})  # type: ignore[arg-type]
    programs = [asyncio.create_task(visit(turnstile, "/api/v1/")) for _ in range(5)]
    await settle()
    assert pages.working == 1
    people = [asyncio.create_task(visit(turnstile, "/")) for _ in range(5)]
    await settle()
    assert pages.working == 1 + PLACES
    pages.go_on.set()
    await asyncio.gather(*programs, *people)
    assert pages.working == 10


async def test_an_open_stream_needs_no_place() -> None:
    pages = Pages()
    turnstile: Any = Turnstile(pages, PLACES)  # type: ignore[arg-type]
    visits = [asyncio.create_task(visit(turnstile, "/stream")) for _ in range(5)]
    await settle()
    assert pages.working == 5
    pages.go_on.set()
    await asyncio.gather(*visits)


async def test_an_upload_that_is_not_whole_needs_no_place() -> None:
    pages = Pages()
    turnstile: Any = Turnstile(pages, PLACES)  # type: ignore[arg-type]
    uploads = [asyncio.create_task(visit(turnstile, "/", MORE)) for _ in range(5)]
    whole = asyncio.create_task(visit(turnstile, "/", MORE, LAST))
    await settle()
    assert pages.working == 1
    pages.go_on.set()
    await whole
    for upload in uploads:
        upload.cancel()
    await asyncio.gather(*uploads, return_exceptions=True)


async def test_a_request_that_fails_gives_its_place_back() -> None:
    pages = Pages()
    pages.go_on.set()
    turnstile: Any = Turnstile(pages, PLACES)  # type: ignore[arg-type]
    broken = [visit(turnstile, "/broken") for _ in range(5)]
    failures = await asyncio.gather(*broken, return_exceptions=True)
    assert [type(failure) for failure in failures] == [RuntimeError] * 5
    assert len(await visit(turnstile, "/")) == 2
