"""From events to the message: the rules by which the API's events build an answer.

Odd events never stop an answer that can go on: what nothing depends on is ignored and counted,
unknown blocks and deltas are kept as they came. Only when an event that later ones depend on is
missing or broken does `BadStream` end it. Rules:
https://platform.claude.com/docs/en/build-with-claude/streaming (state 2026-11).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from workbench.messages_api.blocks import Block
from workbench.messages_api.errors import BadStream
from workbench.messages_api.events import StreamEvent
from workbench.messages_api.text import clean_json


@dataclass(frozen=True, slots=True)
class Change:
    """What one event changed.

    `block` is the position in `message["content"]`. `kind` is one of start, text, thinking, input,
    citation, signature, stop, message, ping, error, ignored, end. `text` is the clean new text:
    the pieces of the kinds start, text, thinking and stop of one block add up to its text (a
    start has its first text and a stop what was held back; both are normally "").
    """

    block: int | None
    kind: str
    text: str = ""


class Accumulator:
    """Builds one message from its events; `apply` raises nothing but `BadStream`."""

    def __init__(self) -> None:
        self.started = False
        self.complete = False
        self.error: dict[str, Any] | None = None
        self.ignored = 0
        self.invalid_bytes = 0
        self.usage: dict[str, Any] = {}
        self._message: dict[str, Any] = {}
        self._blocks: list[Block] = []
        self._positions: dict[int, int] = {}
        self._stopped: set[int] = set()

    def apply(self, event: StreamEvent) -> Change:
        """Take one event in and return what it changed.

        Events behind `message_stop` change nothing. Raises `BadStream` when the event depends on
        one that never came; everything before stays readable.
        """
        self.invalid_bytes += event.invalid_bytes
        take = _EVENTS.get(event.type)
        if self.complete or take is None or not isinstance(event.data, dict):
            return self._ignore()
        try:
            return take(self, event.data)
        except ValueError:  # nested too deeply to be stored
            return self._ignore()

    @property
    def message(self) -> dict[str, Any]:
        """The message so far, with blocks that are still arriving; safe to store and to show.

        Each call joins the text anew: look once per flush, not once per event.
        """
        return {**self._message, "content": self.blocks(), "usage": dict(self.usage)}

    def blocks(self, first: int = 0, end: int | None = None) -> list[dict[str, Any]]:
        """Return the content blocks from position `first` to before `end`, as in `message`."""
        return [block.to_dict() for block in self._blocks[first:end]]

    @property
    def stop_reason(self) -> str | None:
        """The raw stop reason (an open set), or None."""
        reason = self._message.get("stop_reason")
        return reason if isinstance(reason, str) else None

    @property
    def has_content(self) -> bool:
        """True once any text, thinking, tool call or unknown block has arrived."""
        return any(block.has_content for block in self._blocks)

    def result(self) -> dict[str, Any]:
        """Return the message as it stands at the end, cleaned and with parsed tool inputs."""
        content = [block.to_dict(is_final=True) for block in self._blocks]
        return {**self.message, "content": content}

    def _start_message(self, data: dict[str, Any]) -> Change:
        message = data.get("message")
        if self.started or not isinstance(message, dict):
            return self._ignore()
        message = clean_json(message)
        content = message.pop("content", None)
        self._overwrite_usage(message.pop("usage", None))
        self._message = message
        self.started = True
        for position, block in enumerate(content if isinstance(content, list) else []):
            if isinstance(block, dict):
                self._add_block(position, block)
        return Change(None, "message")

    def _start_block(self, data: dict[str, Any]) -> Change:
        self._expect_start("content_block_start")
        index, start = _index(data), data.get("content_block")
        if index is None or index in self._positions or not isinstance(start, dict):
            return self._ignore()
        block = self._add_block(index, clean_json(start))
        return Change(self._positions[index], "start", block.first_text)

    def _take_delta(self, data: dict[str, Any]) -> Change:
        delta, index = data.get("delta"), _index(data)
        if not isinstance(delta, dict) or index is None:
            return self._ignore()
        self._expect_start("content_block_delta")
        if index not in self._positions:
            raise BadStream(
                f"The answer has a piece for block {index}, which never began", began=True
            )
        position = self._positions[index]
        return self._add_delta(position, self._blocks[position], delta)

    def _add_delta(self, position: int, block: Block, delta: dict[str, Any]) -> Change:
        kind, field = _DELTAS.get(str(delta.get("type")), ("", ""))
        value = delta.get(field)
        if not kind:
            block.add_unknown_delta(clean_json(delta))
            return self._ignore(position)
        if kind == "citation" and isinstance(value, dict):
            block.add_citation(clean_json(value))
            return Change(position, kind)
        if kind == "citation" or not isinstance(value, str):
            return self._ignore(position)
        if kind == "input":
            block.add_json(value)
            return Change(position, kind, clean_json(value))
        if kind == "signature":
            block.set_signature(clean_json(value))
            return Change(position, kind)
        return Change(position, kind, block.add_text(kind, value))

    def _stop_block(self, data: dict[str, Any]) -> Change:
        index = _index(data)
        if index not in self._positions or index in self._stopped:
            return self._ignore()
        self._stopped.add(index)
        position = self._positions[index]
        return Change(position, "stop", self._blocks[position].stop())

    def _take_message_delta(self, data: dict[str, Any]) -> Change:
        self._expect_start("message_delta")
        data = clean_json(data)
        delta = data.pop("delta", None)
        self._overwrite_usage(data.pop("usage", None))
        news = {**data, **delta} if isinstance(delta, dict) else data
        for name, value in news.items():
            if value is not None and name not in ("type", "id", "role", "content", "usage"):
                self._message[name] = value
        return Change(None, "message")

    def _stop_message(self, _data: dict[str, Any]) -> Change:
        self._expect_start("message_stop")
        self.complete = True
        return Change(None, "end")

    def _take_ping(self, _data: dict[str, Any]) -> Change:
        return Change(None, "ping")

    def _take_error(self, data: dict[str, Any]) -> Change:
        error = data.get("error", data)
        message = error if isinstance(error, str) else ""
        self.error = clean_json(error if isinstance(error, dict) else {"message": message})
        return Change(None, "error")

    def _add_block(self, index: int, start: dict[str, Any]) -> Block:
        block = Block(start)
        self._positions[index] = len(self._blocks)
        self._blocks.append(block)
        return block

    def _overwrite_usage(self, usage: Any) -> None:
        """Take over new numbers: they are running totals, and a missing one keeps its value."""
        if isinstance(usage, dict):
            self.usage.update({k: v for k, v in usage.items() if v is not None})

    def _expect_start(self, event_type: str) -> None:
        if not self.started:
            raise BadStream(f"The answer has a {event_type} event but no readable beginning")

    def _ignore(self, position: int | None = None) -> Change:
        self.ignored += 1
        return Change(position, "ignored")


def _index(data: dict[str, Any]) -> int | None:
    index = data.get("index")
    if not isinstance(index, int) or isinstance(index, bool):
        return None
    return index if index >= 0 else None


_EVENTS: dict[str, Callable[[Accumulator, dict[str, Any]], Change]] = {
    "message_start": Accumulator._start_message,
    "content_block_start": Accumulator._start_block,
    "content_block_delta": Accumulator._take_delta,
    "content_block_stop": Accumulator._stop_block,
    "message_delta": Accumulator._take_message_delta,
    "message_stop": Accumulator._stop_message,
    "ping": Accumulator._take_ping,
    "error": Accumulator._take_error,
}
_DELTAS = {
    "text_delta": ("text", "text"),
    "thinking_delta": ("thinking", "thinking"),
    "input_json_delta": ("input", "partial_json"),
    "citations_delta": ("citation", "citation"),
    "signature_delta": ("signature", "signature"),
}
