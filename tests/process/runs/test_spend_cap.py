"""A cap is never exceeded: by parallel runs, by two web processes, by a crash in between."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import httpx
import pytest

from .running import Web
from .site import Site, run_in

PRESSES = 50
MAX_TOKENS = "2000"  # about 5 cents of Claude Opus 5.5, so some twenty of these fit into a dollar
SUMS = "SELECT scope, spent_usd, reserved_usd FROM runs_spending ORDER BY scope"
COSTS = "SELECT coalesce(sum(cost_usd), 0) FROM runs_run WHERE created_at > %s"
NOTHING = Decimal(0)


@pytest.fixture
def capped(site: Site) -> Iterator[Site]:
    """The site with a cap of $1 for the team and nothing spent yet."""
    site.database.rows("DELETE FROM runs_spending")
    site.database.rows("UPDATE accounts_team SET cap_usd = 1")
    yield site
    site.database.rows("UPDATE accounts_team SET cap_usd = NULL")


@pytest.fixture(scope="module")
def other(site: Site) -> Web:
    """A second web process on the same database."""
    return site.another_web()


def sums(site: Site) -> dict[str, tuple[Decimal, Decimal]]:
    """(spent, held back) in USD by scope."""
    return {scope: (spent, held) for scope, spent, held in site.database.rows(SUMS)}


def press(site: Site, web: Web, text: str) -> httpx.Response:
    return site.press_run(text, web=web, max_tokens=MAX_TOKENS)


class Highest:
    """The most that was ever spent and held back at a time, watched from another connection."""

    def __init__(self, site: Site) -> None:
        self.usd = NOTHING
        self._over = threading.Event()
        self._database = type(site.database).__new__(type(site.database))
        self._database.__dict__.update(site.database.__dict__, _connection=None)
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        query = "SELECT coalesce(max(spent_usd + reserved_usd), 0) FROM runs_spending"
        while not self._over.is_set():
            self.usd = max(self.usd, self._database.value(query))

    def stop(self) -> Decimal:
        self._over.set()
        self._thread.join()
        self._database.let_go()
        return self.usd


def test_fifty_presses_at_once_in_two_processes_stay_below_a_dollar(
    capped: Site, other: Web
) -> None:
    site = capped
    began = site.database.value("SELECT now()")
    highest = Highest(site)
    text = "simulate: answer tokens=1900 delay=0.001\npress"
    webs = [site.web, other]
    with ThreadPoolExecutor(PRESSES) as pool:
        pressed = [
            pool.submit(press, site, webs[number % 2], f"{text} {number}.")
            for number in range(PRESSES)
        ]
        answers = [each.result() for each in pressed]
    assert {answer.status_code for answer in answers} == {302, 422}
    begun = [run_in(answer) for answer in answers if answer.status_code == 302]
    refused = [answer for answer in answers if answer.status_code == 422]
    assert len(begun) >= 10
    assert "the team may spend" in refused[0].text
    assert len(site.upstream.journal("\npress")) <= len(begun)
    for run in begun:
        site.over(run, 60)
    top = highest.stop()
    assert Decimal("0.8") < top <= 1
    spent, held = sums(site)["team"]
    assert held == NOTHING
    assert spent == site.database.value(COSTS, began) <= 1


def test_a_process_that_dies_with_a_run_leaves_nothing_held_back(capped: Site) -> None:
    site = capped
    victim = site.another_web()
    run = run_in(press(site, victim, "simulate: answer tokens=900 delay=0.02\nits process dies"))
    site.until_streaming(run)  # and something of it is stored: before that nobody knows its usage
    reserved = Decimal(str(site.row(run)["reserved_usd"]))
    assert sums(site)["team"] == (NOTHING, reserved)
    victim.kill()
    row = site.over(run, 30)
    assert row["state"] == "interrupted"
    spent, held = sums(site)["team"]
    assert held == NOTHING
    assert Decimal(str(row["cost_usd"])) <= spent <= reserved


def test_a_process_that_dies_before_it_sends_gives_all_of_it_back(capped: Site) -> None:
    """The run is stored with its reservation; whoever should have sent it is gone."""
    site = capped
    victim = site.another_web()
    slow = """
        CREATE FUNCTION never_claim() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF NEW.state = 'connecting' THEN PERFORM pg_sleep(600); END IF; RETURN NEW; END $$;
        CREATE TRIGGER never_claimed BEFORE UPDATE ON runs_run FOR EACH ROW
            EXECUTE FUNCTION never_claim();
    """
    site.database.rows(slow)
    try:
        run = run_in(press(site, victim, "never sent"))
        assert sums(site)["team"][1] > NOTHING
        victim.kill()
    finally:
        site.database.rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
        )
        site.database.rows("DROP TRIGGER never_claimed ON runs_run; DROP FUNCTION never_claim")
    row = site.over(run, 30)
    assert row["started_at"] is None
    assert set(sums(site).values()) == {(NOTHING, NOTHING)}


def test_a_refused_request_costs_nothing(capped: Site) -> None:
    run = run_in(press(capped, capped.web, "simulate: status code=400\nrefused"))
    assert capped.over(run)["state"] == "failed"
    assert set(sums(capped).values()) == {(NOTHING, NOTHING)}


def test_a_stopped_answer_counts_with_the_most_it_can_have_cost(capped: Site) -> None:
    site = capped
    run = run_in(press(site, site.web, "simulate: answer tokens=900 delay=0.02\nstopped"))
    site.until_streaming(run)
    site.cancel(run)
    row = site.over(run)
    spent, held = sums(site)["team"]
    assert held == NOTHING
    assert Decimal(str(row["cost_usd"])) < spent <= Decimal(str(row["reserved_usd"]))


def test_the_simulator_costs_nothing_and_needs_no_room(capped: Site) -> None:
    capped.database.rows("UPDATE accounts_team SET cap_usd = 0")
    run = run_in(capped.press_run("pretend", upstream="simulator"))
    assert capped.over(run)["reserved_usd"] is None
    assert sums(capped) == {}


def test_what_was_spent_before_a_cap_is_set_counts(capped: Site) -> None:
    site = capped
    site.database.rows("UPDATE accounts_team SET cap_usd = NULL")
    site.over(run_in(press(site, site.web, "simulate: answer tokens=900\nbefore the cap")))
    spent, _ = sums(site)["team"]
    assert spent > NOTHING
    site.database.rows("UPDATE accounts_team SET cap_usd = %s", round(spent, 2))
    assert press(site, site.web, "one more").status_code == 422
