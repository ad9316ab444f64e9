"""Waiting for somebody else to wait, so that no test depends on who is quicker."""

from __future__ import annotations

import time

from django.db import connection


def wait_until_somebody_waits() -> None:
    """Until another connection waits for a lock that this one holds."""
    until = time.monotonic() + 30
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute(
                "SELECT count(*) FROM pg_locks"
                " WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone()[0]:
                return
            time.sleep(0.01)
    raise AssertionError("nobody waits")
