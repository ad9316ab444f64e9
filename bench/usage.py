"""The page of usage over 1,000,000 runs: as many rows as they can ever come to."""

from __future__ import annotations

import asyncio
import statistics
import time
from importlib import import_module

from bench.library_rows import Connection
from bench.report import Row
from bench.stage import Stage

TIMES = 20
GOAL_MS = 300
DAYS, MEMBERS, PROMPTS, MODELS = 365, 25, 37, 3  # a row for each: 1,012,875
LAST = "last=2026-11-29&first=2025-11-30"
DETAIL = """
    INSERT INTO runs_usageday (team_id, day, user_id, prompt_id, model, upstream, runs, failed,
        input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_usd, unpriced)
    SELECT (SELECT id FROM accounts_team WHERE slug = 'acme'), date '2026-11-29' - day, member,
        prompt, 'model-' || model, 'anthropic', 1, 0, member * 1000, prompt * 100, 0, 0, model, 0
    FROM generate_series(0, %s) day, generate_series(1, %s) member, generate_series(1, %s) prompt,
        generate_series(1, %s) model
"""
PAGES = {
    "a year by day": "",
    "a year by member": "group=member",
    "a year by prompt": "group=prompt",
    "a year by model of one member": "group=model&member=3",
    "a year by member of one prompt": "group=member&prompt=3",
    "a year by prompt of one member": "group=prompt&member=3",
    "a year by prompt of one model": "group=prompt&model=model-1",
}


async def measure(stage: Stage) -> list[Row]:
    """Fill the sums, then the page in each of its shapes: times in ms."""
    with stage.installation.connect() as connection:
        began = time.monotonic()
        count = await asyncio.to_thread(_fill, connection)
        rows = [Row(f"{count:,} rows of one run each", f"made in {time.monotonic() - began:.0f} s")]
    return rows + [await _row(stage, what, query) for what, query in PAGES.items()]


def _fill(connection: Connection) -> int:
    connection.execute("TRUNCATE runs_usageday, runs_usagesum")
    made = connection.execute(DETAIL, (DAYS - 1, MEMBERS, PROMPTS, MODELS)).rowcount
    connection.execute(import_module("workbench.runs.migrations.0009_usage_sums")._SUMS)
    connection.commit()
    connection.autocommit = True
    connection.execute("VACUUM ANALYZE runs_usageday")
    connection.execute("VACUUM ANALYZE runs_usagesum")
    return made


async def _row(stage: Stage, what: str, query: str) -> Row:
    times = []
    for _ in range(TIMES):
        began = time.perf_counter()
        answer = await stage.installation.http.get(f"/t/acme/usage/?{LAST}&{query}")
        times.append((time.perf_counter() - began) * 1_000)
        assert answer.status_code == 200, answer.status_code
    median, most = statistics.median(times), max(times)
    result = f"median {median:.0f} ms, at most {most:.0f} ms"
    return Row(f"usage, {what}", result, f"median ≤ {GOAL_MS} ms", median <= GOAL_MS)
