"""Blocks of every kind whose fields hold hostile texts, other types, or far too much."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from workbench.runs.answer.fragments import render_message
from workbench.runs.answer.highlight import CLASSES
from workbench.runs.answer.markdown import LINK_REL, TAGS
from workbench.runs.answer.web_links import MAX_ADDRESS, web_link

from .block_kinds import CITATIONS, KINDS
from .page_model import parsed
from .test_markdown_safety import CLASS_NAMES, HOSTILE

BOX_TAGS = TAGS | {"div", "details", "summary", "bdi", "cite", "q"}
BOX_CLASSES = CLASS_NAMES | CLASSES | {"answer-box", "answer-label", "answer-note", "raw", "muted"}
BOX_CLASSES |= {"thinking", "thought", "sources", "cut"}
ODD_VALUES = [None, 7, -1, 2**70, 1.5, True, "", [], {}, [[]], [None], {"type": 5}, "x" * 5_000]
HOSTILE_TEXTS = [
    *HOSTILE,
    'https://a.example/"onmouseover="alert(1)',
    "https://a.example/'><script>alert(1)</script>",
    "javascript:alert(1)//https://a.example",
    "https://good.example\\@evil.example/",
    " \thttps://a.example\n/x",
    "https://[::1",
    "//evil.example/x",
    "\u202ehttps://elpmaxe.a/\u202c \ufdd01\ufdd1",
]

Blocks = list[dict[str, Any]]


def stored(kind: str) -> Blocks:
    """Return the blocks of a kind as they are stored, with all citations in the texts."""
    blocks = []
    for first, deltas in KINDS[kind]:
        block = dict(first)
        for delta in deltas:
            for field in ("text", "thinking"):
                if f"{field}_delta" == delta["type"]:
                    block[field] = block.get(field, "") + delta[field]
            if delta["type"] == "citations_delta":
                block.setdefault("citations", []).append(delta["citation"])
        blocks.append(block)
    return blocks


def paths(value: Any) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of every value inside a value."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in pairs:
        yield (key,)
        if isinstance(inner, dict | list):
            for path in paths(inner):
                yield (key, *path)


def replaced(value: Any, path: tuple[str | int, ...], new: Any) -> Any:
    """Return a copy of `value` with the value at `path` exchanged."""
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(copy[path[0]], path[1:], new)
    return copy


def hostile(value: Any, text: str) -> Any:
    """Return a copy with `text` in every field but the types."""
    if isinstance(value, dict):
        return {k: v if k == "type" else hostile(v, text) for k, v in value.items()}
    if isinstance(value, list):
        return [hostile(item, text) for item in value]
    return text if isinstance(value, str) else value


def assert_harmless(html: str) -> None:
    assert "\r" not in html
    for element in list(parsed(html).walk())[1:]:
        assert element.tag in BOX_TAGS
        allowed = {"class", "id", "href", "rel", "tabindex", "start"}
        assert element.attributes.keys() <= allowed
        assert set((element.attributes.get("class") or "").split()) <= BOX_CLASSES
        if "id" in element.attributes:
            assert re.fullmatch(r"run-42-[0-9a-z-]+", str(element.attributes["id"]))
        if element.tag == "a" and element.attributes.get("href") is not None:
            address = str(element.attributes["href"])
            assert re.match(r"(https?://[a-z0-9\[]|mailto:|#run-42-source-\d+$)", address)
            assert element.attributes["rel"] == LINK_REL


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_hostile_texts_in_every_field_make_no_live_element(text):
    for kind in KINDS:
        assert_harmless(render_message(42, {"content": hostile(stored(kind), text)}))


@pytest.mark.parametrize("kind", KINDS)
def test_values_of_another_type_in_any_field_are_shown(kind):
    content = stored(kind)
    for path in paths(content):
        for odd in ODD_VALUES:
            html = render_message(42, {"content": replaced(content, path, odd)})
            assert_harmless(html)


@pytest.mark.parametrize("kind", KINDS)
def test_a_field_that_is_missing_is_no_error(kind):
    content = stored(kind)
    for path in paths(content):
        *parents, last = path
        holder: Any = content
        for key in parents:
            holder = holder[key]
        if isinstance(holder, dict):
            less = {key: value for key, value in holder.items() if key != last}
            assert_harmless(
                render_message(42, {"content": replaced(content, tuple(parents), less)})
            )


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://good.example\\@evil.example/", "evil.example"),
        ("https://user@evil.example/", "evil.example"),
        ("https://b\u00fccher.example/", "xn--bcher-kva.example"),
        ("HTTP://A.example/x", "a.example"),
    ],
)
def test_the_host_that_is_shown_is_the_one_the_link_leads_to(address, host):
    assert parsed(web_link(address, "words")).text == f"words ({host})"


@pytest.mark.parametrize(
    "address",
    [
        "ftp://a.example",
        "javascript:alert(1)",
        "/sign-out/",
        "//a.example",
        "https:///x",
        "",
        None,
        5,
    ],
)
def test_what_does_not_lead_to_the_web_is_no_link(address):
    assert "<a" not in web_link(address, "words")


def test_an_address_is_escaped_in_its_attribute():
    assert 'href="https://a.example/?x=1&amp;y=2"' in web_link("https://a.example/?x=1&y=2")


def test_an_address_that_is_too_long_is_text():
    html = web_link("https://a.example/" + "x" * MAX_ADDRESS, "words")
    assert "<a" not in html
    assert len(html) < 2 * MAX_ADDRESS


def test_ten_thousand_results_and_sources_are_cut():
    page = {"type": "web_search_result", "url": "https://a.example/x", "title": "t" * 500}
    citations = [CITATIONS["a page of the web"]] * 10_000
    content = [
        {"type": "web_search_tool_result", "content": [page] * 10_000},
        {"type": "text", "text": "x", "citations": citations},
        {"type": "mcp_tool_result", "content": [{"type": "text", "text": "x"}] * 10_000},
    ]
    html = render_message(42, {"content": content})
    assert "… and 9,900 more." in html
    assert "Only the first 1,000 sources are listed." in html
    assert len(html) < 1_500_000


def test_what_is_nested_deeply_is_said_to_be():
    deep: Any = {"type": "text"}
    for _ in range(500):
        deep = {"content": [deep], "type": "web_search_tool_result"}
    html = render_message(42, {"content": [deep, {"type": "document", "source": deep}]})
    assert_harmless(html)
    assert "nested too deeply" in html
