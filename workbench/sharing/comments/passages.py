"""Finding a quoted passage in a version: where it stands, or that it is not there."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from typing import Any
from urllib.parse import quote as percent_encoded

LONGEST = 2_000  # characters
TOO_LONG = f"Quote {LONGEST:,} characters at most; shorten the passage."
NOT_THERE = "This passage is not in the system prompt or the turns; copy it from the version."
DEEPEST = 8  # blocks within blocks
WORDS_IN_ADDRESS = 6


class NoPassage(ValueError):
    """A passage cannot be kept; the text says why, and what to do."""


def passage_in(body: Mapping[str, Any], quote: str) -> dict[str, Any]:
    """Where ``quote`` stands first: ``{"path", "start", "end", "quote"}``, offsets in characters.

    White space may differ, as it does in what a browser copies. Raises ``NoPassage``.
    """
    if len(quote) > LONGEST:
        raise NoPassage(TOO_LONG)
    for path, text in texts_of(body):
        if place := _place(text, quote):
            start, end = place
            return {"path": path, "start": start, "end": end, "quote": text[start:end]}
    raise NoPassage(NOT_THERE)


def missing_from(body: Mapping[str, Any], quotes: Iterable[str]) -> set[str]:
    """Those of ``quotes`` that stand nowhere in the system prompt and the turns."""
    texts = [_spaced(text) for _, text in texts_of(body)]
    return {quote for quote in quotes if not any(_spaced(quote) in text for text in texts)}


def place_of(path: str) -> str:
    """The part of a prompt that a passage is from, in words."""
    turn = re.match(r"messages\[(\d+)\]", path)
    return f"Turn {int(turn[1]) + 1}" if turn else "System prompt"


def address_of(quote: str) -> str:
    """The end of an address at which a browser marks ``quote`` in the page.

    A text fragment of its first and last words, or of all when it is short:
    https://wicg.github.io/scroll-to-text-fragment/ (2026-11-29).
    """
    words = quote.split()
    parts = [words]
    if len(words) > 2 * WORDS_IN_ADDRESS:
        parts = [words[:WORDS_IN_ADDRESS], words[-WORDS_IN_ADDRESS:]]
    # Unlike elsewhere in an address a hyphen has a meaning here.
    texts = [percent_encoded(" ".join(part), safe="").replace("-", "%2D") for part in parts]
    return f"#:~:text={','.join(texts)}"


def texts_of(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The texts of the system prompt and of the turns, each with its path."""
    yield from _texts("system", body.get("system"))
    turns = body.get("messages")
    for place, turn in enumerate(turns if isinstance(turns, list) else []):
        if isinstance(turn, dict):
            yield from _texts(f"messages[{place}].content", turn.get("content"))


def _texts(path: str, content: Any, depth: int = 0) -> Iterator[tuple[str, str]]:
    if isinstance(content, str):
        yield path, content
    for place, block in enumerate(content if isinstance(content, list) else []):
        if not isinstance(block, dict):
            continue
        if isinstance(block.get("text"), str):
            yield f"{path}[{place}].text", block["text"]
        if depth < DEEPEST:  # the result of a tool has blocks of its own
            yield from _texts(f"{path}[{place}].content", block.get("content"), depth + 1)


def _place(text: str, quote: str) -> tuple[int, int] | None:
    """Start and end of ``quote`` in ``text``: both are compared with single spaces between words.

    Not by a pattern: that one would take the product of both lengths.
    """
    wanted = _spaced(quote)
    words = list(re.finditer(r"\S+", text))
    at = " ".join(word[0] for word in words).find(wanted)
    if not wanted or at < 0:
        return None
    starts = list(accumulate((len(word[0]) + 1 for word in words), initial=0))

    def offset(place: int) -> int:
        number = bisect_right(starts, place) - 1
        return words[number].start() + place - starts[number]

    return offset(at), offset(at + len(wanted) - 1) + 1


def _spaced(text: str) -> str:
    """``text`` with single spaces between its words."""
    return " ".join(text.split())
