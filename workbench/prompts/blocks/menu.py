"""What can be added to content: the entries of the "Add" menus, and the blocks they make."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from workbench.catalogue import API_VERSIONS, Offer, offers

from .kinds import EPHEMERAL

PDF = "application/pdf"


@dataclass(frozen=True)
class Entry:
    """One line of a menu; without a ``name`` it is a sentence that says what is not offered."""

    name: str
    label: str


_ENTRIES: dict[str, tuple[str, dict[str, Any]]] = {
    "text": ("Text", {"type": "text", "text": ""}),
    "image-url": ("Image from a URL", {"type": "image", "source": {"type": "url", "url": ""}}),
    "image-file": (
        "Image by its file ID",
        {"type": "image", "source": {"type": "file", "file_id": ""}},
    ),
    "document-url": (
        "Document from a URL",
        {"type": "document", "source": {"type": "url", "url": ""}},
    ),
    "document-file": (
        "Document by its file ID",
        {"type": "document", "source": {"type": "file", "file_id": ""}},
    ),
    "document-text": (
        "Document as text",
        {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": ""}},
    ),
    "document-content": (
        "Document in parts",
        {
            "type": "document",
            "source": {"type": "content", "content": [{"type": "text", "text": ""}]},
        },
    ),
    "search-result": (
        "Search result",
        {
            "type": "search_result",
            "source": "",
            "title": "",
            "content": [{"type": "text", "text": ""}],
        },
    ),
    "tool-use": ("Tool use", {"type": "tool_use", "id": "", "name": "", "input": {}}),
    "tool-result": ("Tool result", {"type": "tool_result", "tool_use_id": "", "content": ""}),
    "container-upload": (
        "File for the container",
        {"type": "container_upload", "file_id": ""},
    ),
    "json": ("Block as JSON", {"type": ""}),
}
_IMAGES = ("image-url", "image-file")
_DOCUMENTS = ("document-url", "document-text", "document-content", "document-file")
_MENUS = {
    "user": (
        *("text", *_IMAGES, *_DOCUMENTS, "search-result"),
        *("tool-result", "container-upload", "json"),
    ),
    "assistant": ("text", "tool-use", *_DOCUMENTS, "json"),
    "system": ("text", "json"),
    "tool_result": ("text", *_IMAGES, *_DOCUMENTS, "search-result", "json"),
    "search_result": ("text",),
    "document": ("text", *_IMAGES),
}


def menus(model_id: str, api_version: str) -> dict[str, list[Entry]]:
    """The entries by the role of a turn, or by the kind of the block that holds the content."""
    offered = offers(model_id, api_version)
    return {
        name: list(_entries(name, api_version, offered["image"], offered["document"]))
        for name in _MENUS
    }


def new_block(name: str) -> dict[str, Any] | None:
    """The block that the menu entry ``name`` makes, None for a name that no menu has."""
    entry = _ENTRIES.get(name)
    return deepcopy(entry[1]) if entry else None


def breakpoint_keys() -> dict[str, Any]:
    """What makes a block a cache breakpoint."""
    return {"cache_control": dict(EPHEMERAL)}


def _entries(menu: str, api_version: str, image: Offer, document: Offer) -> Iterator[Entry]:
    no_documents = menu == "assistant" and api_version == API_VERSIONS[0]
    for name in _MENUS[menu]:
        is_refused = (
            (name in _IMAGES and not image.is_offered)
            or (name in _DOCUMENTS and no_documents)
            or (name == "document-url" and PDF not in document.values)
        )
        if not is_refused:
            yield Entry(name, _ENTRIES[name][0])
    if no_documents:
        yield Entry("", f"API version {api_version} takes documents in user turns only.")
    reasons = (image.reason, document.reason) if set(_IMAGES) & set(_MENUS[menu]) else ()
    for reason in filter(None, reasons):
        yield Entry("", reason)
