"""Code from requests and requests from code, as ratios to writing the same request as JSON."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from functools import partial

from bench.report import Row
from bench.stage import Stage
from tests.unit.intake.hostile import BEGINS, HOSTILE, hostile
from workbench.export.source import Options, Source
from workbench.export.targets import generate
from workbench.intake.detect import read
from workbench.messages_api import MessageRequest

KEYS = ("python-2", "typescript-1", "curl", "raw")
"""One target of each kind: the others share their generators."""
PROMPTS = 1_000
MEGABYTE = 1_000_000
HOSTILE_SIZE = 100_000
LINE = 'Line {number}: "quoted", it\'s \\escaped, `ticked`, ${{dollar}}, größer, {{NAME}}\n'
Work = Callable[[], object]


async def measure(stage: Stage) -> list[Row]:
    """Each kind of code: one request of a megabyte, then a thousand of 2 KB, there and back."""
    return await asyncio.to_thread(_rows)


def _rows() -> list[Row]:
    large, usual = [_request(MEGABYTE)], [_request(2_000) for _ in range(PROMPTS)]
    rows = []
    for what, requests in (("one request of 1 MB", large), (f"{PROMPTS:,} prompts", usual)):
        plain = _seconds(partial(_dumps, requests))
        for key in KEYS:
            texts = [_code(key, request) for request in requests]
            writing = _seconds(partial(_export, key, requests))
            reading = _seconds(partial(_import, texts))
            rows.append(_row(f"{what} as {key}", writing, plain))
            rows.append(_row(f"{what} read back from {key}", reading, plain))
    return [*rows, _worst()]


def _worst() -> Row:
    """The hostile text that takes the longest, and how it grows: 4 is in step, 16 is squared."""
    _, name, begin = max(
        (_seconds(partial(read, begin + hostile(name, HOSTILE_SIZE)), goes=1), name, begin)
        for name in HOSTILE
        for begin in BEGINS
    )
    seconds = _seconds(partial(read, begin + hostile(name, HOSTILE_SIZE)))
    quarter = _seconds(partial(read, begin + hostile(name, HOSTILE_SIZE // 4)))
    result = f"{seconds * 1000:,.0f} ms ({name}): {seconds / quarter:.1f} × a quarter of it"
    return Row(f"the slowest of {len(HOSTILE) * len(BEGINS)} hostile texts of 100 KB", result)


def _row(what: str, seconds: float, plain: float) -> Row:
    result = f"{seconds * 1000:,.0f} ms: {seconds / plain:,.0f} × `json.dumps`"
    return Row(what, result)


def _request(characters: int) -> MessageRequest:
    line = LINE.format(number=7)
    text = line * (characters // len(line) + 1)
    turns = [{"role": "user", "content": text[:characters]}]
    body = {"model": "claude-opus-5-5", "max_tokens": 4096, "system": "Be brief."}
    return MessageRequest("2026-10-21", (), body | {"messages": turns})


def _dumps(requests: list[MessageRequest]) -> None:
    for request in requests:
        json.dumps(request.body)


def _export(key: str, requests: list[MessageRequest]) -> None:
    for request in requests:
        _code(key, request)


def _import(texts: list[str]) -> None:
    for text in texts:
        read(text)


def _code(key: str, request: MessageRequest) -> str:
    return generate(Source(request), key, Options()).files[0].text


def _seconds(work: Work, goes: int = 2) -> float:
    """The time of the fastest of so many goes."""
    times = []
    for _ in range(goes):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)
