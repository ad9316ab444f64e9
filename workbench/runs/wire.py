"""What went over the wire, written out: for reading with line breaks, for copying byte for byte."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from workbench.messages_api import MessageRequest
from workbench.prompts.media.store import MissingMedia, resolved

from .log import LoggedEvent
from .models import Run

SHOWN_CHARACTERS = 500_000
"""Longer JSON is shown up to here; copying and the download give all of it."""
LONG = 400
"""Base64 of more characters is shown by its length and hash."""

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")
_OPAQUE = re.compile(r"data|signature|encrypted_\w+")


@dataclass(frozen=True)
class Shown:
    """JSON for reading; ``is_cut`` when it is too long to be shown whole."""

    text: str
    is_cut: bool


def sent_request(run: Run) -> MessageRequest:
    """The request of a run as it is sent; files that were deleted since stay named by hash."""
    request = run.message_request
    with suppress(MissingMedia):
        request = replace(request, body=resolved(dict(request.body), run.team_id))
    return request.streaming()


def whole_json(value: Any) -> bytes:
    """``value`` with line breaks, whole."""
    return json.dumps(value, ensure_ascii=False, indent=2).encode()


def shown_json(value: Any) -> Shown:
    """``value`` with line breaks, base64 elided, cut where it is very long."""
    text = json.dumps(elided(value), ensure_ascii=False, indent=2)
    return Shown(text[:SHOWN_CHARACTERS], len(text) > SHOWN_CHARACTERS)


def elided(value: Any, key: str = "") -> Any:
    """A copy of ``value`` with long base64 data replaced by their length and SHA-256."""
    if isinstance(value, str):
        is_opaque = len(value) > LONG and _OPAQUE.fullmatch(key) and _BASE64.fullmatch(value)
        return _elision(value) if is_opaque else value
    if isinstance(value, list):
        return [elided(item) for item in value]
    if isinstance(value, dict):
        return {name: elided(item, name) for name, item in value.items()}
    return value


def event_lines(events: Iterable[LoggedEvent]) -> Iterator[bytes]:
    """The events as JSON lines: number, milliseconds since the run began, type, data.

    Data that are JSON stand there as they came; other data as a string.
    """
    for event in events:
        head = json.dumps({"number": event.number, "ms": event.ms, "type": event.type})
        yield head[:-1].encode() + b', "data": ' + _data(event.raw) + b"}\n"


def _elision(text: str) -> str:
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error:
        data = text.encode()
    digest = hashlib.sha256(data).hexdigest()
    return f"… {len(text):,} base64 characters, sha256 {digest} …"


def _data(raw: bytes) -> bytes:
    try:
        json.loads(raw)
    except (ValueError, RecursionError):
        return json.dumps(raw.decode("utf-8", "replace"), ensure_ascii=False).encode()
    # A line end inside JSON is always white space.
    return raw.replace(b"\n", b" ").replace(b"\r", b" ")
