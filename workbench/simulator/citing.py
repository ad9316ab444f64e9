"""Citations of the documents and search results of a request that allow them.

Shapes: Python SDK 2.11.0, types/citation_char_location.py and its neighbours (2026-11-19).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workbench.simulator.blocks import Block, text_block
from workbench.simulator.calls import Call, blocks_of

CITED = 80  # characters of a text that are cited


def cited(call: Call) -> list[Block]:
    """Return one text block with a citation for each source that allows citations."""
    return [
        text_block(f"Source {number} says so. ", [citation])
        for number, citation in enumerate(_citations(call), start=1)
    ]


def _citations(call: Call) -> Iterator[dict[str, Any]]:
    documents = searches = 0
    for block in _sources(call):
        allowed = _object_in(block.get("citations")).get("enabled") is True
        if block["type"] == "document":
            if allowed:
                yield _of_document(block, documents)
            documents += 1
        else:
            if allowed:
                yield _of_search_result(block, searches)
            searches += 1


def _sources(call: Call) -> Iterator[dict[str, Any]]:
    for turn in call.turns:
        for block in blocks_of(turn.get("content")):
            inner = blocks_of(block.get("content")) if block.get("type") == "tool_result" else ()
            for one in (block, *inner):
                if one.get("type") in {"document", "search_result"}:
                    yield one


def _of_document(block: dict[str, Any], index: int) -> dict[str, Any]:
    source = _object_in(block.get("source"))
    document = {
        "document_index": index,
        "document_title": block.get("title"),
        "file_id": source.get("file_id"),
    }
    if source.get("type") == "text":
        text = str(source.get("data", ""))[:CITED]
        place = {"start_char_index": 0, "end_char_index": len(text)}
        return {"type": "char_location", "cited_text": text, **document, **place}
    if source.get("type") == "content":
        text = _first_text(source.get("content"))
        place = {"start_block_index": 0, "end_block_index": 1}
        return {"type": "content_block_location", "cited_text": text, **document, **place}
    place = {"start_page_number": 1, "end_page_number": 2}
    return {"type": "page_location", "cited_text": "Simulated page.", **document, **place}


def _of_search_result(block: dict[str, Any], index: int) -> dict[str, Any]:
    return {
        "type": "search_result_location",
        "cited_text": _first_text(block.get("content")),
        "source": block.get("source"),
        "title": block.get("title"),
        "search_result_index": index,
        "start_block_index": 0,
        "end_block_index": 1,
    }


def _first_text(content: Any) -> str:
    if isinstance(content, str):
        return content[:CITED]
    texts = (str(block.get("text", "")) for block in blocks_of(content))
    return next(texts, "")[:CITED]


def _object_in(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
