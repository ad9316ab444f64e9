"""Many viewers and slow ones: they cost no connections, and nobody waits for them."""

from __future__ import annotations

import asyncio
import re
import socket
import time
from contextlib import ExitStack

import httpx

from .site import Site, Watched, events_in, text_in

VIEWERS = 200
UNREAD = 12
CONNECTIONS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"


def test_200_viewers_hold_few_connections_and_see_the_same(site: Site) -> None:
    run = site.run("simulate: answer tokens=250 delay=0.03")
    most, streams = asyncio.run(_watch_together(site, run))
    assert most < 30, most
    text = site.answer_text(run)
    assert len(text) > 1_000
    assert {text_in(stream) for stream in streams[0::2]} == {text}
    ends = {stream.rpartition("event: done")[1:] for stream in streams[1::2]}
    assert ends == {("event: done", "\ndata: 1\n\n")}


async def _watch_together(site: Site, run: int) -> tuple[int, list[str]]:
    """(the most connections to Postgres at any time, what each viewer got); two kinds in turn."""
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(
        base_url=site.web.url, cookies=site.cookies, limits=limits, verify=False, trust_env=False
    ) as client:
        kinds = ("events", "stream")
        reading = [_read(client, run, kinds[number % 2]) for number in range(VIEWERS)]
        together = asyncio.gather(*reading)
        most = 0
        while not together.done():
            most = max(most, await asyncio.to_thread(site.database.value, CONNECTIONS))
            await asyncio.sleep(0.2)
        return most, await together


async def _read(client: httpx.AsyncClient, run: int, kind: str) -> str:
    answer = await client.get(f"/t/acme/runs/{run}/{kind}/", timeout=60)
    assert answer.status_code == 200
    return answer.text


def test_viewers_who_never_read_cost_no_memory_and_delay_nobody(site: Site) -> None:
    """3 MB of events pass by viewers whose sockets are full."""
    site.watch(site.run("simulate: many tokens=32000 delay=0", max_tokens="64000"), "stream").wait(
        60
    )
    before = site.web.memory_mb
    run = site.run("simulate: many tokens=32000 delay=0.0002 first=0.5", max_tokens="64000")
    with ExitStack() as open_sockets:
        for number in range(UNREAD):
            open_sockets.enter_context(site.unread(run, ("events", "stream")[number % 2]))
        reader = site.watch(run)
        answered = _pages_until_the_end(site, reader)
        row = site.over(run, 60)
        grown = site.web.memory_mb - before
    assert row["state"] == "succeeded"
    assert row["byte_count"] > 2_400_000
    assert reader.text == site.answer_text(run)
    assert grown < 40, grown
    assert answered > 3, answered


def test_a_viewer_who_is_slow_at_first_misses_nothing(site: Site) -> None:
    """Both are sent much at once and read it late; what came meanwhile must follow."""
    run = site.run("simulate: many tokens=16000 delay=0.0003", max_tokens="64000")
    time.sleep(2)
    with site.unread(run, "events", "nonsense") as events, site.unread(run, "stream") as page:
        time.sleep(1)
        events_read, page_read = _read_on(events), _read_on(page)
    count = site.over(run)["event_count"]
    found = [(number, name) for number, name, _ in events_in(events_read)]
    assert found[0][1] == "reset"
    first = int(found[0][0].partition("-")[2])
    assert [n for n, name in found if name != "done"] == [
        f"{run}-{n}" for n in range(first, count + 1)
    ]
    assert 'hx-get="' in page_read
    assert _has_no_gap(page_read, run)


def _has_no_gap(page: str, run: int) -> bool:
    """Whether each message of a page stream is the next one or shows the whole answer again."""
    shown = -1
    for message in page.split("\n\n"):
        if found := re.match(r"(?:retry: \d+\s+)?id: (\d+)\n", message):
            number = int(found[1])
            is_whole = f'<div id="run-{run}" hx-swap-oob="patch">' in message
            if number != shown + 1 and not is_whole:
                return False
            shown = number
    return shown > 0


def _pages_until_the_end(site: Site, reader: Watched) -> int:
    """How many pages are answered while a run goes on: one that waits for viewers is none."""
    count = 0
    while reader.is_open:
        assert site.web.client.get("/health/").status_code == 200
        count += reader.is_open
        time.sleep(0.1)
    return count


def _read_on(plug: socket.socket) -> str:
    """The rest of the stream, for a viewer who begins to read late."""
    plug.settimeout(30)
    received = b""
    while not received.endswith(b"0\r\n\r\n"):
        received += plug.recv(1_000_000)
    body, chunked = b"", received.partition(b"\r\n\r\n")[2]
    while chunked:
        size, _, rest = chunked.partition(b"\r\n")
        body += rest[: int(size, 16)]
        chunked = rest[int(size, 16) + 2 :]
    return body.decode()
