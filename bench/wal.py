"""What a run costs Postgres in write-ahead log."""

from __future__ import annotations

import asyncio

import psycopg

from bench.report import Row
from bench.stage import Stage
from bench.streams import open_stream

TOKENS = 1_000
QUIET_SECONDS = 1.0  # for the launcher's own housekeeping to come to rest
STATISTICS = "SELECT wal_records FROM pg_stat_wal"


async def measure(stage: Stage) -> list[Row]:
    """Bytes of WAL for 1,000 tokens at two speeds, then shared by ten runs."""
    rows = []
    with stage.installation.connect() as connection:
        leave_out_maintenance(connection)
        await written(stage, connection, 1, 0, 300)
        for runs, rate in ((1, 50), (1, 100), (10, 50)):
            tokens = TOKENS if runs == 1 else TOKENS // 4
            size, records = await written(stage, connection, runs, rate, tokens)
            each = size / (runs * tokens)
            what = f"WAL per 1,000 tokens, {runs} run{'s' * (runs > 1)} at {rate} tokens/s"
            result = f"{each:.0f} kB ({records * 1000 // (runs * tokens)} records)"
            rows.append(Row(what, result, "P6: ≤ 40 kB", each <= 40))
    return rows


def leave_out_maintenance(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Log the runs alone: no vacuum, and no images of whole pages, which checkpoints cause."""
    for setting in ("autovacuum", "full_page_writes"):
        connection.execute(f"ALTER SYSTEM SET {setting} = off")  # type: ignore[arg-type]
    connection.execute("SELECT pg_reload_conf()")


async def written(
    stage: Stage,
    connection: psycopg.Connection[tuple[object, ...]],
    runs: int,
    rate: int,
    tokens: int,
) -> tuple[int, int]:
    """Bytes and records that the log grew by from pressing Run to the end of all runs."""
    installation = stage.installation
    await asyncio.sleep(QUIET_SECONDS)
    start = connection.execute("SELECT pg_current_wal_lsn()").fetchone()
    before = connection.execute(STATISTICS).fetchone()
    wishes = [stage.wish(tokens=tokens, rate=rate)[1] for _ in range(runs)]
    paths = [await installation.run(wish) for wish in wishes]
    for path in paths:
        stream = await open_stream(installation.url, f"{path}stream/", installation.cookies())
        await stream.ended
        stream.close()
    await asyncio.sleep(QUIET_SECONDS)
    query = "SELECT (pg_current_wal_lsn() - %s::pg_lsn)::bigint"
    size = connection.execute(query, start).fetchone()
    after = connection.execute(STATISTICS).fetchone()
    await stage.upstream.times()
    assert size
    assert before
    assert after
    return int(str(size[0])), int(str(after[0])) - int(str(before[0]))
