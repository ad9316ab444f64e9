"""Cleaning of text and JSON at every entrance: what cannot be stored or sent is replaced.

PostgreSQL refuses NUL in `text` and `jsonb`, and UTF-8 has no form for a lone surrogate, so one
odd character would otherwise lose a whole save. Lone surrogates come from JSON escapes such as
`"\\ud83d"`; line ends come from browsers (form data is CRLF) and from models.
"""

import json
import math
import re
from typing import Any

import orjson

MAX_DEPTH = 200
"""Containers inside containers that `clean_json` accepts; real messages stay below 20."""

_REPLACEMENT = "\ufffd"
_UNCLEAN = re.compile("[\x00\r\ud800-\udfff]")
_LINE_END = re.compile("\r\n?")
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_MAY_CONTINUE = re.compile("[\r\ud800-\udbff]\\Z")


def clean_text(text: str) -> str:
    """Return `text` so that it can be stored, sent and shown.

    NUL and lone surrogates become U+FFFD, the two halves of a split surrogate pair are joined,
    CRLF and CR become LF. White space is kept otherwise: prompts are never stripped.
    """
    if text.isascii() and "\r" not in text and "\0" not in text:
        return text  # several times faster than the pattern; attachments are megabytes of this
    if not _UNCLEAN.search(text):
        return text
    text = _LINE_END.sub("\n", text)
    text = _PAIR.sub(_join_pair, text)
    return _UNSTORABLE.sub(_REPLACEMENT, text)


def clean_json(value: Any) -> Any:
    """Return a copy of a JSON value with `clean_text` applied to every string and key.

    NaN and the infinities, which JSON and `jsonb` do not know, become None; tuples become lists.
    Raises `ValueError("nested too deeply")` when containers nest more than `MAX_DEPTH` deep.
    """
    return _clean_value(value, 0)


def write_json(value: Any) -> bytes:
    """Return a cleaned JSON value as UTF-8 bytes; keys keep their order."""
    try:
        return orjson.dumps(value)
    except TypeError:  # a number beyond 64 bits: legal JSON that orjson does not write
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


class TextPieces:
    """Text that arrives in pieces; what it gives out is clean and only ever grows.

    The last character is held back while the next piece may still change its meaning (first half
    of a surrogate pair, CR of a CRLF), so the pieces given out add up to exactly `text`.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._held = ""

    def add(self, piece: str) -> str:
        """Return the clean text that became certain by adding `piece`."""
        piece = self._held + piece
        self._held = ""
        if _MAY_CONTINUE.search(piece, max(0, len(piece) - 1)):
            piece, self._held = piece[:-1], piece[-1]
        return self._keep(clean_text(piece))

    def finish(self) -> str:
        """Return what was held back, now that nothing follows."""
        held, self._held = self._held, ""
        return self._keep(clean_text(held))

    @property
    def text(self) -> str:
        """Everything given out so far."""
        if len(self._pieces) > 1:
            self._pieces = ["".join(self._pieces)]
        return self._pieces[0] if self._pieces else ""

    def __bool__(self) -> bool:
        return bool(self._pieces)

    def _keep(self, clean: str) -> str:
        if clean:
            self._pieces.append(clean)
        return clean


def _clean_value(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict | list | tuple):
        if depth >= MAX_DEPTH:
            raise ValueError("nested too deeply")
        return _clean_container(value, depth + 1)
    return value


def _clean_container(value: dict[Any, Any] | list[Any] | tuple[Any, ...], depth: int) -> Any:
    if isinstance(value, dict):
        cleaned: dict[Any, Any] = {}
        for key, item in value.items():
            cleaned[clean_text(key) if isinstance(key, str) else key] = _clean_value(item, depth)
        return cleaned
    items: list[Any] = []
    for item in value:
        items.append(_clean_value(item, depth))
    return items


def _join_pair(match: re.Match[str]) -> str:
    return match.group().encode("utf-16", "surrogatepass").decode("utf-16")
