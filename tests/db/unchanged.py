"""What is in all tables, as one digest per table, and a way to undo what a request did."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from asgiref.sync import iscoroutinefunction
from django.db import connection, transaction

from tests.every_url import Url

# What every request may write: its session, and how often somebody tried.
WRITTEN_BY_ALL = {"django_session", "accounts_session", "accounts_tokenbucket"}


def digests() -> dict[str, str]:
    """The number of rows and a sum of their hashes of each table, by one statement."""
    with connection.cursor() as cursor:
        tables = sorted(set(connection.introspection.table_names(cursor)) - WRITTEN_BY_ALL)
        parts = [
            f"SELECT '{table}', count(*) || ':' || coalesce(sum(hashtextextended(t::text, 0)), 0)"
            f" FROM {table} t"
            for table in tables
        ]
        cursor.execute(" UNION ALL ".join(parts))
        return dict(cursor.fetchall())


@contextmanager
def undone(url: Url | None = None) -> Iterator[None]:
    """Take back what the requests within did; async views end a test's transaction themselves."""
    if url is not None and iscoroutinefunction(url.view):
        yield
        return
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
