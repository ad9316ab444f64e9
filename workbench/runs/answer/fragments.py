"""The answer on the page: the same HTML whether it is watched live or read from the database.

One view per content block, chosen by its type (`text_blocks.py`, `boxes.py`), and one for
text blocks that follow each other. The element of content block 3 of run 42 is `run-42-3`, its
Markdown blocks are `run-42-3-0`, `run-42-3-1`, …; numbers never change. The cited sources stand
below all blocks (`citations.py`). The swaps are for htmx 2 with the extension in
`static/js/patch.js`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from workbench.messages_api import Accumulator, Change
from workbench.runs.answer.boxes import BoxView, CallView, RedactedView, ThinkingView
from workbench.runs.answer.citations import Sources
from workbench.runs.answer.plain import plain_text, render_plain
from workbench.runs.answer.swaps import add, put_before
from workbench.runs.answer.text_blocks import TextPart, TextView

__all__ = ["AnswerView", "plain_text", "render_message", "render_plain"]

View = TextView | BoxView
_TEXT_KINDS = frozenset({"text", "thinking", "input"})
_VIEWS: dict[str, type[BoxView]] = {
    "thinking": ThinkingView,
    "redacted_thinking": RedactedView,
    "tool_use": CallView,
    "server_tool_use": CallView,
    "mcp_tool_use": CallView,
}


class AnswerView:
    """The answer of one run while it arrives.

    `patches` gives the news since its last call to all viewers alike; `snapshot` gives a viewer
    who just came the state as of that call, so that the next patches fit. Before the first call
    and after `finish` the snapshot holds everything.
    """

    def __init__(self, run_id: int) -> None:
        self._name = f"run-{run_id}"
        self._sources = Sources(self._name)
        self._blocks: list[TextPart | BoxView] = []
        self._views: list[View] = []
        self._places: list[int] = []
        """Of each block, the number of its view."""
        self._changed: set[int] = set()
        """The numbers of views with news: an answer can have thousands without."""
        self._shown = 0
        self._waiting: list[str] = []
        self._is_current = False

    def feed(self, change: Change, answer: Accumulator) -> None:
        """Take over what one event changed in `answer`."""
        if change.kind in _TEXT_KINDS and change.block is not None:
            if change.block < len(self._blocks):
                self._blocks[change.block].feed(change.text)
                self._changed.add(self._places[change.block])
            else:
                self._begin(answer.blocks(len(self._blocks)))
        elif change.kind == "start" or (change.kind == "message" and not self._blocks):
            self._begin(answer.blocks(len(self._blocks)))
        elif change.kind == "stop" and change.block is not None:
            self._begin(answer.blocks(len(self._blocks)))
            [settled] = answer.blocks(change.block, change.block + 1)
            self._settle(change.block, settled)

    def finish(self, message: Mapping[str, Any]) -> None:
        """Say that nothing follows and `message` is what is stored."""
        content = _content(message)
        self._begin(content[len(self._blocks) :], is_whole=True)
        self._sources.begin_again()
        for position, block in enumerate(content):
            self._settle(position, block)
        self._close_text()
        self._is_current = False

    def patches(self) -> str:
        """Return the HTML pieces that bring the page up to date; "" if nothing changed."""
        self._update()
        pieces, self._waiting = self._waiting, []
        return "\n".join(pieces)

    def snapshot(self) -> str:
        """Return the inner HTML of the answer."""
        if not self._is_current:
            self._update()
        return "".join(view.html for view in self._views[: self._shown]) + self._sources.html

    @property
    def has_more(self) -> bool:
        """True while the last patches left something out to save work; ask again soon."""
        return any(self._views[place].has_more for place in self._changed)

    def _begin(self, new: Sequence[Mapping[str, Any]], *, is_whole: bool = False) -> None:
        """Open the views of `new` blocks, which follow those that this answer has."""
        for position, block in enumerate(new, len(self._blocks)):
            opened = self._open(f"{self._name}-{position}", block)
            self._blocks.append(opened)
            self._places.append(len(self._views) - 1)
            self._changed.add(self._places[-1])
            if not is_whole:
                opened.feed(_string(block.get(_first_text(opened))))

    def _open(self, name: str, block: Mapping[str, Any]) -> TextPart | BoxView:
        """Open the view of a block; texts that follow each other share one."""
        kind = block.get("type")
        if kind == "text":
            last = self._views[-1] if self._views else None
            if not isinstance(last, TextView):
                last = TextView(name, self._sources.name)
                self._views.append(last)
            return last.begin()
        self._close_text()
        box = _VIEWS.get(kind if isinstance(kind, str) else "", BoxView)(name, block)
        self._views.append(box)
        return box

    def _settle(self, position: int, block: Mapping[str, Any]) -> None:
        opened = self._blocks[position]
        self._changed.add(self._places[position])
        if isinstance(opened, TextPart):
            opened.settle(block, self._sources.take(position, block))
        else:
            opened.settle(block)

    def _close_text(self) -> None:
        if self._views and isinstance(self._views[-1], TextView):
            self._views[-1].close()
            self._changed.add(len(self._views) - 1)

    def _update(self) -> None:
        self._is_current = True
        changed = sorted(self._changed)
        for place in changed:
            news = self._views[place].update()
            self._waiting += news if place < self._shown else []
        self._changed = {place for place in changed if self._views[place].has_more}
        if new := self._views[self._shown :]:
            self._shown = len(self._views)
            html = "".join(view.html for view in new)
            has_sources = self._sources.is_shown
            put = put_before(self._sources.element, html) if has_sources else add(self._name, html)
            self._waiting.append(put)
        self._waiting += self._sources.update()


def render_message(run_id: int, message: Mapping[str, Any]) -> str:
    """Return the inner HTML of a stored answer; "" if it has no content."""
    view = AnswerView(run_id)
    view.finish(message)
    return view.snapshot()


def _first_text(opened: TextPart | BoxView) -> str:
    """Return the field in which the start of a block may already have text."""
    if isinstance(opened, TextPart):
        return "text"
    if isinstance(opened, ThinkingView):
        return "thinking"
    return "partial_json" if isinstance(opened, CallView) else ""


def _content(message: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    content = message.get("content")
    if not isinstance(content, list):
        return []
    return [block if isinstance(block, Mapping) else {"value": block} for block in content]


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""
