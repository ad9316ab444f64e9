"""Looking at a database from outside, and running Postgres' own programs on it."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from workbench.launch import binaries, cluster
from workbench.launch.errors import LaunchError

LEASES = 0x57_4B_42_01
"""The class of the advisory locks that web processes hold, as in ``runs/store.py``."""
_TABLES = """
    SELECT EXISTS (SELECT FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE nspname = 'public' AND relkind IN ('r', 'p'))
"""
_WORKING = """
    SELECT count(DISTINCT objid) FROM pg_locks
    WHERE locktype = 'advisory' AND classid = %s AND objsubid = 2 AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


@contextmanager
def opened(url: str) -> Iterator[psycopg.Connection[tuple[int]]]:
    """A connection to the database at ``url``; what fails in it is raised as LaunchError."""
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
            yield connection
    except psycopg.Error as error:
        reason = str(error).strip().splitlines() or ["it does not answer"]
        raise LaunchError(f"The database cannot be used: {reason[-1]}") from None


def has_tables(connection: psycopg.Connection[tuple[int]]) -> bool:
    """Whether anything is in it."""
    return bool(_one(connection, _TABLES))


def working(connection: psycopg.Connection[tuple[int]]) -> int:
    """How many web processes of Workbench work on it now."""
    return _one(connection, _WORKING, LEASES)


def major_version(connection: psycopg.Connection[tuple[int]]) -> int:
    """The major version of the server."""
    return connection.info.server_version // 10_000


@contextmanager
def program(
    name: str,
    options: list[str],
    url: str = "",
    *,
    stdin: int | IO[bytes] = subprocess.DEVNULL,
    stdout: int | IO[bytes] = subprocess.DEVNULL,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program of Postgres on the database at ``url``; its failure is raised as LaunchError.

    The password goes by the environment: the arguments of a process are there for all to see.
    """
    environ = cluster.server_environment()
    command = [str(binaries.installed()[0].program(name)), *options]
    if url:
        parts = conninfo_to_dict(url)
        if password := parts.pop("password", None):
            environ["PGPASSWORD"] = str(password)
        command.append(f"--dbname={make_conninfo('', **parts)}")
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, env=environ, stdin=stdin, stdout=stdout, stderr=said)
        try:
            yield process
        except BrokenPipeError:  # it ended early: it says why below
            pass
        except BaseException:
            process.kill()
            raise
        finally:
            process.communicate()
        if process.returncode:
            said.seek(0)
            text = said.read().decode("utf-8", "replace")
            raise LaunchError(cluster.explain(text, f"{name} failed", Path(name)))


def _one(connection: psycopg.Connection[tuple[int]], statement: str, *values: int) -> int:
    row = connection.execute(statement, values).fetchone()
    return row[0] if row else 0
