"""The most tokens that the input of a request can have, without asking anybody.

A token stands for one byte of text or more, so the bytes of the text are an upper bound. Sources
of what files cost: docs, vision and pdf-support (2026-08).
"""

from __future__ import annotations

import json
from typing import Any

from workbench import catalogue
from workbench.catalogue import Ceiling, Model
from workbench.prompts.media.measures import FINE, image_tokens, kept_media
from workbench.prompts.media.sources import KEPT, Place, places, with_sources
from workbench.prompts.models import Media

MOST_PAGE_TOKENS = 3_000 + FINE.tokens
"""A page of a PDF file counts as text, of 3,000 tokens at most, and as an image."""
FRAME_TOKENS = 2_000
"""What the API adds by itself to explain tools, formats and thinking."""
TOOL_TOKENS = 5_000
"""What a tool comes to that the API describes itself, such as a search of the web."""
READ_AS_TEXT = ("text", "content")
"""Types of sources whose content stands in the request as text."""


def most_usd(body: dict[str, Any], team_id: int) -> Ceiling:
    """The most that a request, its files still named by their hashes, can cost the team."""
    return catalogue.ceiling(body, most_tokens(body, team_id))


def most_tokens(body: dict[str, Any], team_id: int) -> int | None:
    """An upper bound of the input's tokens; None when a file can have any size."""
    model = catalogue.get(str(body.get("model", "")))
    rows = kept_media(body, team_id)
    total = _tokens_of_text(body)
    for place in places(body):
        tokens = _tokens_of_file(place, rows.get(place.kept), model)
        if tokens is None:
            return None
        total += tokens
    return total


def _tokens_of_text(body: dict[str, Any]) -> int:
    texts = with_sources(body, lambda source: source if _is_text(source) else {})
    written = json.dumps(texts, ensure_ascii=False).encode("utf-8", "surrogatepass")
    described = sum(1 for _ in catalogue.server_tools(body))
    return len(written) + FRAME_TOKENS + described * TOOL_TOKENS


def _tokens_of_file(place: Place, row: Media | None, model: Model) -> int | None:
    if _is_text(place.source):
        return 0
    if place.source.get("type") == KEPT and row is not None:
        if row.width and row.height:
            return image_tokens(row.width, row.height, model)
        return row.pages * MOST_PAGE_TOKENS if row.pages else row.size
    return FINE.tokens if place.block_type == "image" else None


def _is_text(source: dict[str, Any]) -> bool:
    return source.get("type") in READ_AS_TEXT
