"""Everything the executor reads from and writes to Postgres, as named functions.

Async psycopg on a small pool of its own, since a run must be kept even when every page is busy, and
since the ORM would hold a thread and a connection per run. Times are the database's clock.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import dict_row
from psycopg.types.json import Json, Jsonb
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from workbench.messages_api import clean_json
from workbench.messages_api.text import write_json

from .log import LoggedEvent, pack
from .models import ACTIVE, State
from .search_document import run_document
from .spending.settling import settle
from .team_usage.counting import COUNT

logger = logging.getLogger(__name__)

# What a call raises when Postgres is away, and may do better in a moment.
UNREACHABLE = (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout, OSError)
CHANNEL = "workbench_runs"
LEASES = 0x57_4B_42_01  # the class of our advisory locks: "WKB", 1
ACTIVE_STATES = [state.value for state in ACTIVE]
CONNECTION_SECONDS = 2.0  # to wait for one; who cannot do without tries again
REQUEST_ID_LENGTH = 200  # of the column; whatever an upstream sends is cut to it

# Only the executor claims, so one that finds its run claimed had lost the answer to its first try.
CLAIM = """
    UPDATE runs_run SET state = 'connecting', started_at = now(), attempts = 1
    WHERE id = %s AND executor = %s AND state IN ('queued', 'connecting')
        AND cancel_requested_at IS NULL
    RETURNING id
"""
ATTEMPT = """
    UPDATE runs_run SET attempts = %s, error = %s
    WHERE id = %s AND executor = %s AND state = 'connecting'
"""
STREAMING = """
    UPDATE runs_run SET state = 'streaming', error = NULL, attempts = %s, http_status = %s,
        upstream_request_id = %s, request_headers = %s, response_headers = %s
    WHERE id = %s AND executor = %s AND state = 'connecting'
"""
# The join keeps a process whose run was taken from it from adding to a run that has ended. A chunk
# that is there already was written when the connection broke before it could say so.
CHUNK = """
    INSERT INTO runs_runchunk (run_id, seq, first, count, events)
    SELECT id, %s, %s, %s, %s FROM runs_run
    WHERE id = %s AND executor = %s AND state = ANY(%s)
    ON CONFLICT (run_id, seq) DO NOTHING
"""
STILL_OURS = "SELECT id FROM runs_run WHERE id = ANY(%s) AND executor = %s AND state = ANY(%s)"
TO_CANCEL = """
    SELECT id FROM runs_run
    WHERE executor = %s AND state = ANY(%s) AND cancel_requested_at IS NOT NULL
"""
FINISH = """
    UPDATE runs_run SET state = %(state)s, ending = %(ending)s, error_kind = %(error_kind)s,
        error = %(error)s, http_status = coalesce(%(http_status)s, http_status),
        upstream_request_id = coalesce(nullif(%(upstream_request_id)s, ''), upstream_request_id),
        attempts = greatest(attempts, %(attempts)s), message = %(message)s,
        input_tokens = %(input_tokens)s, output_tokens = %(output_tokens)s,
        thinking_tokens = %(thinking_tokens)s, cache_read_tokens = %(cache_read_tokens)s,
        cache_write_tokens = %(cache_write_tokens)s, cost_usd = %(cost_usd)s, cost = %(cost)s,
        first_token_ms = %(first_token_ms)s, duration_ms = %(duration_ms)s,
        event_count = %(event_count)s, byte_count = %(byte_count)s,
        invalid_bytes = %(invalid_bytes)s, finished_at = now()
    WHERE id = %(run)s AND state = ANY(%(active)s)
    RETURNING team_id, prompt_name, request
"""
TEXT = """
    INSERT INTO runs_runtext (run_id, team_id, search) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING
"""
LOG = "INSERT INTO runs_runlog (run_id, events) VALUES (%s, %s) ON CONFLICT DO NOTHING"
NO_CHUNKS = "DELETE FROM runs_runchunk WHERE run_id = %s"
NOTIFY = "SELECT pg_notify(%s, message) FROM unnest(%s::text[]) AS message"
HEAD = """
    SELECT id, state, model, attempts, error, cancel_requested_at, upstream
    FROM runs_run WHERE id = %s
"""
CHUNKS_AFTER = """
    SELECT seq, first, events FROM runs_runchunk WHERE run_id = %s AND seq > %s ORDER BY seq
"""
READ_LOG = "SELECT events FROM runs_runlog WHERE run_id = %s"
# A lease is an advisory lock (two keys, hence objsubid 2) on the session of the process.
ABANDONED = """
    SELECT r.id FROM runs_run r WHERE r.state = ANY(%s) AND (r.executor = %s OR NOT EXISTS (
        SELECT FROM pg_locks l
        WHERE l.locktype = 'advisory' AND l.classid = %s AND l.objid = r.executor::bigint::oid
            AND l.objsubid = 2 AND l.granted
            AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())))
