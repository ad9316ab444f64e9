"""Postgres goes away while runs stream: a Postgres of its own for this module."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from workbench.launch.postgres import EmbeddedPostgres

from .running import Upstream, Web, eventually
from .site import Origin, Site, Watched, events_in
from .whole import whole_answer

THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
AWAY_SECONDS = 5.0


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(tmp_path_factory.mktemp("pg"), extra_settings=THROW_AWAY)
    with server:
        yield server


@pytest.fixture(scope="module")
def site(
    postgres: EmbeddedPostgres, upstream: Upstream, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    directory = tmp_path_factory.mktemp("site")
    site = Site(directory, upstream, Origin(directory, postgres.url))
    yield site
    site.close()


@pytest.fixture(scope="module")
def other(site: Site) -> Web:
    return site.another_web()


def test_runs_go_on_and_end_while_postgres_is_away(
    site: Site, other: Web, postgres: EmbeddedPostgres
) -> None:
    """Away for longer than the engine waits for one connection, so that its writes fail."""
    long = site.run("simulate: answer tokens=450 delay=0.02\nover an outage")
    short = site.run("simulate: answer tokens=60 delay=0.02\nends meanwhile")
    viewers = [site.watch(long), site.watch(long, web=other)]
    waiting = site.watch(short)
    eventually(lambda: all(len(viewer.text) > 20 for viewer in [*viewers, waiting]))
    postgres.stop()
    eventually(lambda: site.upstream.journal("ends meanwhile")[0]["ended"])
    time.sleep(AWAY_SECONDS)
    assert waiting.is_open, "nothing is over before it is stored"
    postgres.start()
    assert waiting.wait().endswith('event: done\ndata: {"state":"succeeded"}\n\n')
    _check_whole(site, short, "ends meanwhile", [waiting])
    site.over(long)
    _check_whole(site, long, "over an outage", viewers)


def _check_whole(site: Site, run: int, mark: str, viewers: list[Watched]) -> None:
    row, requests = site.row(run), site.upstream.journal(mark)
    assert (row["state"], row["attempts"], len(requests)) == ("succeeded", 1, 1)
    whole = whole_answer(requests[0]["body"])
    assert site.answer_text(run) == whole
    for viewer in viewers:
        ids = [number for number, name, _ in events_in(viewer.wait()) if name != "done"]
        assert ids == [f"{run}-{n}" for n in range(1, row["event_count"] + 1)]
        assert viewer.text == whole


def test_a_stop_pressed_just_after_a_restart_is_heard(
    site: Site, other: Web, postgres: EmbeddedPostgres
) -> None:
    run = site.run("simulate: answer tokens=900 delay=0.02")
    site.until_streaming(run)
    postgres.stop()
    postgres.start()
    eventually(lambda: _is_pressed(site, run, other))
    assert site.over(run, 10)["state"] == "cancelled"


def test_when_postgres_stays_away_the_run_ends_and_what_came_is_kept(
    site: Site, postgres: EmbeddedPostgres
) -> None:
    web = site.another_web(RUN_STORAGE_PATIENCE="1")
    run = site.run("simulate: answer tokens=900 delay=0.02\nout of patience", web=web)
    watched = site.watch(run, web=web)
    eventually(lambda: len(watched.text) > 60)
    postgres.stop()
    try:
        began = time.monotonic()
        gone = eventually(lambda: site.upstream.journal("out of patience")[0]["ended"], 15)
        assert gone == "client-gone"
        assert time.monotonic() - began > 1
        assert _status_of_a_page(web) == 503
    finally:
        postgres.start()
    row = site.over(run)
    assert (row["state"], row["ending"], row["error_kind"]) == ("interrupted", "storage", "storage")
    watched.wait()
    assert watched.text == site.answer_text(run)
    page = site.get(f"runs/{run}/", web).text
    assert "The answer could not be stored: the database is full or did not respond." in page


def _is_pressed(site: Site, run: int, web: Web) -> bool:
    return site.cancel(run, web).status_code == 302


def _status_of_a_page(web: Web) -> int:
    return web.client.get("/t/acme/runs/").status_code
