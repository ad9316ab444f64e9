"""Content blocks of an answer that are no text: thinking, tool calls and everything else."""

from collections.abc import Mapping
from typing import Any

from workbench.runs.answer.json_text import pretty, raw_box
from workbench.runs.answer.markdown import escaped
from workbench.runs.answer.result_boxes import inner
from workbench.runs.answer.swaps import append, patch
from workbench.runs.answer.texts import SHOWN_CHARACTERS, cut, mapping_of, text_of
from workbench.runs.answer.web_links import in_isolation

NO_THINKING = "The model thought; its text is not shown for this model and display setting."
REDACTED = "Redacted thinking: this part of the model's thinking is encrypted."
BROKEN_JSON = "This JSON is broken or was cut off; it is shown as it arrived."
_CALLS = {
    "tool_use": "Tool call",
    "server_tool_use": "Tool call on the server",
    "mcp_tool_use": "Call of an MCP tool",
}


class BoxView:
    """A block that arrives whole, such as a result, or is of an unknown type."""

    def __init__(self, name: str, block: Mapping[str, Any]) -> None:
        """Begin with the block of the start event; `name` is the id of its element."""
        self.name = name
        self.has_more = False
        self._body = self._next_body = self._settled_body(block)

    def feed(self, text: str) -> None:
        """Take a piece of text; such blocks have none that is shown."""

    def settle(self, block: Mapping[str, Any]) -> None:
        """Say that the block is complete and reads `block`."""
        self._next_body = self._settled_body(block)

    def update(self) -> list[str]:
        """Return the pieces that bring the page up to date."""
        if self._body == self._next_body:
            return []
        self._body = self._next_body
        return [patch(self._place, self._body)]

    @property
    def html(self) -> str:
        """The whole element as of the last update."""
        return f'<div class="answer-box" id="{self.name}">{self._body}</div>'

    @property
    def _place(self) -> str:
        """The id of the element that holds the body."""
        return self.name

    def _settled_body(self, block: Mapping[str, Any]) -> str:
        return inner(block)


class RedactedView(BoxView):
    """Thinking that only the API can read."""

    @property
    def html(self) -> str:
        """The whole element; there is nothing in it to unfold."""
        return f'<p class="answer-label" id="{self.name}">{REDACTED}</p>'

    def _settled_body(self, block: Mapping[str, Any]) -> str:
        return ""


class _GrowingView(BoxView):
    """A block whose text grows; it is sent as text to append."""

    _selector = ""

    def __init__(self, name: str, block: Mapping[str, Any]) -> None:
        super().__init__(name, block)
        self._text = ""
        self._new: list[str] = []
        self._length = 0
        self._is_settled = False
        self._body = self._next_body = self._growing_body("")

    def feed(self, text: str) -> None:
        """Take the next piece of the text."""
        room = SHOWN_CHARACTERS - self._length
        if room > 0:
            self._new.append(text[:room])
        self._length += len(text)

    def settle(self, block: Mapping[str, Any]) -> None:
        """Say that the block is complete and reads `block`."""
        self._is_settled = True
        super().settle(block)

    def update(self) -> list[str]:
        """Return the pieces that bring the page up to date."""
        new, self._new = "".join(self._new), []
        if self._is_settled:
            return super().update()
        if not new:
            return []
        is_first = not self._text
        self._text += new
        self._body = self._growing_body(self._text)
        if is_first:
            return [patch(self._place, self._body)]
        return [append(f"#{self._place}{self._selector}", new)]

    @property
    def _place(self) -> str:
        return f"{self.name}-0"

    def _growing_body(self, text: str) -> str:
        raise NotImplementedError


class ThinkingView(_GrowingView):
    """Thinking, folded away; only its text grows."""

    @property
    def html(self) -> str:
        """The whole element as of the last update."""
        return (
            f'<details class="thinking" id="{self.name}"><summary>Thinking</summary>'
            f'<div class="thought" id="{self._place}">{self._body}</div></details>'
        )

    def _settled_body(self, block: Mapping[str, Any]) -> str:
        text = text_of(block, "thinking")
        return escaped(cut(text)) if text else NO_THINKING

    def _growing_body(self, text: str) -> str:
        return escaped(text)


class CallView(_GrowingView):
    """A call of a tool: its name, and its input as it grows, as JSON once it is complete."""

    _selector = " code"

    def __init__(self, name: str, block: Mapping[str, Any]) -> None:
        super().__init__(name, block)
        self._label = _call_label(block)

    @property
    def html(self) -> str:
        """The whole element as of the last update."""
        return (
            f'<div class="answer-box" id="{self.name}"><p class="answer-label">{self._label}</p>'
            f'<div id="{self._place}">{self._body}</div></div>'
        )

    def _settled_body(self, block: Mapping[str, Any]) -> str:
        raw = block.get("partial_json")
        if isinstance(raw, str):
            return f'{raw_box(cut(raw))}<p class="answer-note">{BROKEN_JSON}</p>'
        return raw_box(pretty(block.get("input", {})))

    def _growing_body(self, text: str) -> str:
        return raw_box(text)


def _call_label(block: Mapping[str, Any]) -> str:
    """Return which tool is called, by what id, and by whom if not by the model itself."""
    parts = [f"{_CALLS[str(block.get('type'))]} <code>{in_isolation(block.get('name'))}</code>"]
    owner = block.get("server_name") or block.get("toolset_name")
    if isinstance(owner, str):
        parts.append(f"of {in_isolation(owner)}")
    caller = mapping_of(block.get("caller"))
    if caller and caller.get("type") != "direct":
        kind = in_isolation(text_of(caller, "type").replace("_", " ")) or "something unknown"
        origin = in_isolation(caller.get("tool_id"))
        parts.append(f"called by {kind}" + (f" <code>{origin}</code>" if origin else ""))
    if call_id := in_isolation(block.get("id"), 100):
        parts.append(f'<code class="muted">{call_id}</code>')
    return " ".join(parts)
