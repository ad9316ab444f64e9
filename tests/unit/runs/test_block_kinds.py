"""Every kind of block looks the same live, after a reload and to a viewer who comes later."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.messages_api import Accumulator
from workbench.runs.answer.fragments import AnswerView, render_message

from .block_kinds import CITATIONS, KINDS, stream
from .page_model import Element, Page, event, parsed, start, text_block, watched


def stored_page(accumulator: Accumulator) -> Element | str:
    stored = render_message(42, accumulator.result())
    return parsed(f'<div id="run-42">{stored}</div>').children[0]


def answer_of(kind: str) -> Element:
    page, _, _ = watched(stream(KINDS[kind]))
    return page.answer


@pytest.mark.parametrize("every", [1, 3, 1000])
@pytest.mark.parametrize("kind", KINDS)
def test_it_looks_the_same_live_and_after_a_reload(kind, every):
    page, view, accumulator = watched(stream(KINDS[kind]), every)
    assert page.answer == stored_page(accumulator)
    assert view.snapshot() == render_message(42, accumulator.result())
    assert view.patches() == ""


@pytest.mark.parametrize("kind", KINDS)
def test_a_viewer_who_comes_in_the_middle_ends_with_the_same_page(kind):
    events = stream(KINDS[kind])
    for arrival in range(len(events)):
        late, view, accumulator = Page(42), AnswerView(42), Accumulator()
        for number, one in enumerate(events):
            view.feed(accumulator.apply(one), accumulator)
            pieces = view.patches()
            if number == arrival:
                late.swap(f'<div id="run-42" hx-swap-oob="patch">{view.snapshot()}</div>')
            elif number > arrival:
                late.swap(pieces)
        view.finish(accumulator.result())
        late.swap(view.patches())
        assert late.answer == stored_page(accumulator)


@pytest.mark.parametrize("kind", KINDS)
def test_cut_anywhere_it_looks_the_same_live_and_after_a_reload(kind):
    events = stream(KINDS[kind])
    for kept in range(1, len(events)):
        page, _, accumulator = watched(events[:kept])
        assert page.answer == stored_page(accumulator)


@pytest.mark.parametrize("kind", KINDS)
def test_every_id_is_there_once(kind):
    ids = [e.attributes["id"] for e in answer_of(kind).walk() if "id" in e.attributes]
    assert len(set(ids)) == len(ids)


ALL_BLOCKS = [one for blocks in KINDS.values() for one in blocks]
SOME_BLOCKS = st.lists(st.sampled_from(ALL_BLOCKS), max_size=8)


@given(SOME_BLOCKS, st.randoms(use_true_random=False), st.integers(1, 6))
@settings(max_examples=200)
def test_any_blocks_in_any_order_of_events_end_like_the_stored_answer(blocks, random, every):
    events = stream(blocks)
    if random.random() < 0.5:
        events[1:] = random.sample(events[1:], len(events) - 1)
    page, view, accumulator = watched(events, every)
    assert page.answer == stored_page(accumulator)
    assert view.snapshot() == render_message(42, accumulator.result())


def test_blocks_that_overlap_end_in_their_order():
    events = [start()]
    for index in range(3):
        first = {"type": "text", "text": f"{index}"}
        events.append(
            event({"type": "content_block_start", "index": index, "content_block": first})
        )
    for index in (2, 0, 1):
        delta = {"type": "text_delta", "text": "abc"[index]}
        events.append(event({"type": "content_block_delta", "index": index, "delta": delta}))
        cited = {"type": "citations_delta", "citation": {"cited_text": "abc"[index]}}
        events.append(event({"type": "content_block_delta", "index": index, "delta": cited}))
    events += [event({"type": "content_block_stop", "index": index}) for index in (2, 0, 1)]
    page, _, accumulator = watched(events)
    assert page.answer == stored_page(accumulator)
    assert page.answer.children[0].text.strip() == "0a[1]1b[2]2c[3]"
    assert [e.text for e in page.answer.walk() if e.tag == "q"] == ["a", "b", "c"]


def test_text_in_parts_is_one_text_with_numbered_marks():
    paragraphs = [e.text for e in answer_of("text in parts with citations").walk() if e.tag == "p"]
    assert paragraphs[:2] == [
        "Experts say that moss grows slowly[1] and has no roots[2][3].",
        "The end.[4]",
    ]


def test_a_mark_does_not_break_the_list_it_stands_in():
    items = [e.text for e in answer_of("text in parts with citations").walk() if e.tag == "li"]
    assert items[:2] == ["a list[5]", "of two[6]"]


@pytest.mark.parametrize(
    ("first", "shown"),
    [
        ("```\ncode\n```", "code\n[1]after"),
        ("| a |\n|---|\n| b |", "ab[1]after"),
        ("text\n\n---", "text[1]after"),
    ],
)
def test_a_mark_does_not_break_code_tables_and_rules(first, shown):
    cited = [{"type": "citations_delta", "citation": CITATIONS["pages of a document"]}]
    texts = [{"type": "text_delta", "text": first}]
    blocks = [({"type": "text", "text": ""}, [*texts, *cited])]
    blocks.append(({"type": "text", "text": "\n\nafter"}, []))
    page, _, accumulator = watched(stream(blocks))
    assert page.answer == stored_page(accumulator)
    assert page.answer.children[0].text.replace("\n", "") == shown.replace("\n", "")


def test_each_mark_leads_to_its_source():
    answer = answer_of("citations around a tool")
    marks = [e.children[0] for e in answer.walk() if e.tag == "sup"]
    targets = {e.attributes.get("id") for e in answer.walk() if e.tag == "li"}
    assert [e.text for e in marks] == ["[1]", "[2]", "[3]"]
    assert {"#" + str(target) for target in targets} >= {e.attributes["href"] for e in marks}
    assert answer.children[-1].attributes["id"] == "run-42-sources"


def test_the_model_cannot_forge_a_mark():
    events = [start(), *text_block(0, "a \ufdd01", "\ufdd1 b")]
    view, accumulator = AnswerView(42), Accumulator()
    for one in events:
        view.feed(accumulator.apply(one), accumulator)
        view.patches()
        assert "<sup>" not in view.snapshot()
        assert "[1]" not in view.snapshot()
    assert "a \ufffd1\ufffd b" in render_message(42, accumulator.result())


def test_code_in_front_of_a_tool_is_finished_and_coloured():
    blocks = [({"type": "text", "text": "```python\nimport x\n```"}, []), *KINDS["calls of tools"]]
    page, _, accumulator = watched(stream(blocks))
    assert page.answer == stored_page(accumulator)
    assert "span" in {element.tag for element in page.answer.children[0].walk()}


def test_the_place_of_each_kind_of_citation_is_in_words():
    texts = [({"type": "text", "text": "x", "citations": list(CITATIONS.values())}, [])]
    page, _, _ = watched(stream(texts))
    items = [e.text for e in page.answer.walk() if e.tag == "li"]
    assert items == [
        "On moss characters 1 to 18 file file_mossCited passageMoss grows slowly.",
        "Document 2 pages 3 to 4Cited passageFern and moss.",
        "Parts block 3Cited passageA third part.",
        "Moss (plants.example)Cited passageMoss has no roots.",
        "https://wiki.example/moss (wiki.example) blocks 1 to 2Cited passageFrom our own search.",
        'memory_locationCitation{\n  "type": "memory_location",\n  "depth": 7\n}',
    ]
    assert [e.text for e in page.answer.walk() if e.tag == "sup"] == [f"[{n}]" for n in range(1, 7)]


SAID = {
    "calls of tools": [
        "Tool call weather call_weather",
        "called by code execution 20260120 srvtoolu_9",
        "Tool call click of browser",
        "Tool call on the server code_execution",
        "Call of an MCP tool list of files",
        "broken or was cut off",
    ],
    "web search": ["Web search: 3 results", "All about moss (plants.example) 2 days ago"],
    "web search without results": ["Web search: 0 results"],
    "web search that failed": ["The web search failed: the model has used it as often as"],
    "web fetch": ["Moss (plants.example) read 2026-11-20T10:00:00Z", "<b>Very</b>", "5 bytes"],
    "web fetch that failed": ["The web fetch failed: the allowed or blocked domains"],
    "code": [
        "Output of the code, ended with 0",
        "42",
        "Standard error:a warning",
        "ended with 1",
        "File file_plot",
        "The output is encrypted",
    ],
    "code that failed": ["The code execution failed: it took too long."],
    "files edited": ["from line 1 of 9 lines", "created", "written over", "-a\n+b", "No a.txt"],
    "tool search": ["Tool search: found", "weather", "The tool search failed. a_new_code"],
    "MCP results": ["Result of an MCP tool", "two files", "Error of an MCP tool"],
    "file for the container": ["In the container: File file_data"],
    "documents and results": ["Document Moss", "A book", "file_book", "a.example", "Wiki"],
    "images": ["image/png, 8 bytes", "https://a.example/x.png", "file_image"],
    "compaction": ["They spoke of moss.", "the summary is encrypted", "could not be compacted"],
    "fallback": ["claude-opus-5-5 declined (cyber); from here on claude-sonnet-5-5 answers."],
}


@pytest.mark.parametrize("kind", SAID)
def test_each_kind_says_what_it_is(kind):
    text = answer_of(kind).text
    assert [words for words in SAID[kind] if words not in text] == []


def test_no_block_loads_anything():
    for kind in KINDS:
        tags = {element.tag for element in answer_of(kind).walk()}
        assert not tags & {"img", "iframe", "object", "embed", "video", "audio", "link", "script"}
