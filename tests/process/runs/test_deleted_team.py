"""A team that is deleted while one of its runs is going on in another process."""

from __future__ import annotations

from .running import eventually
from .site import PASSWORD, Site


def test_the_runs_of_a_deleted_team_stop_and_its_viewers_are_let_go(site: Site) -> None:
    other = site.another_web()
    run = site.run("simulate: answer tokens=4000 delay=0.05\nof a team that goes")
    watched = site.watch(run, "stream", web=other)
    site.until_streaming(run)
    name = site.database.value("SELECT name FROM accounts_team")
    answer = site.post("deletion/", web=other, name=name, current_password=PASSWORD)
    assert answer.status_code == 302, answer.text
    assert site.database.value("SELECT count(*) FROM runs_run") == 0
    watched.wait(10)
    eventually(lambda: site.upstream.journal("of a team that goes")[-1]["ended"], 10)
    assert site.get(f"runs/{run}/", web=other).status_code == 404
    assert site.web.client.get("/health/").status_code == 200
    leftovers = "SELECT (SELECT count(*) FROM runs_runchunk) + (SELECT count(*) FROM runs_runlog)"
    assert site.database.value(leftovers) == 0
