"""A disk that is full, played by triggers that answer as Postgres does then (53100)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import psycopg
import pytest

from .running import eventually
from .site import Site

FULL = """
    CREATE FUNCTION disk_is_full() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'could not extend file: No space left' USING ERRCODE = '53100'; END $$
"""

Filled = Callable[[str], AbstractContextManager[None]]


@pytest.fixture
def full(site: Site) -> Filled:
    """Makes every insert into a table fail for a while."""

    @contextmanager
    def filled(table: str) -> Iterator[None]:
        with psycopg.connect(site.database.url, autocommit=True) as connection:
            connection.execute(FULL)
            connection.execute(
                f"CREATE TRIGGER full_disk BEFORE INSERT ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION disk_is_full()"
            )
            try:
                yield
            finally:
                connection.execute(f"DROP TRIGGER full_disk ON {table}")
                connection.execute("DROP FUNCTION disk_is_full()")

    return filled


def test_a_new_run_is_refused_with_the_reason(site: Site, full: Filled) -> None:
    with full("runs_run"):
        answer = site.press_run("Hello")
    assert answer.status_code == 422
    assert "The disk of the server is full" in answer.text
    assert "Hello" in site.web.client.get(f"/t/acme/drafts/{site.draft}/").text


def test_a_run_that_goes_on_ends_with_what_had_arrived(site: Site, full: Filled) -> None:
    run = site.run("simulate: answer tokens=400 delay=0.03")
    site.until_streaming(run)
    eventually(lambda: site.database.value("SELECT count(*) FROM runs_runchunk") > 1)
    with full("runs_runchunk"):
        row = site.over(run)
    assert (row["state"], row["ending"]) == ("interrupted", "storage")
    assert "simulated" in site.answer_text(run)
    entry = site.upstream.journal()[-1]
    assert entry["ended"] == "client-gone"
