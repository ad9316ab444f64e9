"""Content blocks of an answer that are no text: thinking, tool calls and everything else."""

import json
from collections.abc import Mapping
from typing import Any

import orjson

from workbench.messages_api import clean_json
from workbench.runs.answer_text import SHOWN_CHARACTERS, append, patch, text_of
from workbench.runs.markdown import escaped

NO_THINKING = "The model thought; its text is not shown for this model and display setting."
REDACTED = "Redacted thinking: this part of the model's thinking is encrypted."
BROKEN_JSON = "This JSON is broken or was cut off; it is shown as it arrived."
TOO_DEEP = "This JSON is nested too deeply to be shown."
CUT_TEXT = f"\n… (only the first {SHOWN_CHARACTERS:,} characters are shown)"


class BoxView:
    """A block that arrives whole or is of an unknown type: its JSON as text, folded away."""

    def __init__(self, name: str, block: Mapping[str, Any]) -> None:
        """Begin with the block of the start event; `name` is the id of its element."""
        self.name = name
        self.has_more = False
        self._label = type_label(block)
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
        return [patch(f"{self.name}-0", self._body)]

    @property
    def html(self) -> str:
        """The whole element as of the last update."""
        return (
            f'<details class="answer-box" id="{self.name}"><summary>{self._label}</summary>'
            f'<div id="{self.name}-0">{self._body}</div></details>'
        )

    def _settled_body(self, block: Mapping[str, Any]) -> str:
        return _raw_box(pretty(block))


class RedactedView(BoxView):
    """Thinking that only the API can read."""

    @property
    def html(self) -> str:
        """The whole element; there is nothing in it to unfold."""
        return f'<p class="answer-label" id="{self.name}">{REDACTED}</p>'

    def update(self) -> list[str]:
        """Return no pieces: the sentence stays as it is."""
        return []


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
            return [patch(f"{self.name}-0", self._body)]
        return [append(f"#{self.name}-0{self._selector}", new)]

    def _growing_body(self, text: str) -> str:
        raise NotImplementedError


class ThinkingView(_GrowingView):
    """Thinking, folded away; only its text grows."""

    @property
    def html(self) -> str:
        """The whole element as of the last update."""
        return (
            f'<details class="thinking" id="{self.name}"><summary>Thinking</summary>'
            f'<div class="thought" id="{self.name}-0">{self._body}</div></details>'
        )

    def _settled_body(self, block: Mapping[str, Any]) -> str:
        text = text_of(block, "thinking")
        return escaped(_cut(text)) if text else NO_THINKING

    def _growing_body(self, text: str) -> str:
        return escaped(text)


class CallView(_GrowingView):
    """A call of a tool: its name, and its input as it grows, as JSON once it is complete."""

    _selector = " code"

    def __init__(self, name: str, block: Mapping[str, Any]) -> None:
        super().__init__(name, block)
        self._label = "Tool call" if block.get("type") == "tool_use" else "Tool call on the server"
        self._tool = escaped(text_of(block, "name")[:200])

    @property
    def html(self) -> str:
        """The whole element as of the last update."""
        return (
            f'<div class="answer-box" id="{self.name}">'
            f'<p class="answer-label">{self._label} <code>{self._tool}</code></p>'
            f'<div id="{self.name}-0">{self._body}</div></div>'
        )

    def _settled_body(self, block: Mapping[str, Any]) -> str:
        raw = block.get("partial_json")
        if isinstance(raw, str):
            return f'{_raw_box(_cut(raw))}<p class="answer-note">{BROKEN_JSON}</p>'
        return _raw_box(pretty(block.get("input", {})))

    def _growing_body(self, text: str) -> str:
        return _raw_box(text)


def type_label(block: Mapping[str, Any]) -> str:
    """Return the type of a block in words, escaped."""
    words = text_of(block, "type")[:80].replace("_", " ").strip()
    return escaped(words[:1].upper() + words[1:]) or "Block without a type"


def pretty(value: Any) -> str:
    """Return a JSON value as indented text, cut at 200,000 characters."""
    try:
        value = clean_json(value)
        try:
            text = orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
        except TypeError:  # an integer of more than 64 bits
            text = json.dumps(value, indent=2, ensure_ascii=False)
    except (ValueError, TypeError, RecursionError):
        return TOO_DEEP
    return _cut(text)


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + CUT_TEXT


def _raw_box(text: str) -> str:
    return f'<pre class="raw" tabindex="0"><code>{escaped(text)}</code></pre>'
