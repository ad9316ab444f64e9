"""kill -9 and SIGTERM of web processes while they execute runs."""

from __future__ import annotations

import os
import random
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from .running import Web, eventually
from .site import ACTIVE, Site, Watched
from .whole import whole_answer

SEED = int(os.environ.get("TEST_SEED") or random.randrange(10**6))
KILLS = 7
RUNS_PER_KILL = 3
LOST_SECONDS = 0.25  # of text, at most
PACE = "delay=0.02"
WHOLE = "simulate: answer"


def test_kill_9_at_random_moments_loses_at_most_a_moment_of_text(site: Site) -> None:
    """Two processes take turns; each kill hits three runs, each at a moment of its own."""
    print(f"TEST_SEED={SEED}")
    chance = random.Random(SEED)
    webs = [site.web, site.another_web()]
    killed = []
    for number in range(KILLS):
        web = webs[number % 2]
        eventually(web.answers, 30)
        killed += _kill_during_runs(site, web, chance, number)
    eventually(site.web.answers, 30)
    for run, mark, seen in killed:
        row = site.over(run, 60)
        text = site.answer_text(run)
        assert row["state"] in ("interrupted", "succeeded"), (SEED, row)
        if row["state"] == "interrupted":
            assert row["ending"] == row["error_kind"] == "server_restart"
        assert text.startswith(seen), (SEED, run, len(seen), len(text))
        requests = site.upstream.journal(mark)
        assert len(requests) <= row["attempts"] <= 1, (SEED, run, requests)
        whole = whole_answer(requests[0]["body"]) if requests else ""
        assert whole.startswith(text), (SEED, run)
    assert any(seen for _, _, seen in killed)


def _kill_during_runs(
    site: Site, web: Web, chance: random.Random, number: int
) -> list[tuple[int, str, str]]:
    """(run, its mark, the text a viewer had seen a moment before the kill) of runs that it hit."""
    moments = sorted((chance.uniform(0, 1.5) for _ in range(RUNS_PER_KILL)), reverse=True)
    began = time.monotonic()
    hit: list[tuple[int, str, Watched]] = []
    for place, moment in enumerate(moments):
        time.sleep(max(0.0, began + moments[0] - moment - time.monotonic()))
        mark = f"kill {number}.{place}."
        run = site.run(f"{WHOLE} {PACE}\n{mark}", web=web)
        hit.append((run, mark, site.watch(run, web=web)))
    time.sleep(max(0.0, began + moments[0] - time.monotonic()))
    when = time.monotonic()
    web.kill()
    web.begin()
    for _, _, watched in hit:
        watched.wait()
    return [(run, mark, watched.seen_before(when - LOST_SECONDS)) for run, mark, watched in hit]


def test_a_run_of_a_killed_process_is_ended_by_a_living_one(site: Site) -> None:
    victim = site.another_web()
    run = site.run("simulate: answer tokens=900 delay=0.02\nits process dies", web=victim)
    beside = site.watch(run)
    eventually(lambda: len(beside.text) > 40)
    victim.kill()
    row = site.over(run, 10)
    assert (row["state"], row["ending"]) == ("interrupted", "server_restart")
    assert "The server was restarted while this run was going on." in site.get(f"runs/{run}/").text
    assert '"state":"interrupted"' in beside.wait()
    assert beside.text == site.answer_text(run)
    assert len(site.upstream.journal("its process dies")) == 1


def test_a_stop_that_the_process_did_not_live_to_hear(site: Site) -> None:
    victim = site.another_web()
    run = site.run("simulate: answer tokens=900 delay=0.02", web=victim)
    site.until_streaming(run)
    victim.kill()
    site.cancel(run)
    assert site.over(run, 10)["state"] == "cancelled"


def test_sigterm_during_five_streams(site: Site) -> None:
    """And with a viewer who does not read, for whom the web server waits as long as it may."""
    web = site.another_web(RUN_SHUTDOWN_GRACE="3")
    huge = site.run("simulate: long-line bytes=8000000 delay=0", web=web)
    site.over(huge)
    long = [
        site.run(f"simulate: answer tokens=2000 delay=0.02\nlong {n}", web=web) for n in range(3)
    ]
    short = [site.run(f"simulate: answer tokens=60 {PACE}\nshort {n}", web=web) for n in range(2)]
    viewers = [site.watch(run, kind, web) for run in long + short for kind in ("events", "stream")]
    for run in long + short:
        site.until_streaming(run)
    eventually(lambda: all(viewer.pieces for viewer in viewers))
    with site.unread(huge, web=web) as unread:
        assert unread.recv(100)
        web.tell_to_stop()
        answers = _knock_until_closed(site, web)
        for viewer in viewers:
            viewer.wait()
        assert web.process
        code = web.process.wait(15)
    web.process = None
    assert code == 0, web.log
    assert "Traceback" not in web.log, web.log
    for run in short:
        assert site.row(run)["state"] == "succeeded"
    for run in long:
        row = site.row(run)
        assert (row["state"], row["ending"]) == ("interrupted", "server_restart")
        assert len(site.answer_text(run)) > 100
    assert all("event: done" not in v.stream for v in viewers[:6]), "they must connect again"
    assert {answer.status_code for answer in answers} <= {503}
    assert all(answer.headers["Retry-After"] == "5" for answer in answers)
    began_late = "SELECT count(*) FROM runs_run WHERE idempotency_key LIKE 'too-late-%%'"
    assert site.database.value(began_late) == 0


def _knock_until_closed(site: Site, web: Web) -> list[httpx.Response]:
    """Press Run again and again; returns the answers until there are none."""
    answers = []
    for number in range(100):
        try:
            answers.append(site.press_run("Too late?", f"too-late-{number}", web))
        except httpx.HTTPError:
            break
    return answers


def test_a_clock_that_jumps_ends_nothing(site: Site, tmp_path: Path) -> None:
    """The process's wall clock jumps a day ahead and back while a run streams and one waits."""
    jump = tmp_path / "jump"
    jump.write_text("0")
    (tmp_path / "sitecustomize.py").write_text(
        "import pathlib, time\n"
        "right = time.time\n"
        f"jump = pathlib.Path({str(jump)!r})\n"
        "time.time = lambda: right() + float(jump.read_text() or 0)\n"
    )
    web = site.another_web(PYTHONPATH=str(tmp_path))
    streams = site.run("simulate: answer tokens=150 delay=0.02", web=web)
    waits = site.run("simulate: status code=529 retry-after=2 times=1 delay=0", web=web)
    watched = site.watch(streams, web=web)
    for day in ("86400", "-86400", "0"):
        time.sleep(0.4)
        assert site.state(streams) in ACTIVE
        assert site.state(waits) in ACTIVE
        jump.write_text(day)
    assert site.over(streams)["state"] == "succeeded"
    assert watched.wait().count("event: done") == 1
    row = site.over(waits)
    assert (row["state"], row["attempts"]) == ("succeeded", 2)
    assert 2_000 <= row["duration_ms"] < 10_000
    web.stop()


def test_many_stops_at_once_find_every_run(site: Site) -> None:
    """Stop of all runs of a process that is being stopped: each has one end."""
    web = site.another_web(RUN_SHUTDOWN_GRACE="1")
    runs = [site.run(f"simulate: answer tokens=900 {PACE}", web=web) for _ in range(6)]
    for run in runs:
        site.until_streaming(run)
    web.tell_to_stop()
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(site.cancel, runs))
    assert web.process
    assert web.process.wait(20) == 0
    web.process = None
    assert {site.over(run)["state"] for run in runs} <= {"cancelled", "interrupted"}
