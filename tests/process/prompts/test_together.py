"""Two people at two web processes on one Postgres: what one does, the other sees."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest
from django.utils.html import strip_tags

from tests.process.runs.running import eventually
from tests.process.runs.site import PASSWORD, Site, Watched, events_in, text_in
from workbench.runs.farewells import LOWERED, NO_MEMBER, SIGNED_OUT

from .people import Person, number_in, take_in

VIEWERS = 20  # of each process
LONG = "simulate: answer tokens=4000 delay=0.05"
_ID = "SELECT id FROM accounts_user WHERE name = %s"
_MEMBERSHIP = f"SELECT id FROM accounts_membership WHERE user_id = ({_ID})"


@pytest.fixture
def ana(people: list[Person]) -> Person:
    """The owner, at the first process."""
    return people[0]


@pytest.fixture
def erin(people: list[Person]) -> Person:
    """An editor, at the second process."""
    return people[1]


@pytest.fixture
def signed_in() -> Iterator[ExitStack]:
    """Whoever enters it leaves with the test."""
    with ExitStack() as everybody:
        yield everybody


def run_of(person: Person, text: str) -> int:
    """Press Run on a new draft; returns the id of the run."""
    draft = number_in(person.post("drafts/").headers["location"], "drafts")
    form = {
        "part": "turns",
        "turn-a-role": "user",
        "turn-a-text": text,
        "model": "claude-opus-5-5",
        "upstream": "anthropic",
        "idempotency_key": f"key-of-{draft}-0123456789",
    }
    return number_in(person.post(f"drafts/{draft}/runs/", form).headers["location"], "runs")


def watch(person: Person, run: int, kind: str = "events") -> Watched:
    """What the person is sent of the run, by the process where they are."""

    def read(watched: Watched) -> None:
        headers = {"Accept": "text/event-stream"}
        path = f"/t/acme/runs/{run}/{kind}/"
        with person.client.stream("GET", path, headers=headers) as answer:
            watched.status = answer.status_code
            for piece in answer.iter_text():
                watched.pieces.append(piece)

    return Watched(read)


def test_a_colleague_sees_a_run_stream_from_its_start_and_it_is_stopped_from_there(
    site: Site, ana: Person, erin: Person
) -> None:
    run = run_of(ana, LONG)
    site.until_streaming(run)
    page = erin.get(f"runs/{run}/").text
    assert f'sse-connect="/t/acme/runs/{run}/stream/"' in page
    watched, drawn = watch(erin, run), watch(erin, run, "stream")
    eventually(lambda: watched.text and drawn.pieces)
    assert site.state(run) == "streaming"
    assert erin.post(f"runs/{run}/cancellation/").status_code == 403
    with ana.at(erin.web) as there:
        assert there.post(f"runs/{run}/cancellation/").status_code == 302
    assert list(events_in(watched.wait()))[-1] == ("", "done", {"state": "cancelled"})
    assert drawn.wait().endswith("event: done\ndata: 1\n\n")
    assert site.over(run)["state"] == "cancelled"
    assert watched.text == erin.get(f"runs/{run}/text/").text


def test_each_of_many_viewers_at_two_processes_gets_the_same_bytes(
    site: Site, ana: Person, erin: Person
) -> None:
    run = run_of(ana, "simulate: answer tokens=120 delay=0.02 first=1")
    got = asyncio.run(_watch_together([ana, erin], f"/t/acme/runs/{run}/events/"))
    assert len(got) == 2 * VIEWERS
    assert set(got) == {got[0]}
    assert text_in(got[0]) == ana.get(f"runs/{run}/text/").text
    assert len(text_in(got[0])) > 300


async def _watch_together(people: list[Person], path: str) -> list[str]:
    """The whole stream as each of ``VIEWERS`` browsers of each person got it."""
    clients = [
        httpx.AsyncClient(
            base_url=person.web.url,
            cookies=dict(person.client.cookies),
            limits=httpx.Limits(max_connections=None),
            timeout=60,
            trust_env=False,
        )
        for person in people
    ]
    reading = [client.get(path) for client in clients for _ in range(VIEWERS)]
    answers = await asyncio.gather(*reading)
    for client in clients:
        await client.aclose()
    return [answer.text for answer in answers]


def test_who_edits_and_what_is_saved_is_seen_at_the_other_process(
    ana: Person, erin: Person
) -> None:
    prompt = ana.new_prompt("Seen by both", "One.")
    drafts = ana.draft_of(prompt), erin.draft_of(prompt)

    def told(person: Person, path: str) -> str:
        return strip_tags(person.get(path).text)

    def presence(person: Person) -> str:
        return told(person, f"drafts/{drafts[person is erin]}/presence/")

    assert "Erin is editing (v1)" in presence(ana)
    assert "Ana is editing (v1)" in presence(erin)
    reading = f"prompts/{prompt}/news/?seen=1"
    assert "saved" not in told(erin, reading)
    ana.store(drafts[0], "Two.")
    assert ana.save(drafts[0])
    assert "Ana saved v2 while you edited v1" in presence(erin)
    assert "Ana saved v2 since this page was made" in told(erin, reading)


def test_a_shared_run_is_read_at_the_other_process_until_its_link_is_revoked(
    site: Site, ana: Person, erin: Person
) -> None:
    run = run_of(ana, LONG)
    site.until_streaming(run)
    assert ana.post(f"runs/{run}/links/", {"days": "1"}).status_code == 302
    found = re.search(r"/s/[\w-]{43}/", ana.get("links/").text)
    assert found
    with httpx.Client(base_url=erin.web.url, trust_env=False) as stranger:
        assert "The answer is still being written." in stranger.get(found[0]).text
        ana.post(f"runs/{run}/cancellation/")
        site.over(run)
        page = stranger.get(found[0])
        assert page.status_code == 200
        assert "still being written" not in page.text
        link = site.database.value("SELECT max(id) FROM sharing_sharelink")
        assert ana.post(f"links/{link}/revocation/").status_code == 302
        assert stranger.get(found[0]).status_code == 404


def removed(ana: Person, other: Person) -> httpx.Response:
    return ana.post(f"members/{member(other)}/removal/")


def lowered(ana: Person, other: Person) -> httpx.Response:
    return ana.post(f"members/{member(other)}/role/", {"role": "viewer"})


def disabled(ana: Person, other: Person) -> httpx.Response:
    person = other.site.database.value(_ID, other.name)
    return post(ana, f"/people/{person}/state/", state="disabled")


def signed_out(ana: Person, other: Person) -> httpx.Response:
    with other.at(ana.web) as same_browser:
        return post(same_browser, "/sign-out/")


def ended(ana: Person, other: Person) -> httpx.Response:
    with Person(other.site, ana.web, other.name) as elsewhere:
        return post(elsewhere, "/account/sessions/end/")


def with_a_new_password(ana: Person, other: Person) -> httpx.Response:
    form = {"current_password": PASSWORD, "new_password": "another long password"}
    with Person(other.site, ana.web, other.name) as elsewhere:
        return post(elsewhere, "/account/password/", **form)


CHANGES: dict[Callable[[Person, Person], httpx.Response], str] = {
    removed: NO_MEMBER,
    lowered: LOWERED,
    disabled: SIGNED_OUT,
    signed_out: SIGNED_OUT,
    ended: SIGNED_OUT,
    with_a_new_password: SIGNED_OUT,
}


def test_what_one_process_takes_away_closes_the_streams_of_the_other(
    site: Site, ana: Person, erin: Person, signed_in: ExitStack
) -> None:
    run = run_of(ana, LONG)
    site.until_streaming(run)
    bystander = watch(erin, run, "stream")
    watched = {}
    for change in CHANGES:
        take_in(site, change.__name__)
        person = signed_in.enter_context(Person(site, erin.web, change.__name__))
        watched[change] = person, watch(person, run, "stream"), watch(person, run)
    eventually(lambda: all(page.pieces and raw.pieces for _, page, raw in watched.values()))
    for change, (person, _, _) in watched.items():
        assert change(ana, person).status_code == 302, change
    for change, (_, page, raw) in watched.items():
        assert CHANGES[change] in page.wait(), change
        assert page.stream.endswith("event: done\ndata: 1\n\n")
        assert list(events_in(raw.wait()))[-1] == ("", "done", {"state": "forbidden"})
    assert bystander.is_open
    assert site.state(run) == "streaming"
    ana.post(f"runs/{run}/cancellation/")
    bystander.wait()


def member(person: Person) -> int:
    """The id of the person's membership of Acme."""
    return int(person.site.database.value(_MEMBERSHIP, person.name))


def post(person: Person, path: str, **form: str) -> httpx.Response:
    """Post a form that belongs to no team."""
    headers = {"X-CSRFToken": person.client.cookies["workbench-csrf"]}
    return person.client.post(path, data=form, headers=headers)
