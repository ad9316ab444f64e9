"""One content block while it arrives.

A block is kept as it came (also of an unknown type); its deltas are gathered beside it and put in
when the block is looked at. Which fields exist: https://platform.claude.com/docs/en/build-with-claude/streaming
(state 2026-11).
"""

import json
from typing import Any

from workbench.messages_api.text import TextPieces, clean_json

UNKNOWN_DELTAS = "unknown_deltas"
PARTIAL_JSON = "partial_json"


class Block:
    """A content block and the deltas that arrived for it."""

    def __init__(self, start: dict[str, Any]) -> None:
        """Begin with the `content_block` of its start event, already cleaned."""
        self._start = start
        self._texts: dict[str, TextPieces] = {}
        self._json_pieces: list[str] = []
        self._is_stopped = False
        self.first_text = ""
        for name in ("text", "thinking"):
            first = start.get(name)
            if isinstance(first, str) and start.get("type") == name:
                self.first_text = self.add_text(name, first)

    @property
    def has_content(self) -> bool:
        """True once there is something to show; a block of another kind shows by its type."""
        return self._start.get("type") not in ("text", "thinking") or any(self._texts.values())

    def add_text(self, name: str, piece: str) -> str:
        """Append to the field `text` or `thinking`; return what became certain."""
        if name not in self._texts:
            self._texts[name] = TextPieces()
        return self._texts[name].add(piece)

    def add_json(self, piece: str) -> None:
        """Append to the buffer of the tool input."""
        self._json_pieces.append(piece)

    def add_citation(self, citation: Any) -> None:
        """Append one cleaned citation."""
        self._append("citations", citation)

    def add_unknown_delta(self, delta: Any) -> None:
        """Keep a cleaned delta of an unknown kind as it came."""
        self._append(UNKNOWN_DELTAS, delta)

    def set_signature(self, signature: str) -> None:
        """Set the signature; it arrives whole, shortly before the stop event."""
        self._start["signature"] = signature

    def stop(self) -> str:
        """Finish the block; return the text that was held back (normally "")."""
        self._is_stopped = True
        return "".join(pieces.finish() for pieces in self._texts.values())

    def to_dict(self, is_final: bool = False) -> dict[str, Any]:
        """Return the block as it stands, as a JSON value that is safe to store.

        A tool input is parsed once its block has stopped or `is_final` says that nothing follows;
        until then, and if it does not parse, it is readable under `partial_json`.
        """
        block = dict(self._start)
        for name, pieces in self._texts.items():
            block[name] = pieces.text
        for name in ("citations", UNKNOWN_DELTAS):
            if isinstance(block.get(name), list):
                block[name] = list(block[name])
        if self._json_pieces:
            block.update(self._input(is_final or self._is_stopped))
        return block

    def _append(self, name: str, value: Any) -> None:
        values = self._start.get(name)
        if not isinstance(values, list):
            values = self._start[name] = []
        values.append(value)

    def _input(self, is_whole: bool) -> dict[str, Any]:
        buffer = "".join(self._json_pieces)
        self._json_pieces = [buffer]
        if not buffer:
            return {}
        if is_whole:
            try:
                return {"input": clean_json(json.loads(buffer, parse_constant=_as_none))}
            except (ValueError, RecursionError):
                pass
        return {PARTIAL_JSON: clean_json(buffer)}


def _as_none(_name: str) -> None:
    """Stand in for NaN and the infinities, which are no JSON."""
