"""One run watched by 500 people at two web processes: the one that executes it, and another."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from bench import processes
from bench.capacity import direct_p99
from bench.report import Row
from bench.stage import Stage
from bench.streams import Stream, lags, open_stream, percentile
from bench.upstream import HOLD_SPREAD

VIEWERS = 500
RATE = 50  # tokens per second
SETTLE_SECONDS = HOLD_SPREAD + 1.0
WINDOW_SECONDS = 5.0
BATCH = 20  # who come at the same time
END_SECONDS = 60
CONNECTIONS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
PLACES = ("executing", "other")
NAMES = {"stream": "page stream (rendered)", "events": "events stream"}


@dataclass
class Seen:
    """What the viewers of one run met: by process, in the order of ``PLACES``."""

    lags: list[list[float]]
    cores: list[float]
    memory: list[int]
    other_cores: float
    connections: int
    ended: int


async def measure(stage: Stage) -> list[Row]:
    """One viewer at each process, then all of them; pages first, then raw events."""
    urls = [stage.installation.url, await stage.installation.another_web()]
    rows = [Row(f"direct line, {VIEWERS} streams", f"p99 lag {await _direct(stage):.0f} ms")]
    # What the first to come leave behind, such as threads, is no viewer's.
    await _watched(stage, urls, "stream", VIEWERS)
    for kind, name in NAMES.items():
        alone = await _watched(stage, urls, kind, len(urls))
        rows.append(_row(f"one viewer at each of two processes, {name}", alone, len(urls)))
        many = await _watched(stage, urls, kind, VIEWERS)
        rows.append(_row(f"{VIEWERS} viewers of one run at two processes, {name}", many, VIEWERS))
        rows.append(_memory(name, alone, many))
    return rows


async def _direct(stage: Stage) -> float:
    return await direct_p99(stage, VIEWERS)


def _row(what: str, seen: Seen, viewers: int) -> Row:
    places = zip(PLACES, seen.lags, seen.cores, strict=True)
    each = "; ".join(
        f"{place} process: lag median {percentile(late, 0.5):.0f} ms, "
        f"p99 {percentile(late, 0.99):.0f} ms, {cores:.2f} cores"
        for place, late, cores in places
    )
    result = (
        f"{seen.ended} read to the end; {each}; Postgres {seen.other_cores:.2f} cores, "
        f"{seen.connections} connections"
    )
    goal = f"all {viewers} to the end" if viewers == VIEWERS else ""
    return Row(what, result, goal, seen.ended == viewers if goal else None)


def _memory(name: str, alone: Seen, many: Seen) -> Row:
    """What a viewer more takes at either process."""
    more = [now - then for now, then in zip(many.memory, alone.memory, strict=True)]
    each = [max(0, size) / (VIEWERS / len(PLACES)) / 1024 for size in more]
    return Row(
        f"memory per viewer, {VIEWERS} on one run, {name}",
        " and ".join(
            f"{size:.0f} KB ({place} process)" for size, place in zip(each, PLACES, strict=True)
        ),
        "P4: ≤ 100 KB",
        max(each) <= 100,
    )


async def _watched(stage: Stage, urls: list[str], kind: str, viewers: int) -> Seen:
    """Let one run write while ``viewers`` watch it, by turns at each address."""
    installation = stage.installation
    pids = installation.webs
    key, wish = stage.wish(tokens=int(RATE * (SETTLE_SECONDS + WINDOW_SECONDS)), rate=RATE, hold=1)
    path = f"{await installation.run(wish)}{kind}/"
    streams = await _open(urls, path, installation.cookies(), viewers)
    await stage.upstream.go(1)
    await asyncio.sleep(SETTLE_SECONDS)
    since = time.monotonic_ns()
    cpu = [processes.cpu_seconds(pid) for pid in pids]
    other = installation.other_cpu_seconds()
    await asyncio.sleep(WINDOW_SECONDS)
    until = time.monotonic_ns()
    used = [processes.cpu_seconds(pid) - then for pid, then in zip(pids, cpu, strict=True)]
    other = installation.other_cpu_seconds() - other
    memory = [processes.memory(pid) for pid in pids]
    connections = _connections(stage)
    await asyncio.wait([stream.ended for stream in streams], timeout=END_SECONDS)
    for stream in streams:
        stream.close()
    sent = (await stage.upstream.times())[key]
    return Seen(
        [_lags(streams[place :: len(urls)], sent, since, until) for place in range(len(urls))],
        [seconds / WINDOW_SECONDS for seconds in used],
        memory,
        other / WINDOW_SECONDS,
        connections,
        sum(_has_ended(stream) for stream in streams),
    )


async def _open(urls: list[str], path: str, cookies: dict[str, str], viewers: int) -> list[Stream]:
    """Streams that have all shown something, opened a few at a time as people come."""
    streams: list[Stream] = []
    while len(streams) < viewers:
        some = range(len(streams), min(len(streams) + BATCH, viewers))
        streams += [await open_stream(urls[each % len(urls)], path, cookies) for each in some]
        await asyncio.wait([stream.begun for stream in streams], timeout=END_SECONDS)
    return streams


def _lags(streams: list[Stream], sent: list[int], since: int, until: int) -> list[float]:
    return [lag for stream in streams for lag in lags(stream, sent, since, until)]


def _has_ended(stream: Stream) -> bool:
    """Whether the last event has come; a connection that was cut has none."""
    return b"event: done" in b"".join(data for _, data in stream.chunks[-3:])


def _connections(stage: Stage) -> int:
    """Connections to the database but our own."""
    with stage.installation.connect() as connection:
        found = connection.execute(CONNECTIONS).fetchone()
    assert found is not None
    return int(str(found[0])) - 1
