"""The kinds of content blocks that have fields of their own.

Source of the fields: Python SDK 2.11.0, types of request blocks (released 2026-11-19).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workbench.prompts.bound import CHOICE, FLAG, JSON, LONG, Bound
from workbench.prompts.paths import ABSENT

Path = tuple[str, ...]

EPHEMERAL = {"type": "ephemeral"}
MEDIA = "workbench_media"
"""The type of a source whose bytes are stored with the team, by their SHA-256."""


class CacheBound(Bound):
    """The choice of a cache breakpoint: none, or one of the lifetimes of the API."""

    def shown(self, value: Any) -> str:
        """The lifetime; odd values as their JSON."""
        if value is ABSENT:
            return ""
        if value in (EPHEMERAL, EPHEMERAL | {"ttl": "5m"}):
            return "5m"
        return "1h" if value == EPHEMERAL | {"ttl": "1h"} else json.dumps(value)

    def parsed(self, text: str) -> Any:
        """``cache_control`` of a lifetime; five minutes are what the API takes without one."""
        return dict(EPHEMERAL) if text == "5m" else EPHEMERAL | {"ttl": text}


CACHE = CacheBound(
    "cache",
    ("cache_control",),
    CHOICE,
    "Cache breakpoint",
    "",
    (
        ("", "None"),
        ("5m", "5 minutes"),
        ("1h", "1 hour"),
    ),
)
_CITATIONS = Bound("citations", ("citations", "enabled"), FLAG, "Citations")
_TITLE = Bound("title", ("title",), label="Title")
_CONTEXT = Bound("context", ("context",), LONG, "Context", "Told to the model, never cited from.")
_OVERSIZED = Bound(
    "oversized",
    ("transformations", "oversized_image"),
    CHOICE,
    "If it is too large",
    "",
    (("", "As the API does it (reduce)"), ("downsize", "Reduce it"), ("error", "Refuse it")),
)
_URL = Bound("url", ("source", "url"), label="URL")
_FILE_ID = Bound("file-id", ("source", "file_id"), label="File ID")


@dataclass(frozen=True)
class Kind:
    """What the page offers for one kind of block."""

    name: str
    title: str
    fields: tuple[Bound, ...] = ()
    more: tuple[Bound, ...] = ()
    """Fields that are folded away."""
    fixed: tuple[Path, ...] = ()
    """Values besides the type that make the kind; they have no field."""
    bulk: tuple[str, ...] = ()
    """Names of fields that may be long: their text stands in the field alone."""
    inner: Path = ()
    """Where the block holds content of its own."""
    holds: str = ""
    """The menu of that content."""
    is_kept: bool = False
    """Whether the block is shown for reading and sent as it is."""
    is_folded: bool = False

    @property
    def bounds(self) -> tuple[Bound, ...]:
        return (*self.fields, *self.more)

    @property
    def has_further(self) -> bool:
        """Whether keys without a field are edited as JSON beside the fields."""
        return not self.is_kept and self is not AS_JSON


AS_JSON = Kind("json", "", (Bound("json", ("json",), JSON, "Block as JSON"),))
TEXT = Kind("text", "Text", (Bound("text", ("text",), LONG, "Text"),), (CACHE,), bulk=("text",))


def _image(name: str, *fields: Bound, fixed: Path = ("source", "type")) -> Kind:
    return Kind(name, "Image", fields, (_OVERSIZED, CACHE), (fixed,))


def _document(name: str, *fields: Bound, fixed: tuple[Path, ...], **parts: Any) -> Kind:
    more = (_CONTEXT, CACHE)
    return Kind(name, "Document", (*fields, _TITLE, _CITATIONS), more, fixed, **parts)


_TYPE: Path = ("source", "type")
_BY_SOURCE = {
    ("image", MEDIA): _image("image-media", fixed=("source",)),
    ("image", "base64"): _image("image-base64", fixed=("source",)),
    ("image", "url"): _image("image-url", _URL),
    ("image", "file"): _image("image-file", _FILE_ID),
    ("document", MEDIA): _document("document-media", fixed=(("source",),)),
    ("document", "base64"): _document("document-base64", fixed=(("source",),)),
    ("document", "url"): _document("document-url", _URL, fixed=(_TYPE,)),
    ("document", "file"): _document("document-file", _FILE_ID, fixed=(_TYPE,)),
    ("document", "text"): _document(
        "document-text",
        Bound("data", ("source", "data"), LONG, "Text"),
        fixed=(_TYPE, ("source", "media_type")),
        bulk=("data",),
    ),
    ("document", "content"): _document(
        "document-content", fixed=(_TYPE,), inner=("source", "content"), holds="document"
    ),
}
_BY_TYPE = {
    "text": TEXT,
    "search_result": Kind(
        "search_result",
        "Search result",
        (Bound("source", ("source",), label="Source"), _TITLE, _CITATIONS),
        (CACHE,),
        inner=("content",),
        holds="search_result",
    ),
    "tool_use": Kind(
        "tool_use",
        "Tool use",
        (
            Bound("name", ("name",), label="Tool"),
            Bound("id", ("id",), label="ID"),
            Bound("input", ("input",), JSON, "Input"),
        ),
        (CACHE,),
        bulk=("input",),
    ),
    "tool_result": Kind(
        "tool_result",
        "Tool result",
        (
            Bound("call", ("tool_use_id",), label="ID of the tool use"),
            Bound("error", ("is_error",), FLAG, "The tool failed"),
        ),
        (CACHE,),
        inner=("content",),
        holds="tool_result",
    ),
    "container_upload": Kind(
        "container_upload",
        "File for the container",
        (Bound("file-id", ("file_id",), label="File ID"),),
        (CACHE,),
    ),
    "thinking": Kind("thinking", "Thinking", is_kept=True, is_folded=True),
    "redacted_thinking": Kind("redacted_thinking", "Redacted thinking", is_kept=True),
}
_SERVER_USE = Kind("server_tool_use", "Server tool use", more=(CACHE,), is_kept=True)
_SERVER_RESULT = Kind(
    "server_result", "Server tool result", more=(CACHE,), is_kept=True, is_folded=True
)


def kind_of(value: Any) -> Kind:
    """The kind of a stored block; ``AS_JSON`` for everything without fields."""
    if not isinstance(value, Mapping) or not isinstance(value.get("type"), str):
        return AS_JSON
    name = value["type"]
    if name in ("image", "document"):
        source = value.get("source")
        how = source.get("type") if isinstance(source, Mapping) else None
        return _BY_SOURCE.get((name, how), AS_JSON) if isinstance(how, str) else AS_JSON
    if name in ("server_tool_use", "mcp_tool_use"):
        return _SERVER_USE
    if name.endswith("_tool_result"):
        return _SERVER_RESULT
    return _BY_TYPE.get(name, AS_JSON)
