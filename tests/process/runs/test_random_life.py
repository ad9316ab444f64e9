"""Random actions and random kills for a while, then the promises about runs are checked.

The promises are the invariants of the project's reliability rules: ends that stay, events without
gaps, a crash that loses a moment at most, one run per click, no secret anywhere.
"""

from __future__ import annotations

import contextlib
import os
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from .running import Web, eventually
from .site import ACTIVE, API_KEY, TABS, Site, Watched, events_in, run_in, text_of

SEED = int(os.environ.get("TEST_SEED") or random.randrange(10**6))
SECONDS = float(os.environ.get("TEST_SECONDS") or 25)
LOST_SECONDS = 0.25  # of what a viewer saw, at most, when a process is killed
TERMINAL_SECONDS = 60.0  # after the restart
SCENARIOS = (
    "answer tokens={n} delay=0.02",
    "answer tokens={n} delay=0.005",
    "many tokens={n}",
    "drop after={n} delay=0.01",
    "status code=529 retry-after-ms=400 times=1 tokens={n}",
    "status code=529 retry-after=1",
    "error-event after=9",
    "status code=400",
    "thinking delay=0.01",
    "hang",
)


@dataclass
class Life:
    """What has been done so far, and what was seen."""

    site: Site
    webs: list[Web]
    chance: random.Random
    clicked: dict[str, str] = field(default_factory=dict)
    """Idempotency key -> the mark in the prompt; the click may have found nobody."""
    accepted: dict[str, int] = field(default_factory=dict)
    watched: list[tuple[int, Watched]] = field(default_factory=list)
    kills: list[float] = field(default_factory=list)
    ends: dict[int, tuple[str, str]] = field(default_factory=dict)

    def act(self) -> None:
        """Do one thing; a web process that is just down is nobody's fault."""
        chances: list[tuple[Callable[[], None], int]] = [
            (self.run, 8),
            (self.watch, 12),
            (self.reconnect, 6),
            (self.stop, 3),
            (self.look, 3),
            (self.kill, 2),
        ]
        action = self.chance.choices([a for a, _ in chances], [w for _, w in chances])[0]
        if self.accepted or action == self.run:
            with contextlib.suppress(httpx.HTTPError):
                action()
        self.note_ends()

    def run(self) -> None:
        scenario = self.chance.choice(SCENARIOS).format(n=self.chance.randrange(5, 150))
        key = f"life-{self.chance.randrange(10**9)}"
        mark = f"number {len(self.clicked)} of this life."
        self.clicked[key] = mark
        clicks = self.chance.choice((1, 1, 2))
        with ThreadPoolExecutor(clicks) as pool:
            text = f"simulate: {scenario}\n{mark}"
            webs = [self.web() for _ in range(clicks)]
            answers = [pool.submit(self.site.press_run, text, key, web) for web in webs]
        for answer in answers:
            if answer.exception() is None and answer.result().status_code == 302:
                run = run_in(answer.result())
                assert self.accepted.setdefault(key, run) == run, "one key made two runs"

    def watch(self) -> None:
        run = self.any_run()
        self.watched.append((run, self.site.watch(run, web=self.web())))

    def reconnect(self) -> None:
        if self.watched:
            run, before = self.chance.choice(self.watched)
            ids = [number for number, _, _ in events_in(_complete(before.stream)) if number]
            last = self.chance.choice(ids) if ids else ""
            self.watched.append((run, self.site.watch(run, web=self.web(), last=last)))

    def stop(self) -> None:
        self.site.cancel(self.any_run(), self.web())

    def look(self) -> None:
        answer = self.site.get(f"runs/{self.any_run()}/{self.chance.choice(TABS)}", self.web())
        assert answer.status_code == 200

    def kill(self) -> None:
        web = self.web()
        if all(other.answers() for other in self.webs):
            self.kills.append(time.monotonic())
            web.kill()
            web.begin()

    def note_ends(self) -> None:
        """Remember every end as it was first seen."""
        for run, state, when in self.site.database.rows(
            "SELECT id, state, finished_at::text FROM runs_run WHERE state <> ALL(%s)", list(ACTIVE)
        ):
            assert self.ends.setdefault(run, (state, when)) == (state, when), "an end changed"

    def web(self) -> Web:
        return self.chance.choice(self.webs)

    def any_run(self) -> int:
        return self.chance.choice(list(self.accepted.values()))


@pytest.fixture(scope="module")
def life(site: Site) -> Life:
    """A life that has been lived: all processes are up again and every run has ended."""
    print(f"TEST_SEED={SEED}")
    life = Life(site, [site.web, site.another_web()], random.Random(SEED))
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        life.act()
        time.sleep(life.chance.uniform(0, 0.15))
    if not life.kills:
        life.kill()
    for web in life.webs:
        eventually(web.answers, 30)
    query = "SELECT count(*) FROM runs_run WHERE state = ANY(%s) AND request::text NOT LIKE %s"
    unended = (list(ACTIVE), "%simulate: hang%")
    eventually(lambda: not site.database.value(query, *unended), TERMINAL_SECONDS)
    for (run,) in site.database.rows("SELECT id FROM runs_run WHERE state = ANY(%s)", unended[0]):
        site.cancel(run)
        site.over(run, 5)
    for _, watched in life.watched:
        watched.wait()
    life.note_ends()
    return life