"""
RIGHTS = """
    SELECT v.token, s.session_key IS NOT NULL AND u.id IS NOT NULL, m.role
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[])
        AS v(token, user_id, team_id, session)
    LEFT JOIN accounts_user u ON u.id = v.user_id AND u.is_active
    LEFT JOIN accounts_session s ON s.session_key = v.session AND s.expire_date > now()
    LEFT JOIN accounts_membership m ON m.user_id = v.user_id AND m.team_id = v.team_id
"""


@dataclass(frozen=True)
class Chunk:
    """What one flush writes for one run."""

    run_id: int
    seq: int
    events: list[LoggedEvent]


@dataclass
class Outcome:
    """The end of a run, as the columns that are written. Times in ms, tokens as counts."""

    state: State
    ending: str = ""
    error_kind: str = ""
    error: dict[str, Any] | None = None
    http_status: int | None = None
    upstream_request_id: str = ""
    attempts: int = 0
    message: dict[str, Any] | None = None
    usage: Mapping[str, int | None] = field(default_factory=dict)
    cost_usd: Any = None
    cost: dict[str, Any] = field(default_factory=dict)
    first_token_ms: int | None = None
    duration_ms: int | None = None
    invalid_bytes: int = 0


class Store:
    """The executor's own few connections; every function raises ``psycopg.Error``."""

    def __init__(self, conninfo: str, lease: int) -> None:
        self.lease = lease
        self._pool = AsyncConnectionPool(
            conninfo,
            min_size=1,
            max_size=4,
            open=False,
            timeout=CONNECTION_SECONDS,
            kwargs={"autocommit": True},
            check=AsyncConnectionPool.check_connection,
        )

    async def open(self) -> None:
        await self._pool.open(wait=False)

    async def close(self) -> None:
        await self._pool.close(timeout=2)

    def pool_stats(self) -> Mapping[str, int]:
        """How the connections of the executor are used, in the words of ``psycopg_pool``."""
        return self._pool.get_stats()

    async def claim(self, run_id: int) -> bool:
        """Begin a queued run; False when it was stopped before."""
        return await self._one(CLAIM, (run_id, self.lease)) is not None

    async def note_attempt(self, run_id: int, number: int, waiting: dict[str, Any] | None) -> None:
        """Record which try this is and, while waiting for the next one, why and until when."""
        error = Jsonb(waiting) if waiting else None
        await self._run(ATTEMPT, (number, error, run_id, self.lease), [f"state:{run_id}"])

    async def note_streaming(self, run_id: int, head: Mapping[str, Any]) -> None:
        await self._run(
            STREAMING,
            (
                head["attempts"],
                head["http_status"],
                head["upstream_request_id"][:REQUEST_ID_LENGTH],
                Jsonb(clean_json(head["request_headers"])),
                Jsonb(clean_json(head["response_headers"])),
                run_id,
                self.lease,
            ),
            [f"state:{run_id}"],
        )

    async def append(self, chunks: Sequence[Chunk]) -> set[int]:
        """Write one chunk row per run, all in one transaction, and tell the other processes.

        The same chunk may be given again. Returns the runs that are no longer this process's.
        """
        rows = [
            (
                c.seq,
                c.events[0].number,
                len(c.events),
                pack(c.events),
                c.run_id,
                self.lease,
                ACTIVE_STATES,
            )
            for c in chunks
        ]
        async with self._pool.connection() as connection, connection.transaction():
            cursor = connection.cursor()
            unwritten = set()
            for chunk, row in zip(chunks, rows, strict=True):
                await cursor.execute(CHUNK, row)
                if not cursor.rowcount:
                    unwritten.add(chunk.run_id)
            if unwritten:
                await cursor.execute(STILL_OURS, (list(unwritten), self.lease, ACTIVE_STATES))
                unwritten -= {row[0] for row in await cursor.fetchall()}
            await cursor.execute(NOTIFY, (CHANNEL, [f"chunk:{c.run_id}" for c in chunks]))
        return unwritten

    async def finish(self, run_id: int, outcome: Outcome, events: Sequence[LoggedEvent]) -> bool:
        """Make the run terminal and keep its whole log; False when it had ended already."""
        packed = await asyncio.to_thread(pack, events)
        async with self._pool.connection() as connection, connection.transaction():
            cursor = await connection.execute(FINISH, _finish_columns(run_id, outcome, events))
            ended = await cursor.fetchone()
            if ended is None:
                return False
            await connection.execute(COUNT, (run_id,))
            await _write_text(connection, run_id, ended, outcome.message)
            received = sum(len(event.raw) for event in events)
            await connection.execute(LOG, (run_id, packed))
            await connection.execute(NO_CHUNKS, (run_id,))
            # Last, since every run of the team that begins or ends waits for the sums meanwhile.
            await settle(connection, run_id, ended[2], outcome, received)
            await connection.execute(NOTIFY, (CHANNEL, [f"done:{run_id}"]))
        return True

    async def head(self, run_id: int) -> dict[str, Any] | None:
        """The run's row without its request and message."""
        return await self._one(HEAD, (run_id,))

    async def chunks_after(self, run_id: int, seq: int) -> list[tuple[int, int, bytes]]:
        """(seq, first event number, packed events) of the chunks behind ``seq``."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(CHUNKS_AFTER, (run_id, seq))
            return [(row[0], row[1], bytes(row[2])) for row in await cursor.fetchall()]

    async def log(self, run_id: int) -> bytes | None:
        """The packed log of a finished run."""
        row = await self._one(READ_LOG, (run_id,))
        return bytes(row["events"]) if row else None

    async def abandoned(self) -> list[int]:
        """Runs that are not over although no other process holds their lease.

        Those of this process are among them: only it knows which of them it really executes.
        """
        async with self._pool.connection() as connection:
            cursor = await connection.execute(ABANDONED, (ACTIVE_STATES, self.lease, LEASES))
            return [row[0] for row in await cursor.fetchall()]

    async def to_cancel(self) -> list[int]:
        """Runs of this process that somebody asked to stop."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(TO_CANCEL, (self.lease, ACTIVE_STATES))
            return [row[0] for row in await cursor.fetchall()]

    async def rights_of(
        self, viewers: Iterable[tuple[int, int, int, str]]
    ) -> list[tuple[int, bool, str | None]]:
        """(token, is signed in, role in the team) of each (token, user, team, session)."""
        columns = [list(column) for column in zip(*viewers, strict=True)]
        async with self._pool.connection() as connection:
            cursor = await connection.execute(RIGHTS, columns)
            return await cursor.fetchall()

    async def _one(self, query: str, values: Sequence[Any]) -> dict[str, Any] | None:
        async with self._pool.connection() as connection:
            cursor = connection.cursor(row_factory=dict_row)
            await cursor.execute(query, values)
            return await cursor.fetchone()

    async def _run(self, query: str, values: Sequence[Any], notices: list[str]) -> None:
        async with self._pool.connection() as connection, connection.transaction():
            await connection.execute(query, values)
            await connection.execute(NOTIFY, (CHANNEL, notices))


