"""Runs as they are watched: nothing depends on a viewer, and every viewer sees the same."""

from __future__ import annotations

from .running import eventually
from .site import Site, events_in, text_in

SLOW = "simulate: answer tokens=60 delay=0.03"


def test_a_run_goes_on_when_nobody_watches(site: Site) -> None:
    run = site.run(SLOW)
    row = site.over(run)
    assert row["state"] == "succeeded", row
    assert row["ending"] == "end_turn"
    assert "simulat" in site.answer_text(run).lower()


def test_a_closed_tab_finds_the_whole_answer_again(site: Site) -> None:
    run = site.run(SLOW)
    with site.web.client.stream("GET", f"/t/acme/runs/{run}/stream/") as stream:
        for piece in stream.iter_text():
            if "run-" in piece:
                break
    site.over(run)
    assert "The model finished its answer." in site.get(f"runs/{run}/").text


def test_two_viewers_and_the_database_agree(site: Site) -> None:
    run = site.run(f"{SLOW}\ntwo viewers")
    one, two = site.watch(run), site.watch(run)
    first, second = one.wait(), two.wait()
    assert text_in(first) == text_in(second) == site.answer_text(run)
    assert len(site.upstream.journal("two viewers")) == 1


def test_a_viewer_in_another_process_sees_the_same(site: Site) -> None:
    other = site.another_web()
    run = site.run(SLOW)
    here, there = site.watch(run), site.watch(run, web=other)
    page = site.watch(run, "stream", web=other)
    assert text_in(here.wait()) == text_in(there.wait()) == site.answer_text(run)
    assert page.wait().rstrip().endswith("event: done\ndata: 1")
    other.stop()


def test_every_reconnection_continues_without_gap_or_repeat(site: Site) -> None:
    run = site.run("simulate: answer tokens=25 delay=0.01")
    whole = site.watch(run).wait()
    ids = [number for number, name, _ in events_in(whole) if name != "done"]
    assert ids == [f"{run}-{n}" for n in range(1, len(ids) + 1)]
    for place, last in enumerate(ids, 1):
        rest = site.watch(run, last=last).wait()
        assert [number for number, name, _ in events_in(rest) if name != "done"] == ids[place:]


def test_a_live_reconnection_continues_where_it_was(site: Site) -> None:
    run = site.run("simulate: answer tokens=80 delay=0.02")
    seen: list[str] = []
    with site.web.client.stream("GET", f"/t/acme/runs/{run}/events/") as stream:
        for piece in stream.iter_text():
            seen.append(piece)
            if len("".join(seen)) > 1_500:
                break
    first = "".join(seen).rpartition("\n\n")[0]
    last = list(events_in(first))[-1][0]
    rest = site.watch(run, last=last).wait()
    assert text_in(first) + text_in(rest) == site.answer_text(run)


def test_many_viewers_who_come_at_once_in_another_process_miss_nothing(site: Site) -> None:
    other = site.another_web()
    run = site.run("simulate: answer tokens=150 delay=0.01")
    site.until_streaming(run)
    last = f"{run}-3"
    watched = [site.watch(run, web=other, last=last) for _ in range(12)]
    names = [[name for _, name, _ in events_in(one.wait())] for one in watched]
    assert all("reset" not in named for named in names)
    assert len({one.text for one in watched}) == 1
    ids = [number for number, name, _ in events_in(watched[0].stream) if name != "done"]
    assert ids == [f"{run}-{n}" for n in range(4, len(ids) + 4)]
    other.stop()


def test_an_id_that_is_not_ours_is_answered_with_everything(site: Site) -> None:
    run = site.run("simulate: answer tokens=5 delay=0")
    site.over(run)
    for last in ("999999-1", f"{run}-100000", "-1", "nonsense"):
        first = next(events_in(site.watch(run, last=last).wait()))
        assert first[1] == "reset"
        assert first[2]["state"] == "succeeded"


def test_the_streams_end_with_done(site: Site) -> None:
    run = site.run("simulate: answer tokens=5 delay=0")
    site.over(run)
    assert list(events_in(site.watch(run).wait()))[-1][1:] == ("done", {"state": "succeeded"})
    assert site.watch(run, "stream").wait().endswith("event: done\ndata: 1\n\n")


def test_a_viewer_who_lost_the_right_is_let_go_within_ten_seconds(site: Site) -> None:
    run = site.run("simulate: answer tokens=400 delay=0.05")
    watched = site.watch(run, "stream")
    site.until_streaming(run)
    eventually(lambda: watched.pieces)
    member = site.database.value("DELETE FROM accounts_membership m RETURNING to_json(m)::text")
    try:
        assert "You can no longer see this run: you are not in this team" in watched.wait(10)
        assert site.state(run) == "streaming"
        assert site.get(f"runs/{run}/").status_code == 404
    finally:
        site.database.rows(
            "INSERT INTO accounts_membership"
            " SELECT * FROM json_populate_record(NULL::accounts_membership, %s::json)",
            member,
        )
        site.cancel(run)


def test_a_viewer_whose_session_ended_is_let_go_within_ten_seconds(site: Site) -> None:
    run = site.run("simulate: many tokens=4000 delay=0.004")
    watched = site.watch(run, "events")
    site.until_streaming(run)
    eventually(lambda: watched.pieces)
    was = "UPDATE accounts_session SET expire_date = now() + interval '%s' day"
    site.database.rows(was % "-1")
    try:
        assert list(events_in(watched.wait(10)))[-1] == ("", "done", {"state": "forbidden"})
        assert site.state(run) == "streaming"
    finally:
        site.database.rows(was % "1")
        site.cancel(run)
