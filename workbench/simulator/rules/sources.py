"""What the source of an image or document must hold, by its type.

Sources: vision (2026-08-22), Python SDK 2.11.0, types of the request blocks; RFC 4648. Types that
are not listed here are accepted as they come.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from workbench.simulator.rules.asked import object_in, one_of

IMAGE_TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp")
LARGEST_IMAGE = 10 * 1024 * 1024  # characters of base64


def source(block: dict[str, Any], path: str) -> Iterator[str]:
    """The source has a type, and what goes with it."""
    held = object_in(block.get("source"))
    kind = held.get("type")
    match kind:
        case str() if not kind.strip():
            yield f"{path}.source.type: Field required"
        case "base64":
            yield from _base64(block["type"], held, f"{path}.source")
        case "url":
            yield from _url(held, f"{path}.source.url")
        case "file":
            yield from filled(held, f"{path}.source", "file_id")
        case "text":
            yield from filled(held, f"{path}.source", "data")
        case str():
            return
        case _:
            yield f"{path}.source: Field required"


def filled(block: dict[str, Any], path: str, *names: str) -> Iterator[str]:
    """Each of these keys holds a text that is not empty."""
    for name in names:
        if not isinstance(block.get(name), str):
            yield f"{path}.{name}: Input should be a valid string"
        elif not block[name]:
            yield f"{path}.{name}: String should have at least 1 character"


def _base64(block_type: str, held: dict[str, Any], path: str) -> Iterator[str]:
    yield from filled(held, path, "data")
    if block_type == "image" and held.get("media_type") not in IMAGE_TYPES:
        yield f"{path}.media_type: {one_of(IMAGE_TYPES)}"
    data = str(held.get("data"))
    if block_type == "image" and len(data) > LARGEST_IMAGE:
        yield f"{path}.data: image exceeds 10 MB maximum"
    if not _decoded(data):
        yield f"{path}.data: invalid base64 data"


def _decoded(data: str) -> bytes:
    """The bytes, none where it is no base64; line breaks are let through."""
    try:
        return base64.b64decode("".join(data.split()), validate=True)
    except ValueError:
        return b""


def _url(held: dict[str, Any], path: str) -> Iterator[str]:
    address = held.get("url")
    if not isinstance(address, str) or not _is_absolute(address):
        yield f"{path}: Input should be a valid URL"


def _is_absolute(address: str) -> bool:
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return False
    return bool(parts.scheme and parts.netloc)
