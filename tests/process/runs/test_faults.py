"""Every upstream fault through the whole product: what the run comes to, what the page says.

All runs of a table start at once, then each is judged.
"""

from __future__ import annotations

import asyncio
import html
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

import orjson
import pytest

from workbench.messages_api import Accumulator
from workbench.simulator.blocks import words_of
from workbench.simulator.ports import DeadPorts

from .faults import (
    ANY,
    BEFORE_THE_ANSWER,
    CUT_AFTER_EACH,
    ODD_ANSWERS,
    WHOLE,
    WITHIN_THE_ANSWER,
    Fault,
)
from .running import Web, eventually
from .site import API_KEY, TABS, Site
from .whole import whole_answer

TABLE = [*BEFORE_THE_ANSWER, *WITHIN_THE_ANSWER, *ODD_ANSWERS, *CUT_AFTER_EACH]


@dataclass(frozen=True)
class Begun:
    """A run of the table that is under way; ``mark`` is in its prompt."""

    run: int
    mark: str


@pytest.fixture(scope="module")
def begun(site: Site) -> dict[str, Begun]:
    """All runs of the table, started at once, by scenario."""
    runs = {}
    for number, fault in enumerate(TABLE):
        mark = f"row {number} of the table."
        pace = "" if "delay=" in fault.scenario else " delay=0.002"
        runs[fault.scenario] = Begun(site.run(f"simulate: {fault.scenario}{pace}\n{mark}"), mark)
    return runs


@pytest.mark.parametrize("fault", TABLE, ids=lambda fault: fault.scenario)
def test_a_fault_of_the_upstream_ends_as_documented(
    site: Site, begun: dict[str, Begun], fault: Fault
) -> None:
    run, mark = begun[fault.scenario].run, begun[fault.scenario].mark
    row = site.over(run, 40)
    assert (row["state"], row["ending"], row["error_kind"]) == (
        fault.state,
        fault.ending,
        fault.kind,
    ), row["error"]
    entries = site.upstream.journal(mark)
    assert row["attempts"] == fault.tries
    assert len(entries) == (fault.tries if fault.sent is None else fault.sent)
    ended = eventually(lambda: site.upstream.journal(mark)[-1]["ended"])
    assert fault.ended in ("", ended)
    _check_text(site, run, fault, entries[-1]["body"])
    _check_pages(site, run, fault)


def _check_text(site: Site, run: int, fault: Fault, body: Any) -> None:
    kept = site.answer_text(run)
    if fault.text is not None:
        assert kept == fault.text
    elif fault.words != ANY and not fault.scenario.startswith("long-line"):
        words = words_of(whole_answer(body))
        assert kept == "".join(words if fault.words == WHOLE else words[: fault.words])


def _check_pages(site: Site, run: int, fault: Fault) -> None:
    for tab in TABS:
        answer = site.get(f"runs/{run}/{tab}")
        assert answer.status_code == 200, (tab, answer.text)
        assert API_KEY not in answer.text
        if not tab:
            page = html.unescape(re.sub(r"</?(mark|span)[^>]*>", "", answer.text))
            for words in (fault.says, *fault.shows):
                assert words in page
            _check_harmless(answer.text)

    assert site.get(f"runs/{run}/stream/").text.endswith("event: done\ndata: 1\n\n")
    done = f'event: done\ndata: {{"state":"{fault.state}"}}\n\n'
    assert site.get(f"runs/{run}/events/").text.endswith(done)


def _check_harmless(page: str) -> None:
    """Nothing that the upstream sent became markup that does anything."""
    tags = Tags()
    tags.feed(page)
    for name, attributes in tags.found:
        assert name not in ("iframe", "object", "embed", "base", "style"), name
        assert not [attribute for attribute in attributes if attribute.startswith("on")], attributes
        for place in ("src", "href", "action", "srcdoc", "xlink:href", "hx-get", "hx-post"):
            address = attributes.get(place) or ""
            is_link = name == "a" and place == "href" and address.startswith("https://")
            if is_link:
                assert "nofollow" in (attributes.get("rel") or ""), attributes
            assert is_link or address == "" or address[0] in "/#?", (name, address)
        if name == "script":
            assert "nonce" in attributes or "src" in attributes, attributes


