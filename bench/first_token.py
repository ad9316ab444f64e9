"""What one user waits for more than with a direct client: the first token, and every later one."""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable
from html import unescape
from statistics import median

import httpx

from bench.document import MARK
from bench.report import Row
from bench.stage import Stage, TooBusy, body
from bench.streams import Stream, lags, open_direct, open_stream, percentile

ROUNDS = 15
ROUNDS_WITH_WAIT = 6
UPSTREAM_SECONDS = 0.5
LAG_TOKENS = 200
LAG_RATE = 50
DIRECT_IS_SLOW_MS = 25
CONNECT = re.compile(r'sse-connect="([^"]+)"')


async def measure(stage: Stage) -> list[Row]:
    """Time to the first token without and with a slow upstream, then the lag of the others."""
    for _ in range(3):
        await _page(stage, 0)
        await _events(stage, 0)
    direct, events, page = await _rounds(stage, 0, ROUNDS)
    if direct > DIRECT_IS_SLOW_MS:
        raise TooBusy(f"the direct line takes {direct:.0f} ms to the first token")
    slow_direct, slow_events, slow_page = await _rounds(stage, UPSTREAM_SECONDS, ROUNDS_WITH_WAIT)
    return [
        Row("first token, direct client", f"{direct:.1f} ms"),
        _added("events stream", events - direct, direct),
        _added("page stream", page - direct, direct),
        _slow("events stream", slow_events, slow_direct),
        _slow("page stream", slow_page, slow_direct),
        *await _lag_rows(stage),
    ]


def _added(what: str, added: float, direct: float) -> Row:
    result = f"{added:.1f} ms ({(added + direct) / direct:.1f} × direct)"
    return Row(f"added by Workbench, {what}", result, "P1: ≤ 8 ms", added <= 8)


def _slow(what: str, whole: float, direct: float) -> Row:
    ratio = whole / direct
    result = f"{ratio:.3f} × ({whole - direct:.1f} ms added)"
    goal = "P1: ≤ 1.02 ×"
    return Row(f"first token when the upstream needs 500 ms, {what}", result, goal, ratio <= 1.02)


async def _rounds(stage: Stage, first: float, count: int) -> tuple[float, float, float]:
    """Median milliseconds to the first token of all three ways, taken by turns."""
    ways: list[Callable[[Stage, float], Awaitable[float]]] = [_direct, _events, _page]
    found: list[list[float]] = [[], [], []]
    for _ in range(count):
        for way, values in zip(ways, found, strict=True):
            values.append(await way(stage, first) * 1000)
    return median(found[0]), median(found[1]), median(found[2])


def _wish(stage: Stage, first: float) -> str:
    return stage.wish(tokens=6, rate=0, first=first)[1]


async def _direct(stage: Stage, first: float) -> float:
    wanted = body(_wish(stage, first))
    began = time.perf_counter()
    url = f"{stage.upstream.url}/v1/messages"
    async with stage.installation.http.stream("POST", url, content=wanted) as answer:
        return await _until_text(answer, began)


async def _events(stage: Stage, first: float) -> float:
    """As a program does it: start the run, follow the redirect's path to its events."""
    installation = stage.installation
    wish = _wish(stage, first)
    began = time.perf_counter()
    path = await installation.run(wish)
    async with installation.http.stream("GET", f"{path}events/") as answer:
        return await _until_text(answer, began)


async def _page(stage: Stage, first: float) -> float:
    """As the page does it: Run by htmx, then the stream that the new pane names."""
    installation = stage.installation
    wish = _wish(stage, first)
    began = time.perf_counter()
    pane = await installation.press_run(wish, is_htmx=True)
    match = CONNECT.search(pane.text)
    if match is None:
        raise RuntimeError("the pane of the run has no stream")
    async with installation.http.stream("GET", unescape(match[1])) as answer:
        return await _until_text(answer, began)


async def _until_text(answer: httpx.Response, began: float) -> float:
    """Seconds from ``began`` to the first mark; reads the answer to its end."""
    answer.raise_for_status()
    found = 0.0
    async for data in answer.aiter_raw():
        if not found and MARK.search(data):
            found = time.perf_counter() - began
    return found


async def _lag_rows(stage: Stage) -> list[Row]:
    """How much later than it was sent each mark is seen, with one run at a time."""
    direct = await _lags(stage, "")
    rows = []
    for kind, frame in (("events", 30), ("stream", 80)):
        found = await _lags(stage, kind)
        added = [percentile(found, share) - percentile(direct, share) for share in (0.5, 0.99)]
        what = f"added lag per event, {'page' if kind == 'stream' else kind} stream"
        result = f"median {added[0]:.1f} ms, p99 {added[1]:.1f} ms (frame {frame} ms)"
        rows.append(Row(what, result))
    return rows


async def _lags(stage: Stage, kind: str) -> list[float]:
    key, wish = stage.wish(tokens=LAG_TOKENS, rate=LAG_RATE, first=0.3)
    stream = await _attach(stage, kind, wish)
    await stream.ended
    stream.close()
    return lags(stream, (await stage.upstream.times())[key])


async def _attach(stage: Stage, kind: str, wish: str) -> Stream:
    installation = stage.installation
    if not kind:
        return await open_direct(stage.upstream.url, body(wish))
    path = await installation.run(wish)
    return await open_stream(installation.url, f"{path}{kind}/", installation.cookies())