async def _write_text(
    connection: AsyncConnection[Any],
    run_id: int,
    ended: tuple[Any, ...],
    message: dict[str, Any] | None,
) -> None:
    """Store what is found of the run that has ended; whatever fails here, it has ended."""
    team_id, prompt_name, request = ended
    try:
        found = await asyncio.to_thread(run_document, team_id, prompt_name, request, message)
        async with connection.transaction():
            await connection.execute(TEXT, (run_id, team_id, found.vector))
    except UNREACHABLE:
        raise
    except Exception:
        logger.exception("Run %s will not be found by its text", run_id)


def _finish_columns(run_id: int, outcome: Outcome, events: Sequence[LoggedEvent]) -> dict[str, Any]:
    usage = outcome.usage
    return {
        "run": run_id,
        "active": ACTIVE_STATES,
        "state": outcome.state.value,
        "ending": outcome.ending,
        "error_kind": outcome.error_kind,
        "error": Jsonb(clean_json(outcome.error)) if outcome.error else None,
        "http_status": outcome.http_status,
        "upstream_request_id": outcome.upstream_request_id[:REQUEST_ID_LENGTH],
        "attempts": outcome.attempts,
        "message": Json(outcome.message, dumps=write_json) if outcome.message else None,
        "input_tokens": usage.get("input_tokens"),
        "output_tokens": usage.get("output_tokens"),
        "thinking_tokens": usage.get("thinking_tokens"),
        "cache_read_tokens": usage.get("cache_read_tokens"),
        "cache_write_tokens": usage.get("cache_write_tokens"),
        "cost_usd": outcome.cost_usd,
        "cost": Jsonb(outcome.cost),
        "first_token_ms": outcome.first_token_ms,
        "duration_ms": outcome.duration_ms,
        "event_count": len(events),
        "byte_count": sum(len(event.raw) for event in events),
        "invalid_bytes": outcome.invalid_bytes,
    }


def conninfo_of(database: Mapping[str, Any]) -> str:
    """The libpq connection string for Django's settings of a database."""
    options = database.get("OPTIONS", {})
    return psycopg.conninfo.make_conninfo(
        dbname=database["NAME"],
        user=database["USER"] or None,
        password=database["PASSWORD"] or None,
        host=database["HOST"] or None,
        port=database["PORT"] or None,
        application_name="workbench runs",
        **{key: value for key, value in options.items() if key != "pool"},
    )
