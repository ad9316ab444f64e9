"""Content blocks: what each needs, how many images fit, what the new version refuses.

Sources: vision (2026-08-22), migration-2026-10-21 (2026-11-12), Python SDK 2.11.0.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workbench.simulator.accepted import NEW
from workbench.simulator.rules.asked import (
    Asked,
    Placed,
    blocks_of,
    is_block,
    list_in,
    object_in,
    objects_in,
)
from workbench.simulator.rules.sources import filled, source

SMALL_CONTEXT = 200_000  # tokens


def system_prompt(asked: Asked) -> Iterator[str]:
    """The system prompt is a text or text blocks; an empty text is none."""
    system = asked.body.get("system")
    if system is None or system == "":
        return
    if isinstance(system, str):
        if not system.strip():
            yield "system: text content blocks must contain non-whitespace text"
    elif not isinstance(system, list):
        yield "system: Input should be a valid string or array"
    else:
        yield from _texts_only(system, "system")


def turn_contents(asked: Asked) -> Iterator[str]:
    """Every turn has something in it, and every block what its type needs."""
    for number, turn in enumerate(asked.turns):
        path, content = f"messages.{number}.content", turn["content"]
        if not content or (isinstance(content, str) and not content.strip()):
            yield f"{path}: all messages must have non-empty content"
        elif turn["role"] == "system" and isinstance(content, list):
            yield from _texts_only(content, path)
        elif isinstance(content, list):
            yield from _turn_blocks(turn["role"], content, path)


def images(asked: Asked) -> Iterator[str]:
    """Models of a small context take 100 images, all others 600."""
    context = asked.life.context
    most = 100 if context is not None and context <= SMALL_CONTEXT else 600
    count = sum(block.get("type") == "image" for block in _all_blocks(asked))
    if count > most:
        yield f"messages: too many images: {count} > {most}"


def new_version(asked: Asked) -> Iterator[str]:
    """2026-10-21 refuses documents of the assistant and citations in texts of the user."""
    if asked.version != NEW:
        return
    for number, turn in enumerate(asked.turns):
        for path, block in blocks_of(turn, number):
            kind = block.get("type")
            if turn["role"] == "assistant" and kind == "document":
                yield f"{path}: 'document' blocks are not permitted in assistant messages"
            if turn["role"] != "user":
                continue
            texts: list[Placed] = [(path, block)] if kind == "text" else []
            if kind == "search_result":
                texts = list(objects_in(block.get("content"), f"{path}.content"))
            for where, text in texts:
                if text.get("type") == "text" and list_in(text.get("citations")):
                    yield f"{where}.citations: citations are not permitted in user messages"


def _texts_only(content: list[Any], path: str) -> Iterator[str]:
    for number, block in enumerate(content):
        if object_in(block).get("type") != "text":
            yield f"{path}.{number}.type: Input should be 'text'"
        yield from _block(object_in(block), f"{path}.{number}")


def _turn_blocks(role: str, content: list[Any], path: str) -> Iterator[str]:
    for where, block in objects_in(content, path):
        kind = block["type"]
        if role == "user" and kind == "tool_use":
            yield f"{where}: `tool_use` blocks can only be in `assistant` messages"
        if role == "assistant" and kind == "tool_result":
            yield f"{where}: `tool_result` blocks can only be in `user` messages"
        yield from _block(block, where)
        if kind == "tool_result":
            yield from _result_blocks(block.get("content"), f"{where}.content")
    if all(_is_blank(block) for block in content):
        yield f"{path}: text content blocks must contain non-whitespace text"


def _result_blocks(content: Any, path: str) -> Iterator[str]:
    for number, block in enumerate(list_in(content)):
        where = f"{path}.{number}"
        if not is_block(block):
            yield f"{where}: Input should be a content block"
        elif block["type"] != "text" or block.get("text") != "":  # an empty result is fine
            yield from _block(block, where)


def _block(block: dict[str, Any], path: str) -> Iterator[str]:
    match block.get("type"):
        case "text":
            if not isinstance(block.get("text"), str):
                yield f"{path}.text: Input should be a valid string"
            elif not block["text"]:
                yield f"{path}.text: text content blocks must be non-empty"
        case "image":
            yield from source(block, path)
        case "document":
            yield from source(block, path)
            yield from _document_parts(object_in(block.get("source")), f"{path}.source.content")
        case "search_result":
            yield from filled(block, path, "source", "title")
            yield from _parts(block.get("content"), f"{path}.content", ("text",))
        case "container_upload":
            yield from filled(block, path, "file_id")
        case "tool_use":
            yield from filled(block, path, "id", "name")
            if not isinstance(block.get("input"), dict):
                yield f"{path}.input: Input should be an object"
        case "tool_result":
            yield from filled(block, path, "tool_use_id")
            if not isinstance(block.get("content"), str | list | None):
                yield f"{path}.content: Input should be a valid string or array"
            if not isinstance(block.get("is_error"), bool | None):
                yield f"{path}.is_error: Input should be a valid boolean"


def _document_parts(held: dict[str, Any], path: str) -> Iterator[str]:
    if held.get("type") != "content":
        return
    content = held.get("content")
    if content == "":
        yield f"{path}: String should have at least 1 character"
    elif not isinstance(content, str):
        yield from _parts(content, path, ("text", "image"))


def _parts(content: Any, path: str, known: tuple[str, ...]) -> Iterator[str]:
    """The blocks inside a block; only those of known types are looked into."""
    if not list_in(content):
        yield f"{path}: List should have at least 1 item"
    for number, block in enumerate(list_in(content)):
        where = f"{path}.{number}"
        if not is_block(block):
            yield f"{where}: Input should be a content block"
        elif block["type"] in known:
            yield from _block(block, where)


def _is_blank(block: Any) -> bool:
    text = object_in(block).get("text")
    return object_in(block).get("type") == "text" and isinstance(text, str) and not text.strip()


def _all_blocks(asked: Asked) -> Iterator[dict[str, Any]]:
    for number, turn in enumerate(asked.turns):
        for path, block in blocks_of(turn, number):
            yield block
            if block.get("type") == "tool_result":
                yield from (inner for _, inner in objects_in(block.get("content"), path))
