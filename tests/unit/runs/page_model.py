"""A page as the browser builds it from the snapshot and the swaps, and streams to show on it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from workbench.messages_api import Accumulator, BadStream, StreamEvent, decode_event
from workbench.runs.answer.fragments import AnswerView

VOID = {"br", "hr"}


@dataclass
class Element:
    """An element; text is a child of type str, never two in a row and never empty."""

    tag: str
    attributes: dict[str, str | None] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    def add_text(self, text: str) -> None:
        if self.children and isinstance(self.children[-1], str):
            self.children[-1] += text
        elif text:
            self.children.append(text)

    def walk(self) -> Iterator[Element]:
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    @property
    def text(self) -> str:
        return "".join(c if isinstance(c, str) else c.text for c in self.children)


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.path = [Element("root")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self.path[-1].children.append(element)
        if tag not in VOID:
            self.path.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.path[-1].tag == tag, f"</{tag}> closes <{self.path[-1].tag}>"
        self.path.pop()

    def handle_data(self, data: str) -> None:
        self.path[-1].add_text(data)


def parsed(html: str) -> Element:
    """Return the elements of well-formed HTML; fails where a browser would have to guess."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    assert len(builder.path) == 1, f"<{builder.path[-1].tag}> is never closed"
    return builder.path[0]


class Page:
    """The container of one answer; `swap` does what htmx and `patch.js` do."""

    def __init__(self, run_id: int) -> None:
        self.body = parsed(f'<div id="run-{run_id}"></div>')

    @property
    def answer(self) -> Element:
        answer = self.body.children[0]
        assert isinstance(answer, Element)
        return answer

    def swap(self, pieces: str) -> None:
        for piece in parsed(pieces).children:
            if isinstance(piece, str):
                assert piece == "\n"
                continue
            style, _, selector = str(piece.attributes["hx-swap-oob"]).partition(":")
            target = self._one(selector or f"#{piece.attributes['id']}")
            if style == "patch":
                target.children = piece.children
            elif style == "beforeend":
                target.children += piece.children
            elif style == "beforebegin":
                at = self.answer.children.index(target)
                self.answer.children[at:at] = piece.children
            else:
                assert style == "append"
                target.add_text(piece.text)

    def _one(self, selector: str) -> Element:
        name, _, tag = selector.removeprefix("#").partition(" ")
        found = [e for e in self.body.walk() if e.attributes.get("id") == name]
        assert len(found) == 1, f"{len(found)} elements with the id {name}"
        if not tag:
            return found[0]
        inner = [e for e in found[0].walk() if e.tag == tag]
        assert len(inner) == 1, f"{len(inner)} elements {selector}"
        return inner[0]


def event(data: Any) -> StreamEvent:
    return decode_event(1, json.dumps(data).encode())


def start() -> StreamEvent:
    return event({"type": "message_start", "message": {"role": "assistant", "content": []}})


def block(index: int, first: dict[str, Any], *deltas: dict[str, Any]) -> list[StreamEvent]:
    """Return the events of one content block."""
    return [
        event({"type": "content_block_start", "index": index, "content_block": first}),
        *(event({"type": "content_block_delta", "index": index, "delta": d}) for d in deltas),
        event({"type": "content_block_stop", "index": index}),
    ]


def text_block(index: int, *pieces: str) -> list[StreamEvent]:
    deltas = [{"type": "text_delta", "text": piece} for piece in pieces]
    return block(index, {"type": "text", "text": ""}, *deltas)


def watched(events: Iterable[StreamEvent], every: int = 1) -> tuple[Page, AnswerView, Accumulator]:
    """Show a stream on a page, flushing after `every` events, up to its end."""
    page, view, accumulator = Page(42), AnswerView(42), Accumulator()
    for number, one in enumerate(events):
        try:
            view.feed(accumulator.apply(one), accumulator)
        except BadStream:
            break
        if number % every == 0:
            page.swap(view.patches())
            assert page.answer == parsed(f'<div id="run-42">{view.snapshot()}</div>').children[0]
    view.finish(accumulator.result())
    page.swap(view.patches())
    return page, view, accumulator
