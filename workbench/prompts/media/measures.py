"""What kept media cost in tokens, and the limits that need their measures.

Sources: docs, vision and pdf-support (2026-08), haiku-5-5/migration-guide (2026-10).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import ceil
from typing import Any

from workbench.catalogue import LARGEST_BODY_BYTES, Model, Problem
from workbench.prompts.models import Media

from .check import MOST_PAGES, as_base64, megabytes
from .sources import KEPT, Place, places
from .store import MISSING

PATCH = 28
"""Pixels of the side of the square that is one token of an image."""
MANY_IMAGES = 20
LONGEST_SIDE_OF_MANY = 2_000  # pixels
LARGE_CONTEXT = 1_000_000  # tokens
MOST_PAGES_SMALL_CONTEXT = 100
PAGE_TOKENS = 2_000
"""A guess for the text and the picture of an ordinary page; no source states a number."""
CHARACTERS_PER_TOKEN = 4


@dataclass(frozen=True, slots=True)
class Detail:
    """The longest side in pixels, and the most tokens, to which a model scales an image down."""

    side: int
    tokens: int


FINE = Detail(2_576, 4_784)
COARSE = Detail(1_568, 1_568)


def image_tokens(width: int, height: int, model: Model) -> int:
    """The tokens of an image; for a model of which nothing is known, those of the newest ones."""
    detail = COARSE if model.rules.fine_images is False else FINE
    scale = min(1.0, detail.side / max(width, height))
    patches = ceil(width * scale / PATCH) * ceil(height * scale / PATCH)
    return min(patches, detail.tokens)


def tokens(media: Media, model: Model) -> int:
    """About how many tokens a kept file costs; for PDF files and text only a rough guess."""
    if media.width and media.height:
        return image_tokens(media.width, media.height, model)
    if media.pages:
        return media.pages * PAGE_TOKENS
    return ceil(media.size / CHARACTERS_PER_TOKEN)


def kept_media(body: dict[str, Any], team_id: int) -> dict[str, Media]:
    """The rows, without their bytes, of the files that ``body`` names, by hash."""
    return kept_in([body], team_id)


def kept_in(bodies: Iterable[dict[str, Any]], team_id: int) -> dict[str, Media]:
    """As ``kept_media``, of many bodies with one question."""
    hashes = {place.kept for body in bodies for place in places(body) if place.kept}
    if not hashes:
        return {}
    rows = Media.objects.filter(team_id=team_id, sha256__in=hashes).defer("bytes")
    return {row.sha256: row for row in rows}


def problems_of_media(body: dict[str, Any], team_id: int, model: Model) -> list[Problem]:
    """What the API would refuse about the files of an unresolved ``body``, by their measures."""
    return problems_of_kept(body, kept_media(body, team_id), model)


def problems_of_kept(body: dict[str, Any], rows: dict[str, Media], model: Model) -> list[Problem]:
    """The same where the ``rows`` of the files are known already: see ``kept_in``."""
    found = list(places(body))
    kept = [(place, rows[place.kept]) for place in found if place.kept in rows]
    return [
        *_missing(found, rows),
        *_sides(found, kept),
        *_pages(kept, model),
        *_size(kept),
    ]


def _missing(found: list[Place], rows: dict[str, Media]) -> Iterator[Problem]:
    for place in found:
        if place.source.get("type") == KEPT and place.kept not in rows:
            yield Problem(place.path, MISSING)


def _sides(found: list[Place], kept: list[tuple[Place, Media]]) -> Iterator[Problem]:
    count = sum(1 for place in found if place.block_type == "image")
    if count <= MANY_IMAGES:
        return
    for place, row in kept:
        if max(row.width or 0, row.height or 0) > LONGEST_SIDE_OF_MANY:
            yield Problem(
                place.path,
                f"In a request with more than {MANY_IMAGES} images (this one has {count}) no side "
                f"may be longer than {LONGEST_SIDE_OF_MANY:,} pixels; this image has "
                f"{row.width:,} × {row.height:,}. Save it smaller or remove some.",
            )


def _pages(kept: list[tuple[Place, Media]], model: Model) -> Iterator[Problem]:
    pages = sum(row.pages or 0 for _, row in kept)
    is_small = model.context_tokens is not None and model.context_tokens < LARGE_CONTEXT
    most = MOST_PAGES_SMALL_CONTEXT if is_small else MOST_PAGES
    if pages > most:
        yield Problem(
            "messages",
            f"The PDF files have {pages:,} pages together; this model takes at most {most} in one "
            "request. Remove or split some.",
        )


def _size(kept: list[tuple[Place, Media]]) -> Iterator[Problem]:
    size = sum(as_base64(row.size) for _, row in kept)
    if size > LARGEST_BODY_BYTES:
        yield Problem(
            "messages",
            f"The files make {megabytes(size)} as they are sent; the API takes "
            f"{megabytes(LARGEST_BODY_BYTES)} in one request. Remove some.",
        )
