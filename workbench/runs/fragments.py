"""The answer on the page: the same HTML whether it is watched live or read from the database.

One view per content block, chosen by its type (`answer_text.py`, `answer_boxes.py`). The element
of content block 3 of run 42 is `run-42-3`, its Markdown blocks are `run-42-3-0`, `run-42-3-1`, …;
numbers never change. The swaps are for htmx 2 with the extension in `static/js/patch.js`.
"""

from collections.abc import Mapping
from typing import Any

from workbench.messages_api import Accumulator, Change
from workbench.runs.answer_boxes import BoxView, CallView, RedactedView, ThinkingView
from workbench.runs.answer_text import TextView, add
from workbench.runs.plain import plain_text, render_plain

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
        self._views: list[View] = []
        self._shown = 0
        self._waiting: list[str] = []
        self._is_current = False

    def feed(self, change: Change, answer: Accumulator) -> None:
        """Take over what one event changed in `answer`."""
        if change.kind in _TEXT_KINDS and change.block is not None:
            if change.block < len(self._views):
                self._views[change.block].feed(change.text)
            else:
                self._begin(answer.message)
        elif change.kind == "start":
            self._begin(answer.message)
        elif change.kind == "stop" and change.block is not None:
            message = answer.message
            self._begin(message)
            self._views[change.block].settle(message["content"][change.block])
        elif change.kind == "message" and not self._views:
            self._begin(answer.message)

    def finish(self, message: Mapping[str, Any]) -> None:
        """Say that nothing follows and `message` is what is stored."""
        self._begin(message, is_whole=True)
        for view, block in zip(self._views, _content(message), strict=False):
            view.settle(block)
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
        return "".join(view.html for view in self._views[: self._shown])

    @property
    def has_more(self) -> bool:
        """True while the last patches left something out to save work; ask again soon."""
        return any(view.has_more for view in self._views)

    def _begin(self, message: Mapping[str, Any], *, is_whole: bool = False) -> None:
        """Open the views of all blocks that `message` has more than this answer."""
        content = _content(message)
        for number, block in enumerate(content[len(self._views) :], len(self._views)):
            view = _view_of(f"{self._name}-{number}", block)
            self._views.append(view)
            if not is_whole and isinstance(view, TextView):
                view.feed(_string(block.get("text")))
            elif not is_whole and isinstance(view, ThinkingView):
                view.feed(_string(block.get("thinking")))
            elif not is_whole and isinstance(view, CallView):
                view.feed(_string(block.get("partial_json")))

    def _update(self) -> None:
        self._is_current = True
        for view in self._views[: self._shown]:
            self._waiting += view.update()
        new = self._views[self._shown :]
        for view in new:
            view.update()
        if new:
            self._shown = len(self._views)
            self._waiting.append(add(self._name, "".join(view.html for view in new)))


def render_message(run_id: int, message: Mapping[str, Any]) -> str:
    """Return the inner HTML of a stored answer; "" if it has no content."""
    view = AnswerView(run_id)
    view.finish(message)
    return view.snapshot()


def _view_of(name: str, block: Mapping[str, Any]) -> View:
    kind = block.get("type")
    if kind == "text":
        return TextView(name)
    return _VIEWS.get(kind if isinstance(kind, str) else "", BoxView)(name, block)


def _content(message: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    content = message.get("content")
    if not isinstance(content, list):
        return []
    return [block if isinstance(block, Mapping) else {"value": block} for block in content]


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""
