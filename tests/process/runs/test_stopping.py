"""Stop stops, whenever it is pressed and wherever the run is executed; one click is one run."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from .running import Web, eventually
from .site import Site, run_in

LONG = "simulate: answer tokens=600 delay=0.02"
# The engine's own connections sleep before they change a run; those of the pages do not.
SLOW_CLAIMS = """
    CREATE FUNCTION wait_a_little() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF current_setting('application_name') = 'workbench runs' THEN PERFORM pg_sleep(1); END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER slow_claims BEFORE UPDATE ON runs_run EXECUTE FUNCTION wait_a_little();
"""
LISTENERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND query LIKE 'LISTEN%%'
"""


@pytest.fixture(scope="module")
def other(site: Site) -> Web:
    """A second web process; the runs are executed by the first."""
    return site.another_web()


def stop_and_check(site: Site, run: int, mark: str, web: Web | None = None) -> dict[str, object]:
    """Press Stop: the upstream is closed and the run is stopped, long before it would end."""
    assert site.cancel(run, web).status_code == 302
    if site.upstream.journal(mark):
        gone = eventually(lambda: site.upstream.journal(mark)[-1]["ended"])
        assert gone in ("client-gone", "complete"), gone
    row = site.over(run)
    assert (row["state"], row["ending"]) == ("cancelled", "cancelled")
    page = site.get(f"runs/{run}/").text
    assert "You stopped this run. What had arrived is kept." in page
    return row


def test_stop_while_queued_sends_nothing(site: Site) -> None:
    with slow_claims(site):
        run = site.run(f"{LONG}\nstopped in the queue")
        assert site.state(run) == "queued"
        row = stop_and_check(site, run, "stopped in the queue")
        time.sleep(1.2)
    assert site.row(run) == row
    assert site.upstream.journal("stopped in the queue") == []


def test_stop_while_connecting(site: Site) -> None:
    run = site.run("simulate: hang\nstopped while connecting")
    eventually(lambda: site.upstream.journal("stopped while connecting"))
    assert site.state(run) == "connecting"
    row = stop_and_check(site, run, "stopped while connecting")
    assert row["message"] is None


def test_stop_while_waiting_to_try_again(site: Site) -> None:
    run = site.run("simulate: status code=529 retry-after=20\nstopped while waiting")
    eventually(lambda: site.row(run)["error"])
    stop_and_check(site, run, "stopped while waiting")
    time.sleep(0.5)
    assert len(site.upstream.journal("stopped while waiting")) == 1


def test_stop_while_streaming_keeps_the_text(site: Site) -> None:
    run = site.run(f"{LONG}\nstopped while streaming")
    watched = site.watch(run)
    eventually(lambda: len(watched.text) > 60)
    seen = watched.text
    row = stop_and_check(site, run, "stopped while streaming")
    kept = site.answer_text(run)
    assert kept.startswith(seen)
    watched.wait()
    assert watched.text == kept
    assert row["input_tokens"]
    assert site.upstream.journal("stopped while streaming")[0]["ended"] == "client-gone"


def test_stop_of_a_finished_run_changes_nothing(site: Site) -> None:
    run = site.run("simulate: short delay=0")
    before = site.over(run)
    assert "Stop" not in site.get(f"runs/{run}/outcome/").text
    assert site.cancel(run).status_code == 302
    time.sleep(0.3)
    assert site.row(run) == before
    assert "The model finished its answer." in site.get(f"runs/{run}/").text


def test_stop_twice_is_stop_once(site: Site) -> None:
    run = site.run(f"{LONG}\nstopped twice")
    site.until_streaming(run)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: site.cancel(run).status_code, range(2)))
    assert answers == [302, 302]
    row = site.over(run, 2)
    assert row["state"] == "cancelled"
    site.cancel(run)
    time.sleep(0.2)
    again = site.row(run)
    assert {**again, "cancel_requested_at": ""} == {**row, "cancel_requested_at": ""}


def test_stop_that_races_with_the_end_gives_one_end(site: Site) -> None:
    """Twenty runs of about 0.3 s are stopped between their first event and after their last."""

    def run_and_stop(number: int) -> int:
        run = site.run(f"simulate: short delay=0.03\nrace {number}")
        time.sleep(number * 0.03)
        site.cancel(run)
        return run

    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(run_and_stop, range(20)))
    ends = {run: site.over(run) for run in runs}
    whole = "This is a short simulated answer."
    for run, row in ends.items():
        assert row["state"] in ("succeeded", "cancelled"), row
        text = site.answer_text(run)
        assert whole.startswith(text)
        if row["state"] == "succeeded":
            assert text == whole
    assert {row["state"] for row in ends.values()} == {"succeeded", "cancelled"}
    time.sleep(0.3)
    for run, row in ends.items():
        assert site.row(run)["state"] == row["state"]
        assert site.row(run)["finished_at"] == row["finished_at"]


def test_stop_from_another_process(site: Site, other: Web) -> None:
    run = site.run(f"{LONG}\nstopped from afar")
    site.until_streaming(run)
    stop_and_check(site, run, "stopped from afar", other)
    assert site.upstream.journal("stopped from afar")[0]["ended"] == "client-gone"


def test_stop_is_heard_although_its_notice_was_lost(site: Site) -> None:
    run = site.run(f"{LONG}\nstopped without a notice")
    site.until_streaming(run)
    site.database.rows(LISTENERS)
    site.cancel(run)
    assert site.over(run, 5)["state"] == "cancelled"


def test_a_double_click_on_run_is_one_run(site: Site, other: Web) -> None:
    for web in (site.web, other):
        mark = f"double click {web.port}"
        key = f"key-{web.port}-of-a-rendered-form"
        with ThreadPoolExecutor(3) as pool:
            clicks = [
                pool.submit(site.press_run, f"simulate: short\n{mark}", key, where)
                for where in (site.web, web, web)
            ]
        runs = {run_in(click.result()) for click in clicks}
        assert len(runs) == 1
        assert site.over(runs.pop())["state"] == "succeeded"
        assert len(site.upstream.journal(mark)) == 1
        count = "SELECT count(*) FROM runs_run WHERE idempotency_key = %s"
        assert site.database.value(count, key) == 1


def test_the_same_key_with_another_text_is_refused(site: Site) -> None:
    first = site.press_run("simulate: short\nthe first text", "one-key")
    second = site.press_run("simulate: short\nanother text", "one-key")
    assert second.status_code == 409
    assert "This form was sent before with another text." in second.text
    again = site.press_run("simulate: short\nthe first text", "one-key")
    assert run_in(again) == run_in(first)
    site.over(run_in(first))
    assert len(site.upstream.journal("the first text")) == 1
    assert site.upstream.journal("another text") == []


@contextmanager
def slow_claims(site: Site) -> Iterator[None]:
    """Runs stay queued for a second."""
    site.database.rows(SLOW_CLAIMS)
    try:
        yield
    finally:
        site.database.rows("DROP FUNCTION wait_a_little CASCADE")
