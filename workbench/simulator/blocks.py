"""Content blocks of an answer, each as its start and the deltas that fill it.

One delta of text is one word with the blanks behind it, and counts as one token: plain and
deterministic. Shapes: https://docs.anthropic.com/en/docs/build-with-claude/streaming (2026-11).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

SIGNATURE = "c2ltdWxhdGVkLXNpZ25hdHVyZQ=="
_WORD = re.compile(r"\s*\S{1,60}\s*|\s+")
_JSON_PIECE = 9  # characters per input_json_delta, so that pieces split inside words and numbers


@dataclass(slots=True)
class Block:
    """A content block: what `content_block_start` carries, and its deltas in order."""

    start: dict[str, Any]
    deltas: list[dict[str, Any]]

    @property
    def type(self) -> str:
        """The type of the block."""
        return str(self.start["type"])

    @property
    def tokens(self) -> int:
        """How many deltas count as output tokens."""
        return sum(delta["type"] in _COUNTED for delta in self.deltas)

    def cut(self, tokens: int) -> None:
        """Keep the first `tokens` counted deltas; signatures and citations behind them go too."""
        kept: list[dict[str, Any]] = []
        for delta in self.deltas:
            if delta["type"] in _COUNTED:
                tokens -= 1
            if tokens < 0:
                break
            kept.append(delta)
        self.deltas = kept

    def finished(self) -> dict[str, Any]:
        """Return the block as a client holds it when the stream is over."""
        block = dict(self.start)
        partial = ""
        for delta in self.deltas:
            match delta["type"]:
                case "text_delta":
                    block["text"] += delta["text"]
                case "thinking_delta":
                    block["thinking"] += delta["thinking"]
                case "signature_delta":
                    block["signature"] = delta["signature"]
                case "citations_delta":
                    block["citations"] = [*(block.get("citations") or []), delta["citation"]]
                case "input_json_delta":
                    partial += delta["partial_json"]
        if partial:
            block["input"] = _parsed(partial)
        return block


_COUNTED = {"text_delta", "thinking_delta", "input_json_delta"}


def text_block(text: str, citations: Iterable[dict[str, Any]] = ()) -> Block:
    """Return a text block that streams word by word, citations last."""
    deltas: list[dict[str, Any]] = [{"type": "text_delta", "text": word} for word in words_of(text)]
    deltas += [{"type": "citations_delta", "citation": citation} for citation in citations]
    return Block({"type": "text", "text": ""}, deltas)


def thinking_block(text: str) -> Block:
    """Return a thinking block; an empty text is how `display: omitted` arrives."""
    deltas: list[dict[str, Any]] = [
        {"type": "thinking_delta", "thinking": word} for word in words_of(text)
    ]
    deltas.append({"type": "signature_delta", "signature": SIGNATURE})
    return Block({"type": "thinking", "thinking": "", "signature": ""}, deltas)


def tool_block(
    number: int, name: str, tool_input: Any, *, kind: str = "tool_use", raw: str | None = None
) -> Block:
    """Return a tool call whose input arrives as pieces of JSON; `raw` replaces that JSON."""
    text = json.dumps(tool_input, ensure_ascii=False) if raw is None else raw
    pieces = ["", *(text[at : at + _JSON_PIECE] for at in range(0, len(text), _JSON_PIECE))]
    deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in pieces]
    prefix = "srvtoolu" if kind == "server_tool_use" else "toolu"
    start = {"type": kind, "id": f"{prefix}_sim{number:04d}", "name": name, "input": {}}
    return Block(start, deltas)


def whole_block(block: dict[str, Any]) -> Block:
    """Return a block that arrives complete in its start, such as a server tool's result."""
    return Block(block, [])


def words_of(text: str) -> list[str]:
    """Split a text into the words it streams as; joined they are the text again."""
    return _WORD.findall(text)


def _parsed(partial: str) -> Any:
    try:
        return json.loads(partial)
    except ValueError:
        return {}
