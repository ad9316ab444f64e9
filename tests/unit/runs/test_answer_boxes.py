"""Content blocks that are no text: thinking, tool calls, results, unknown ones."""

from __future__ import annotations

import pytest

from workbench.messages_api import Accumulator
from workbench.runs.answer.boxes import BROKEN_JSON, NO_THINKING, REDACTED
from workbench.runs.answer.fragments import AnswerView, plain_text, render_message, render_plain
from workbench.runs.answer.json_text import TOO_DEEP, pretty

from .page_model import Page, block, parsed, start, watched


def shown(*events) -> Page:
    """Return the page of one content block, checked against the stored answer."""
    page, view, accumulator = watched([start(), *events])
    stored = render_message(42, accumulator.result())
    assert view.snapshot() == stored
    assert page.answer == parsed(f'<div id="run-42">{stored}</div>').children[0]
    return page


def test_thinking_is_folded_away_and_grows():
    first = {"type": "thinking", "thinking": "", "signature": ""}
    deltas = [{"type": "thinking_delta", "thinking": piece} for piece in ("\nAh <b>", " *so*")]
    page = shown(*block(0, first, *deltas, {"type": "signature_delta", "signature": "x"}))
    details = page.answer.children[0]
    assert details.tag == "details"
    assert "open" not in details.attributes
    assert details.text == "Thinking\nAh <b> *so*"


def test_thinking_is_sent_as_text_to_append():
    view, accumulator = AnswerView(42), Accumulator()
    sent = []
    first = {"type": "thinking", "thinking": ""}
    deltas = [{"type": "thinking_delta", "thinking": piece} for piece in ("a", " <b")]
    for one in [start(), *block(0, first, *deltas)]:
        view.feed(accumulator.apply(one), accumulator)
        sent.append(view.patches())
    assert sent[2:] == [
        '<div id="run-42-0-0" hx-swap-oob="patch">a</div>',
        '<i hx-swap-oob="append:#run-42-0-0"> &lt;b</i>',
        "",
    ]


def test_thinking_without_text_says_why():
    page = shown(*block(0, {"type": "thinking", "thinking": "", "signature": "x"}))
    assert NO_THINKING in page.answer.text


def test_redacted_thinking_is_a_sentence_without_its_data():
    page = shown(*block(0, {"type": "redacted_thinking", "data": "secret"}))
    assert page.answer.text == REDACTED


def test_a_tool_call_shows_its_input_as_it_grows_and_then_as_json():
    first = {"type": "tool_use", "id": "t", "name": "<b>weather</b>", "input": {}}
    deltas = [{"type": "input_json_delta", "partial_json": p} for p in ("", '{"city":', '"Bern"}')]
    events = block(0, first, *deltas)
    assert shown(*events).answer.text == 'Tool call <b>weather</b> t{\n  "city": "Bern"\n}'
    view, accumulator = AnswerView(42), Accumulator()
    for one in [start(), *events[:-1]]:
        view.feed(accumulator.apply(one), accumulator)
        last = view.patches()
    assert last == '<i hx-swap-oob="append:#run-42-0-0 code">"Bern"}</i>'
    assert '<code>{"city":"Bern"}</code>' in view.snapshot()


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        ([], "{}"),
        ([""], "{}"),
        (['{"a": [1'], '{"a": [1' + BROKEN_JSON),
        (["<script>"], "<script>" + BROKEN_JSON),
    ],
)
def test_an_empty_or_broken_input_is_shown(pieces, text):
    first = {"type": "server_tool_use", "id": "t", "name": "f", "input": {}}
    deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in pieces]
    page = shown(*block(0, first, *deltas))
    assert page.answer.text == f"Tool call on the server f t{text}"


def test_a_call_that_is_cut_keeps_what_arrived():
    first = {"type": "tool_use", "id": "t", "name": "f", "input": {}}
    events = block(0, first, {"type": "input_json_delta", "partial_json": '{"a'})
    assert '{"a' in shown(*events[:-1]).answer.text


@pytest.mark.parametrize("kind", ["hologram", "<b>", None, 7])
def test_unknown_blocks_are_json_in_a_labelled_box(kind):
    first = {"type": kind, "content": [{"title": "<script>x</script>"}]}
    page = shown(*block(0, first, {"type": "new_delta", "x": 1}))
    box = page.answer.children[0]
    assert '"title": "<script>x</script>"' in box.text
    assert [e.tag for e in box.walk()][:3] == ["div", "details", "summary"]


def test_a_stored_block_that_is_no_object_is_shown_too():
    html = render_message(42, {"content": ["x", None, {"type": "text", "text": 5}]})
    assert parsed(html).text.startswith("Block without a type")


def test_json_that_cannot_be_shown_says_so():
    deep: list = []
    for _ in range(100_000):
        deep = [deep]
    assert pretty(deep) == TOO_DEEP
    assert pretty(2**70) == str(2**70)
    assert pretty({"a": "\ud83d"}) == '{\n  "a": "\ufffd"\n}'
    assert len(pretty("x" * 300_000)) < 201_000
    while deep:  # taken apart by hand: the interpreter would recurse
        deep = deep.pop()


def test_the_text_view_shows_control_characters_as_symbols():
    message = {"content": [{"type": "text", "text": "a\x1b[31m\x07\n\t\x7f\x85\u202e<b>"}]}
    html = render_plain(message)
    assert parsed(html).text == "a␛[31m␇\n\t␡[U+0085][U+202E]<b>"
    assert "isolate" in html


def test_the_text_of_an_answer_is_its_text_blocks_only():
    content = [
        {"type": "thinking", "thinking": "hm"},
        {"type": "text", "text": "a "},
        {"type": "tool_use", "name": "f", "input": {}},
        {"type": "text", "text": "b"},
        "x",
    ]
    assert plain_text({"content": content}) == "a b"