class Tags(HTMLParser):
    """Reads a page as a browser would and notes every tag with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_a_long_line_is_stored_whole(site: Site, begun: dict[str, Begun]) -> None:
    run = begun["long-line bytes=2000000"].run
    site.over(run)
    assert site.answer_text(run).count("y" * 2_000_000) == 1


def test_invalid_bytes_are_replaced_and_said(site: Site, begun: dict[str, Begun]) -> None:
    run = begun["bad-utf8 after=5"].run
    site.over(run)
    assert "bad��" in site.answer_text(run)
    for tab in ("", "outcome/"):
        assert "The answer held 3 bytes that are no text." in site.get(f"runs/{run}/{tab}").text


def test_absurd_usage_is_unknown_and_costs_nothing_known(
    site: Site, begun: dict[str, Begun]
) -> None:
    for scenario in ("usage-missing", "usage-null", "usage-null-fields", "usage-absurd"):
        row = site.over(begun[scenario].run)
        assert row["cost_usd"] is None, scenario
        assert row["input_tokens"] is None, scenario


def test_what_was_waited_for_was_waited(site: Site, begun: dict[str, Begun]) -> None:
    for scenario, least in (
        ("status code=429 retry-after=2 times=1", 2_000),
        ("status code=429 retry-after-date=2 times=1", 1_000),
        ("status code=429 retry-after-ms=300 times=1", 300),
    ):
        assert site.over(begun[scenario].run)["duration_ms"] >= least, scenario


def test_the_log_of_an_odd_stream_makes_the_same_message_again(
    site: Site, begun: dict[str, Begun]
) -> None:
    """What viewers are replayed is what is stored."""
    for scenario in ("unknown-delta", "nan", "split-surrogate", "tool-broken"):
        run = begun[scenario].run
        site.over(run)
        stored = site.row(run)["message"]
        reset = next(
            data for name, data in _events(site.watch(run, last="x-1").wait()) if name == "reset"
        )
        assert reset["message"] == stored, scenario
        assert Accumulator().result() != stored


def _events(stream: str) -> Iterator[tuple[str, Any]]:
    for part in stream.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in part.split("\n") if ": " in line)
        if "data" in fields:
            yield fields.get("event", ""), orjson.loads(fields["data"])


# Faults that need other limits or another address ---------------------------------------------

LIMITS = {
    "RUN_CONNECT_TIMEOUT": "0.7",
    "RUN_FIRST_BYTE_TIMEOUT": "1.5",
    "RUN_IDLE_TIMEOUT": "1.5",
    "RUN_PROGRESS_TIMEOUT": "2.5",
    "RUN_DEADLINE": "6",
    "RUN_MAX_BYTES": "500000",
}
UNDER_LIMITS = [
    # U4: accepts and is silent
    Fault("hang", "failed", "no_response", 0, "did not answer in time.", ended="client-gone"),
    # U21, U22
    Fault(
        "stall after=5",
        "interrupted",
        "stall",
        5,
        "stopped arriving for 1.5 seconds.",
        ended="client-gone",
    ),
    Fault(
        "stall after=-1",
        "failed",
        "no_response",
        0,
        "sent no answer within 1.5 seconds.",
        ended="client-gone",
    ),
    Fault(
        "pings after=5 every=0.3",
        "interrupted",
        "no_progress",
        5,
        "nothing new for 2.5 seconds.",
        ended="client-gone",
    ),
    # U24
    Fault(
        "endless after=5 delay=0",
        "interrupted",
        "too_big",
        ANY,
        "larger than 0.476837 MB.",
        ended="client-gone",
    ),
    Fault(
        "flood-line after=5",
        "interrupted",
        "too_big",
        5,
        "larger than 0.476837 MB.",
        ended="client-gone",
    ),
    Fault(
        "slow delay=0.4",
        "interrupted",
        "too_long",
        ANY,
        "longer than 6 seconds.",
        ended="client-gone",
    ),
]
# U1 to U4: upstream name, kind, tries, sentence
UNREACHABLE = [
    (
        "refused",
        "connect_refused",
        3,
        "Could not reach 127.0.0.1 (connection refused) after 3 tries.",
    ),
    ("dns", "dns", 3, "The host name no-such-host.invalid could not be found after 3 tries."),
    ("tls", "tls", 1, "No encrypted connection to 127.0.0.1 could be made"),
    ("full", "connect_timeout", 3, "127.0.0.1 did not accept a connection in time after 3 tries."),
    ("silent", "no_response", 1, "127.0.0.1 did not answer in time."),
]


@pytest.fixture(scope="module")
def dead_ports() -> Iterator[DeadPorts]:
    """Addresses at which nothing answers, open as long as the module's tests run."""
    ports, is_open, closing = DeadPorts(), threading.Event(), threading.Event()

    async def hold() -> None:
        async with ports:
            is_open.set()
            await asyncio.to_thread(closing.wait)

    thread = threading.Thread(target=asyncio.run, args=(hold(),))
    thread.start()
    is_open.wait(10)
    yield ports
    closing.set()
    thread.join()


