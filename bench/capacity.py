"""How many streams one web process holds, and what each costs: CPU, memory, lag."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bench import processes, relay
from bench.report import Row
from bench.stage import Stage, TooBusy, body
from bench.streams import MARKS, Stream, lags, open_direct, open_stream, percentile
from bench.upstream import HOLD_SPREAD

RATE = 50
SETTLE_SECONDS = HOLD_SPREAD + 0.7
WINDOW_SECONDS = 4.0
DIRECT_SECONDS = 2.0
STEPS = (25, 50, 100, 150, 200, 300)
FRAMES = {"events": 30.0, "stream": 80.0}  # milliseconds, RUN_FRAME_INTERVAL and the events' own
ALLOWED_MS = 100.0
DIRECT_IS_SLOW_MS = 50.0
REFERENCE = 50  # streams at which CPU is compared
COMPARISONS = 2
VIEWERS = 100
PARALLEL_POSTS = 4


@dataclass
class Load:
    """What a number of streams did to the web process within the window."""

    streams: int
    events: float
    lags: list[float]
    cpu: float
    other_cpu: float
    memory: int

    @property
    def p99(self) -> float:
        return percentile(self.lags, 0.99)

    @property
    def cpu_per_1000(self) -> float:
        """CPU milliseconds of the web process per 1,000 events of the upstream."""
        return self.cpu * 1e6 / self.events if self.events else float("nan")

    def __str__(self) -> str:
        return (
            f"p99 lag {self.p99:.0f} ms, web {self.cpu / WINDOW_SECONDS:.2f} and others "
            f"{self.other_cpu / WINDOW_SECONDS:.2f} cores"
        )


async def measure(stage: Stage) -> list[Row]:
    """Search the limit with the events and with the page, then compare at one number of streams."""
    direct = {}
    for streams in STEPS:
        direct[streams] = await direct_p99(stage, streams)
        if direct[streams] > DIRECT_IS_SLOW_MS:  # perhaps for a moment
            direct[streams] = await direct_p99(stage, streams)
        if direct[streams] > DIRECT_IS_SLOW_MS:
            break
    usable = [streams for streams in STEPS if direct.get(streams, 1e9) <= DIRECT_IS_SLOW_MS]
    if not usable:
        raise TooBusy(f"p99 of the direct line is {direct[STEPS[0]]:.0f} ms at {STEPS[0]} streams")
    line = ", ".join(f"{streams}: {p99:.0f} ms" for streams, p99 in direct.items())
    rows = [Row("direct line, p99 lag by number of streams", line)]
    await load(stage, "stream", 10)
    before = processes.memory(stage.installation.web)
    for kind, goal in (("events", 200), ("stream", 100)):
        rows += _rows(kind, goal, await _search(stage, kind, usable), before)
    return [*rows, await _compared(stage), *await _viewers(stage)]


async def _search(stage: Stage, kind: str, steps: Sequence[int]) -> list[Load]:
    """Loads of rising size until one is too much; that one is tried twice."""
    found: list[Load] = []
    for streams in steps:
        one = await load(stage, kind, streams)
        if not _holds(one, kind):
            one = min(one, await load(stage, kind, streams), key=lambda load: load.p99)
        found.append(one)
        if not _holds(one, kind):
            break
    return found


def _holds(load: Load, kind: str) -> bool:
    return load.p99 <= FRAMES[kind] + ALLOWED_MS


def _rows(kind: str, goal: int, loads: Sequence[Load], before: int) -> list[Row]:
    """The limit, and the cost at the reference; ``before`` is the memory without streams."""
    name = "page stream (rendered)" if kind == "stream" else "events stream"
    most = max((load.streams for load in loads if _holds(load, kind)), default=0)
    steps = "; ".join(f"{load.streams}: {load}" for load in loads[-2:])
    # Below the goal, a limit that the direct line has set says nothing about the product.
    is_open = _holds(loads[-1], kind)
    number = f"{most}, no more tried" if is_open else str(most)
    verdict = most >= goal if most >= goal or not is_open else None
    at = next((load for load in loads if load.streams == REFERENCE), loads[-1])
    each = max(0, loads[-1].memory - before) / loads[-1].streams / 1024
    return [
        Row(f"streams held, {name}", f"{number} ({steps})", f"P3: ≥ {goal}", verdict),
        Row(
            f"CPU of the web process per 1,000 events, {name}, {at.streams} streams",
            f"{at.cpu_per_1000:.0f} ms (a whole core: {20_000 / at.cpu_per_1000:.0f} streams)",
        ),
        Row(
            f"memory per open stream, {name}",
            f"{each:.0f} KB",
            "P5: ≤ 100 KB",
            each <= 100,
        ),
    ]


async def load(stage: Stage, kind: str, streams: int, viewers: int = 1) -> Load:
    """Let ``streams`` runs write at the same time, each seen by ``viewers``."""
    installation, upstream = stage.installation, stage.upstream
    web = installation.web
    wishes = [_held(stage) for _ in range(streams)]
    paths = await _start(stage, [wish for _, wish in wishes])
    cookies = installation.cookies()
    opened: list[list[Stream]] = []
    for path in paths:
        url = f"{path}{kind}/"
        some = [await open_stream(installation.url, url, cookies) for _ in range(viewers)]
        opened.append(some)
    await upstream.go(streams)
    await asyncio.sleep(SETTLE_SECONDS)
    since, cpu, other = time.monotonic_ns(), processes.cpu_seconds(web), _others(stage)
    await asyncio.sleep(WINDOW_SECONDS)
    until = time.monotonic_ns()
    cpu, other = processes.cpu_seconds(web) - cpu, _others(stage) - other
    memory = processes.memory(web)
    times = await _close(stage, opened)
    keys = [key for key, _ in wishes]
    late = [
        lag
        for key, some in zip(keys, opened, strict=True)
        for stream in some
        for lag in lags(stream, times[key], since, until)
    ]
    events = sum(since <= at < until for key in keys for at in times[key])
    expected = viewers * sum(
        since <= times[key][mark] < until
        for key in keys
        for mark in MARKS
        if mark < len(times[key])
    )
    if len(late) < 0.95 * expected:
        raise RuntimeError(f"only {len(late)} of {expected} marks arrived")
    return Load(streams, events, late, cpu, other, memory)


def _held(stage: Stage) -> tuple[str, str]:
    count = int(RATE * (SETTLE_SECONDS + WINDOW_SECONDS))
    return stage.wish(tokens=count, rate=RATE, hold=1)


def _others(stage: Stage) -> float:
    return stage.installation.other_cpu_seconds()


async def _start(stage: Stage, wishes: Sequence[str]) -> list[str]:
    """Press Run once per wish, a few at a time; returns the paths of the runs."""
    gate = asyncio.Semaphore(PARALLEL_POSTS)

    async def one(wish: str) -> str:
        async with gate:
            return await stage.installation.run(wish)

    return await asyncio.gather(*(one(wish) for wish in wishes))


async def _close(stage: Stage, opened: Sequence[Sequence[Stream]]) -> dict[str, list[int]]:
    """Wait for the ends of all streams; returns when each token was sent."""
    streams = [stream for some in opened for stream in some]
    await asyncio.wait([stream.ended for stream in streams], timeout=60)
    for stream in streams:
        stream.close()
    return await stage.upstream.times()


async def direct_p99(stage: Stage, streams: int) -> float:
    """The lag of the direct line with that many streams."""
    tokens = int(RATE * DIRECT_SECONDS)
    wishes = [stage.wish(tokens=tokens, rate=RATE, hold=1) for _ in range(streams)]
    opened = [await open_direct(stage.upstream.url, body(wish)) for _, wish in wishes]
    await stage.upstream.go(streams)
    times = await _close(stage, [opened])
    found: list[float] = []
    for (key, _), stream in zip(wishes, opened, strict=True):
        found += lags(stream, times[key])
    return percentile(found, 0.99)


async def _compared(stage: Stage) -> Row:
    """The product's CPU beside that of a bare relay, by turns."""
    ours, bare = [], []
    async with relay.running(stage.upstream.url) as (url, pid):
        for _ in range(COMPARISONS):
            bare.append(await _relay_cpu(stage, url, pid))
            ours.append((await load(stage, "events", REFERENCE)).cpu_per_1000)
    ratio = median(ours) / median(bare)
    return Row(
        f"CPU per 1,000 events beside a bare relay (uvicorn and httpx), {REFERENCE} streams",
        f"{median(ours):.0f} ms and {median(bare):.0f} ms: {ratio:.1f} ×",
        "P2: ≤ 0.6 × LiteLLM, about 0.7 × the relay",
        ratio <= 0.7,
    )