def test_enough_has_happened(life: Life) -> None:
    states = {state for state, _ in life.ends.values()}
    assert {"succeeded", "interrupted"} <= states, (SEED, states)
    assert len(states) > 2, (SEED, states)
    assert life.kills
    assert len(life.watched) > 20


def test_an_end_stays_and_is_told_once(life: Life) -> None:
    time.sleep(2.5)  # longer than the grace of a lease
    life.note_ends()
    assert set(life.ends) == {run for (run,) in life.site.database.rows("SELECT id FROM runs_run")}
    for run, watched in life.watched:
        told = [data["state"] for _, name, data in _events(watched) if name == "done"]
        assert told in ([], [life.ends[run][0]]), (SEED, run, told)


def test_what_viewers_saw_is_what_is_stored(life: Life) -> None:
    stored = {run: _stored_events(life.site, run) for run, _ in life.watched}
    for run, watched in life.watched:
        numbers = []
        for when, number, name, data in _arrivals(watched):
            if name in ("done", "reset"):
                continue
            numbers.append(number)
            if number <= len(stored[run]):
                assert stored[run][number - 1] == (name, data), (SEED, run, number)
            else:
                assert _is_excused(life, run, when), (SEED, run, number, len(stored[run]))
        if numbers:
            assert numbers == list(range(numbers[0], numbers[0] + len(numbers))), (SEED, run)


def test_a_reload_shows_the_text_of_the_events(life: Life) -> None:
    for run in life.ends:
        events = _stored_events(life.site, run)
        text = "".join(text_of(data) for _, data in events)
        assert life.site.answer_text(run) == text, (SEED, run)
    assert life.site.database.value("SELECT count(*) FROM runs_runchunk") == 0


def test_a_click_is_a_run_and_a_try_is_a_request(life: Life) -> None:
    rows = life.site.database.rows(
        "SELECT idempotency_key, id, attempts, state, ending FROM runs_run"
    )
    kept = {row[0]: row for row in rows}
    assert len(kept) == len(rows)
    assert set(life.accepted) <= set(kept) <= set(life.clicked), SEED
    for key, (_, run, attempts, state, ending) in kept.items():
        assert life.accepted.get(key, run) == run
        requests = len(life.site.upstream.journal(life.clicked[key]))
        if state in ("succeeded", "failed"):
            assert requests == attempts, (SEED, run)
        else:  # the process may have died between noting a try and sending it, or the reverse
            assert requests <= attempts + (ending == "server_restart"), (SEED, run)


def test_no_secret_is_in_any_row_log_or_page(life: Life) -> None:
    site = life.site
    session, token = site.cookies["workbench-session"], site.cookies["workbench-csrf"]
    tables = site.database.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    for (table,) in tables:
        rows = site.database.value(f"SELECT coalesce(json_agg(t)::text, '') FROM \"{table}\" t")
        assert API_KEY not in rows, table
        assert table == "accounts_session" or session not in rows, table
        assert token not in rows, table
    for web in life.webs:
        assert not [secret for secret in (API_KEY, session, token) if secret in web.log]
        assert "could not be looked after" not in web.log, web.log
    assert API_KEY not in str(site.upstream.journal())
    for run in list(life.ends)[:10]:
        pages = "".join(site.get(f"runs/{run}/{tab}").text for tab in (*TABS, "events/"))
        assert API_KEY not in pages
        assert session not in pages


def _is_excused(life: Life, run: int, when: float) -> bool:
    """Whether an event that is not stored came in the moment before a process was killed."""
    was_killed = life.site.row(run)["ending"] in ("server_restart", "cancelled")
    return was_killed and any(-LOST_SECONDS <= when - kill < 1 for kill in life.kills)


def _stored_events(site: Site, run: int) -> list[tuple[str, Any]]:
    stream = site.watch(run).wait()
    return [(name, data) for _, name, data in events_in(stream) if name != "done"]


def _events(watched: Watched) -> list[tuple[str, str, Any]]:
    return list(events_in(_complete(watched.stream)))


def _complete(stream: str) -> str:
    """A stream without the event that it broke off in."""
    return stream.rpartition("\n\n")[0]


def _arrivals(watched: Watched) -> list[tuple[float, int, str, Any]]:
    """(when, number, name, data) of every event, at the time its last piece came."""
    found, rest = [], ""
    for piece, when in zip(watched.pieces, watched.times, strict=True):
        whole, separator, rest = (rest + piece).rpartition("\n\n")
        for identity, name, data in events_in(whole + separator):
            number = int(identity.partition("-")[2] or 0)
            found.append((when, number, name, data))
    return found
