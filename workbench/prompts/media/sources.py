"""Where media stand in a request: the ``source`` of content blocks, also in tool results."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

KEPT = "workbench_media"
"""The type of a source that names a kept file by its hash; it is never sent."""

Source = dict[str, Any]
Change = Callable[[Source], Source]


class Place(NamedTuple):
    """A source of a request: of which type of block, and where, as in the path of a problem."""

    path: str
    block_type: str
    source: Source

    @property
    def kept(self) -> str:
        """The hash of the kept file that the source names; "" for every other source."""
        digest = self.source.get("sha256")
        is_kept = self.source.get("type") == KEPT and isinstance(digest, str)
        return str(digest) if is_kept else ""


def kept_source(sha256: str, media_type: str) -> Source:
    """The source that names a kept file."""
    return {"type": KEPT, "sha256": sha256, "media_type": media_type}


def places(body: dict[str, Any]) -> Iterator[Place]:
    """Every source in the turns and the system prompt, in their order."""
    yield from _in_list(body.get("system"), "system")
    for number, message in enumerate(_list(body.get("messages"))):
        if isinstance(message, dict):
            yield from _in_list(message.get("content"), f"messages.{number}.content")


def with_sources(body: dict[str, Any], change: Change) -> dict[str, Any]:
    """A copy of ``body`` with each source as ``change`` returns it; the rest is shared with it."""
    changed = dict(body)
    if isinstance(body.get("system"), list):
        changed["system"] = _changed(body["system"], change)
    if isinstance(body.get("messages"), list):
        changed["messages"] = [_with_content(entry, change) for entry in body["messages"]]
    return changed


def _in_list(content: Any, path: str) -> Iterator[Place]:
    for number, block in enumerate(_list(content)):
        if isinstance(block, dict):
            yield from _in_block(block, f"{path}.{number}")


def _in_block(block: dict[str, Any], path: str) -> Iterator[Place]:
    source = block.get("source")
    if isinstance(source, dict):
        yield Place(f"{path}.source", str(block.get("type")), source)
        yield from _in_list(source.get("content"), f"{path}.source.content")
    yield from _in_list(block.get("content"), f"{path}.content")


def _changed(content: list[Any], change: Change) -> list[Any]:
    return [_changed_block(block, change) for block in content]


def _changed_block(block: Any, change: Change) -> Any:
    block = _with_content(block, change)
    if isinstance(block, dict) and isinstance(block.get("source"), dict):
        return block | {"source": change(_with_content(block["source"], change))}
    return block


def _with_content(value: Any, change: Change) -> Any:
    if isinstance(value, dict) and isinstance(value.get("content"), list):
        return value | {"content": _changed(value["content"], change)}
    return value


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