@pytest.fixture(scope="module")
def limited(site: Site, dead_ports: DeadPorts) -> Web:
    """A web process with short limits and upstreams that cannot be reached."""
    addresses = {
        "anthropic": site.upstream.url,
        "refused": dead_ports.refused_url,
        "dns": "http://no-such-host.invalid",
        "tls": dead_ports.tls_url,
        "full": dead_ports.timeout_url,
        "silent": dead_ports.silent_url,
    }
    keys = {f"{name.upper()}_API_KEY": API_KEY for name in addresses}
    named = ",".join(f"{name}={url}" for name, url in addresses.items())
    return site.another_web(WORKBENCH_UPSTREAMS=named, NO_PROXY="*", **keys, **LIMITS)


@pytest.fixture(scope="module")
def begun_under_limits(site: Site, limited: Web) -> dict[str, Begun]:
    """All runs of the second table, started at once."""
    runs = {}
    for number, fault in enumerate(UNDER_LIMITS):
        mark = f"row {number} under limits."
        pace = "" if "delay=" in fault.scenario else " delay=0.002"
        run = site.run(f"simulate: {fault.scenario}{pace}\n{mark}", web=limited)
        runs[fault.scenario] = Begun(run, mark)
    for name, *_ in UNREACHABLE:
        runs[name] = Begun(site.run("Anybody there?", web=limited, upstream=name), "")
    return runs


@pytest.mark.parametrize("fault", UNDER_LIMITS, ids=lambda fault: fault.scenario)
def test_what_takes_too_long_or_too_much_is_stopped(
    site: Site, begun_under_limits: dict[str, Begun], fault: Fault
) -> None:
    test_a_fault_of_the_upstream_ends_as_documented(site, begun_under_limits, fault)


@pytest.mark.parametrize(
    ("name", "kind", "tries", "says"), UNREACHABLE, ids=[name for name, *_ in UNREACHABLE]
)
def test_an_upstream_that_cannot_be_reached_is_named(
    site: Site, begun_under_limits: dict[str, Begun], name: str, kind: str, tries: int, says: str
) -> None:
    run = begun_under_limits[name].run
    row = site.over(run)
    assert (row["state"], row["error_kind"], row["attempts"]) == ("failed", kind, tries)
    assert row["error"]["sentence"].startswith(says.removesuffix("."))
    _check_pages(site, run, Fault(name, "failed", kind, says=says))


def test_a_flood_does_not_fill_the_memory(site: Site) -> None:
    before = site.web.memory_mb
    floods = [site.run(f"simulate: {name} after=5\nflood") for name in ("flood-line", "endless")]
    beside = site.run("simulate: answer tokens=40 delay=0.02")
    for flood in floods:
        assert site.over(flood)["ending"] == "too_big"
    assert site.over(beside)["state"] == "succeeded"
    assert site.web.memory_mb - before < 2 * 64


def test_a_model_that_the_key_does_not_know(site: Site) -> None:
    run = site.run("Anybody there?", model="claude-missing-1")
    row = site.over(run)
    assert (row["state"], row["error_kind"], row["attempts"]) == ("failed", "not_found", 1)
    assert "claude-missing-1" in site.get(f"runs/{run}/").text


def test_nothing_of_the_key_is_in_the_log(site: Site, begun: dict[str, Begun]) -> None:
    assert begun
    assert all(API_KEY not in web.log for web in site.webs)
    assert "Traceback" not in site.web.log, site.web.log
