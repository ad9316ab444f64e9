"""The media of a request as files beside the code."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ENDINGS = {
    "application/pdf": "pdf",
    "image/gif": "gif",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "text/plain": "txt",
}


@dataclass(frozen=True)
class MediaFile:
    """A file whose base64 is a ``data`` of the body."""

    path: str
    data: bytes


def detach(body: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[MediaFile, ...]]:
    """``body`` with a ``MediaFile`` in the place of each base64 text, and these files.

    The same media twice is one file. Base64 that another writer would write differently, for
    instance without its padding, stays a text: the file would not give it back.
    """
    files: dict[str, MediaFile] = {}
    return {key: _detached(item, key, files) for key, item in body.items()}, tuple(files.values())


def _detached(value: Any, kind: str, files: dict[str, MediaFile]) -> Any:
    """``kind`` is the type of the block around ``value``: it names the file."""
    if isinstance(value, list):
        return [_detached(item, kind, files) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get("type") == "base64" and (data := _decoded(value.get("data"))):
        return {**value, "data": _file(value, data, kind, files)}
    own_kind = value.get("type")
    inner = own_kind if isinstance(own_kind, str) else kind
    return {key: _detached(item, inner, files) for key, item in value.items()}


def _file(
    source: Mapping[str, Any], data: bytes, kind: str, files: dict[str, MediaFile]
) -> MediaFile:
    text = source["data"]
    if text not in files:
        name = kind if kind in ("image", "document") else "file"
        media_type = source.get("media_type")
        ending = ENDINGS.get(media_type, "bin") if isinstance(media_type, str) else "bin"
        files[text] = MediaFile(f"{name}-{len(files) + 1}.{ending}", data)
    return files[text]


def _decoded(text: Any) -> bytes:
    """The bytes of a base64 text, or nothing when they would not become the same text again."""
    if not isinstance(text, str):
        return b""
    try:
        data = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return b""
    return data if base64.b64encode(data).decode() == text else b""
