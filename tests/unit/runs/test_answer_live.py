"""The answer while it arrives, on a page that only gets the swaps, against the stored answer."""

from __future__ import annotations

import time

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.growth import proven_to_grow_with_length
from workbench.messages_api import Accumulator, EventParser
from workbench.runs.answer.fragments import AnswerView, plain_text, render_message, render_plain
from workbench.simulator import SCENARIOS, SimulatorTransport

from .page_model import Page, block, event, parsed, start, text_block, watched

PARAGRAPH = "Some *words* and **more** `words`, with [a link](https://a.example/b) in them.\n\n"
CODE = "```python\ndef f(x):\n    return x + 1  # one more\n```\n\n"
TABLE = "| Name | Value |\n|---|---:|\n| a | 1 |\n| b | 2 |\n\n"
ANSWER = (
    f"## Heading\n\n{PARAGRAPH * 2}1. one\n2. two\n   - three\n\n{CODE}{PARAGRAPH}{TABLE}> q\n\n"
)
MARKDOWN = st.lists(
    st.sampled_from([*ANSWER.split("\n"), "```", "- x", "", "", "***", "a\r\nb", "<b>&amp;", "\0"]),
    max_size=25,
).map("\n".join)


def pieces_of(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


def assert_same_as_stored(page: Page, view: AnswerView, accumulator: Accumulator) -> None:
    stored = render_message(42, accumulator.result())
    assert view.snapshot() == stored
    assert page.answer == parsed(f'<div id="run-42">{stored}</div>').children[0]
    assert view.patches() == ""


@given(MARKDOWN, st.integers(1, 40), st.integers(1, 5))
@settings(max_examples=200)
def test_the_page_ends_like_the_stored_answer(text, size, every):
    assert_same_as_stored(*watched([start(), *text_block(0, *pieces_of(text, size))], every))


@given(MARKDOWN, st.integers(1, 40), st.integers(0, 60))
@settings(max_examples=100)
def test_an_answer_cut_anywhere_ends_like_the_stored_answer(text, size, kept):
    events = [start(), *text_block(0, *pieces_of(text, size)), *text_block(1, "more")]
    assert_same_as_stored(*watched(events[:kept]))


@pytest.mark.parametrize("scenario", sorted(SCENARIOS))
async def test_every_simulated_answer_looks_the_same_live_and_stored(scenario):
    body = {
        "model": "claude-opus-4-8",
        "max_tokens": 500,
        "stream": True,
        "messages": [{"role": "user", "content": f"simulate: {scenario} delay=0 tokens=120"}],
    }
    headers = {"x-api-key": "sk-ant-test-1234", "anthropic-version": "2026-10-21"}
    received = b""
    began = time.monotonic()
    try:
        async with (
            httpx.AsyncClient(transport=SimulatorTransport(), headers=headers, timeout=0.2) as http,
            http.stream("POST", "http://simulator/v1/messages", json=body) as response,
        ):
            async for chunk in response.aiter_bytes():
                received += chunk
                if len(received) > 300_000 or time.monotonic() - began > 0.3:
                    break
    except httpx.HTTPError:
        pass
    parser = EventParser()
    events = [*parser.feed(received), *parser.finish()]
    assert_same_as_stored(*watched(events, every=max(1, len(events) // 50)))


def test_a_viewer_who_comes_later_sees_the_same():
    events = [start(), *text_block(0, *pieces_of(ANSWER, 7)), *text_block(1, "end")]
    first, late = Page(42), Page(42)
    view, accumulator = AnswerView(42), Accumulator()
    for number, one in enumerate(events):
        view.feed(accumulator.apply(one), accumulator)
        pieces = view.patches() if number % 3 == 0 else ""
        first.swap(pieces)
        if number == 60:
            late.swap(f'<div id="run-42" hx-swap-oob="patch">{view.snapshot()}</div>')
        elif number > 60:
            late.swap(pieces)
    last = view.patches()
    first.swap(last)
    late.swap(last)
    assert first.answer == late.answer


def test_after_the_end_a_snapshot_has_everything():
    view, accumulator = AnswerView(42), Accumulator()
    view.patches()
    for one in [start(), *text_block(0, "a *b*")]:
        view.feed(accumulator.apply(one), accumulator)
    assert view.snapshot() == ""  # as of the last patches, or they would be shown twice
    view.finish(accumulator.result())
    assert view.snapshot() == render_message(42, accumulator.result())


def test_the_work_on_an_answer_of_many_blocks_grows_with_their_number():
    def events_of(count):
        events = [start()]
        for number in range(count):
            kind = "thinking" if number % 2 else "text"
            delta = {"type": f"{kind}_delta", kind: "word"}
            events += block(number, {"type": kind, kind: ""}, delta)
        return events

    proven_to_grow_with_length(fed, events_of, 500)


def test_nothing_new_gives_no_pieces():
    _, view, accumulator = watched([start(), *text_block(0, "a\n\nb")])
    view.feed(accumulator.apply(event({"type": "ping"})), accumulator)
    assert view.patches() == ""


def test_an_empty_answer_is_empty():
    assert render_message(42, {"content": []}) == ""
    assert render_message(42, {}) == ""
    assert render_plain({"content": None}) == ""


def test_a_new_block_is_added_and_a_growing_one_patched():
    view, accumulator = AnswerView(42), Accumulator()
    sent = []
    for one in [start(), *text_block(0, "a", "b", "\n\n", "c")]:
        view.feed(accumulator.apply(one), accumulator)
        sent.append(view.patches())
    assert sent[1].startswith('<div hx-swap-oob="beforeend:#run-42"><div id="run-42-0">')
    assert sent[2].startswith('<div hx-swap-oob="beforeend:#run-42-0"><div id="run-42-0-0">')
    assert sent[3] == '<div id="run-42-0-0" hx-swap-oob="patch"><p>ab</p>\n</div>'
    assert "run-42-0-1" in sent[5]


def test_a_growing_fence_is_appended_to():
    view, accumulator = AnswerView(42), Accumulator()
    sent = []
    for one in [start(), *text_block(0, "```py\na <", " b\n", "  c\n", "```\n")]:
        view.feed(accumulator.apply(one), accumulator)
        sent.append(view.patches())
    assert sent[3] == '<i hx-swap-oob="append:#run-42-0-0 code"> b</i>'
    assert sent[4] == '<i hx-swap-oob="append:#run-42-0-0 code">\n  c</i>'
    assert "hx-swap-oob" not in sent[6].replace('<div id="run-42-0-0" hx-swap-oob="patch">', "")
    assert "<span" in sent[6]


def test_a_surrogate_pair_split_over_two_pieces_arrives_as_one_character():
    page, _, _ = watched([start(), *text_block(0, "a\ud83d", "\ude00b", "\ud83d")])
    assert page.answer.text.strip() == "a😀b\ufffd"


def test_carriage_returns_and_nuls_never_reach_the_page():
    _, view, accumulator = watched([start(), *text_block(0, "a\r", "\nb\r\0c &#13;d")])
    assert not {"\r", "\0"} & set(view.snapshot())
    assert "a\nb\n\ufffdc" in view.snapshot()
    assert not {"\r", "\0"} & set(render_plain({"content": [{"type": "text", "text": "a\r\0"}]}))
    assert_same_as_stored(*watched([start(), *text_block(0, "a\r", "\nb\r\0c &#13;d")]))
    assert plain_text(accumulator.result()) == "a\nb\n\ufffdc &#13;d"


def test_a_block_that_ends_different_from_its_pieces_is_drawn_anew():
    events = [start(), *text_block(0, "a\n\nb")[:-1]]
    page, view, accumulator = watched(events)
    message = accumulator.result()
    message["content"][0]["text"] = "x\n\ny\n\nz"
    view.finish(message)
    page.swap(view.patches())
    assert view.snapshot() == render_message(42, message)
    assert page.answer == parsed(f'<div id="run-42">{view.snapshot()}</div>').children[0]


@pytest.mark.parametrize("text", ["word " * 60_000, "x" * 10_000_000, PARAGRAPH * 2600])
def test_a_very_long_text_is_cut_and_says_so(text):
    page, view, accumulator = watched([start(), *text_block(0, *pieces_of(text, 200_003))])
    assert_same_as_stored(page, view, accumulator)
    message = accumulator.result()
    assert len(page.answer.text) < 210_000
    assert 'class="cut"' in view.snapshot()
    assert parsed(render_plain(message)).text == text


def test_the_work_on_a_long_answer_grows_with_its_length():
    def events_of(characters):
        text = (ANSWER * 30)[:characters]
        return [start(), *text_block(0, *pieces_of(text, 3))]

    proven_to_grow_with_length(fed, events_of, 3_400)


def fed(events):
    """Take in the events as a run does, with a patch for the page after every eighth."""
    view, accumulator = AnswerView(42), Accumulator()
    for number, one in enumerate(events):
        view.feed(accumulator.apply(one), accumulator)
        if number % 8 == 0:
            view.patches()


def test_a_long_open_list_is_drawn_less_often_but_completely():
    view, accumulator = AnswerView(42), Accumulator()
    drawn = 0
    for one in [start(), *text_block(0, *["- some item\n"] * 600)[:-1]]:
        view.feed(accumulator.apply(one), accumulator)
        drawn += bool(view.patches())
    assert 100 < drawn < 400
    if view.has_more:
        assert view.patches()
    assert not view.has_more
    assert view.snapshot().count("<li>") == 600


def test_the_numbers_of_blocks_follow_the_message_not_the_stream():
    search = block(5, {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}})
    page, _, _ = watched([start(), *text_block(3, "a"), *search, *text_block(7, "b")])
    ids = [e.attributes["id"] for e in page.answer.children]
    assert ids == ["run-42-0", "run-42-0-end", "run-42-1", "run-42-2", "run-42-2-end"]