async def _relay_cpu(stage: Stage, url: str, pid: int) -> float:
    """CPU milliseconds of the relay per 1,000 events."""
    wishes = [_held(stage) for _ in range(REFERENCE)]
    opened = [await open_direct(url, body(wish)) for _, wish in wishes]
    await stage.upstream.go(REFERENCE)
    await asyncio.sleep(SETTLE_SECONDS)
    since, cpu = time.monotonic_ns(), processes.cpu_seconds(pid)
    await asyncio.sleep(WINDOW_SECONDS)
    until, cpu = time.monotonic_ns(), processes.cpu_seconds(pid) - cpu
    times = await _close(stage, [opened])
    return cpu * 1e6 / sum(since <= at < until for sent in times.values() for at in sent)


async def _viewers(stage: Stage) -> list[Row]:
    """One run, watched by one and by a hundred."""
    one = await load(stage, "stream", 1)
    many = await load(stage, "stream", 1, VIEWERS)
    frames = WINDOW_SECONDS * 1000 / FRAMES["stream"] * VIEWERS
    each = (many.cpu - one.cpu) * 1e6 / frames  # microseconds
    ratio = many.cpu / max(one.cpu, 0.01)
    memory = (many.memory - one.memory) / VIEWERS / 1024
    return [
        Row(
            f"CPU of one run with {VIEWERS} viewers",
            f"{ratio:.1f} × one viewer ({each:.0f} µs per viewer and frame), p99 lag "
            f"{many.p99:.0f} ms",
        ),
        Row(
            f"memory per viewer, {VIEWERS} on one run",
            f"{memory:.0f} KB",
            "P4: ≤ 100 KB",
            memory <= 100,
        ),
    ]
