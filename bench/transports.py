"""The client alone, with each HTTP transport it could run on: CPU per event and added lag."""

from __future__ import annotations

import asyncio
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from statistics import median

import httpx
import orjson
import uvloop

from bench.document import MARK
from bench.report import Row
from bench.stage import Stage
from bench.streams import MARKS, MILLION, percentile
from workbench.messages_api import Accumulator, Client, MessageRequest

STREAMS = 50
RATE = 50
TOKENS = 200
ROUNDS = 2
Arrivals = dict[str, list[tuple[int, int]]]


def httpcore() -> httpx.AsyncBaseTransport | None:
    """What httpx uses by itself."""
    return None


def aiohttp() -> httpx.AsyncBaseTransport | None:
    """The transport of httpx-aiohttp; raises ImportError without it (it is no requirement)."""
    from httpx_aiohttp import AiohttpTransport

    transport: httpx.AsyncBaseTransport = AiohttpTransport(trust_env=False)
    return transport


TRANSPORTS = {"httpx": httpcore, "httpx-aiohttp": aiohttp}


async def measure(stage: Stage) -> list[Row]:
    """Read the same load with each transport by turns, each in a process of its own."""
    usable = [name for name in TRANSPORTS if _is_installed(name)]
    found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in usable}
    for _ in range(ROUNDS):
        for name in usable:
            found[name].append(await _read(stage, name))
    rows = []
    for name, values in found.items():
        cpu, middle, late = (median(column) for column in zip(*values, strict=True))
        result = f"{cpu:.0f} ms; lag median {middle:.1f} ms, p99 {late:.1f} ms"
        rows.append(Row(f"client alone on {name}, {STREAMS} streams: CPU per 1,000 events", result))
    return rows


def _is_installed(name: str) -> bool:
    try:
        TRANSPORTS[name]()
    except ImportError:
        return False
    return True


async def _read(stage: Stage, name: str) -> tuple[float, float, float]:
    """CPU milliseconds per 1,000 events, median and p99 of the lag in milliseconds."""
    wishes = [stage.wish(tokens=TOKENS, rate=RATE, hold=1) for _ in range(STREAMS)]
    reader = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bench.transports", name, stage.upstream.url, *(wish for _, wish in wishes)),
        stdout=PIPE,
    )
    await stage.upstream.go(STREAMS)
    said = orjson.loads((await reader.communicate())[0])
    times = await stage.upstream.times()
    arrivals: Arrivals = said["arrivals"]
    lags = [(at - times[key][mark]) / MILLION for key, _ in wishes for mark, at in arrivals[key]]
    if len(lags) < STREAMS * sum(mark < TOKENS for mark in MARKS):
        raise RuntimeError(f"the client on {name} lost text")
    return said["cpu"] * MILLION / said["events"], median(lags), percentile(lags, 0.99)


async def _reader(name: str, url: str, wishes: Sequence[str]) -> None:
    """The process that reads: prints what it cost and when each mark came."""
    arrivals: Arrivals = {}
    async with Client(url, "sk-ant-bench-0000", transport=TRANSPORTS[name]()) as client:
        began = time.process_time()
        counts = await asyncio.gather(*(_one(client, wish, arrivals) for wish in wishes))
        cpu = time.process_time() - began
    sys.stdout.buffer.write(orjson.dumps({"cpu": cpu, "events": sum(counts), "arrivals": arrivals}))


async def _one(client: Client, wish: str, arrivals: Arrivals) -> int:
    """Read one answer as a run does; returns how many events it had."""
    key = wish.partition("key=")[2].split()[0]
    noted = arrivals.setdefault(key, [])
    accumulator, count = Accumulator(), 0
    request = {
        "model": "claude-opus-5-5",
        "max_tokens": 4096,
        "messages": [{"role": "user", "content": wish}],
    }
    async with client.open(MessageRequest("2026-10-21", (), request)) as answer:
        async for event in answer.events():
            accumulator.apply(event)
            count += 1
            if mark := MARK.search(event.raw):
                noted.append((int(mark[1]), time.monotonic_ns()))
    return count


if __name__ == "__main__":
    uvloop.run(_reader(sys.argv[1], sys.argv[2], sys.argv[3:]))
