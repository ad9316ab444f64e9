"""What a page needs to show the difference of two contents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workbench.catalogue import get
from workbench.prompts.content import Content
from workbench.prompts.media.measures import tokens
from workbench.prompts.models import Media
from workbench.prompts.turn_page import words_of

from .differences import Difference, Section, difference
from .summary import sentence, words

MOST_SHOWN = 200
GONE = "Not kept here any more"


@dataclass(frozen=True)
class File:
    """An attached file that was added or removed, in words."""

    kind: str
    sha256: str
    words: str
    is_kept: bool


def shown_difference(team_id: int, before: Content, after: Content) -> dict[str, Any]:
    """The sections with a sentence about them, the files, and how much of it is not shown."""
    found = difference(before, after)
    inserted, deleted = words(found)
    sections: tuple[Section, ...] = found.sections
    return {
        "summary": sentence(found),
        "sections": sections[:MOST_SHOWN],
        "more": max(0, len(sections) - MOST_SHOWN),
        "unchanged": found.unchanged,
        "files": _files(team_id, found, str(after.body.get("model", ""))),
        "inserted": inserted,
        "deleted": deleted,
        "is_same": not sections,
    }


def _files(team_id: int, found: Difference, model_id: str) -> list[File]:
    kinds = [(sha256, "added") for sha256 in found.files_added]
    kinds += [(sha256, "removed") for sha256 in found.files_removed]
    if not kinds:
        return []
    hashes = [sha256 for sha256, _ in kinds]
    rows = Media.objects.filter(team=team_id, sha256__in=hashes).defer("bytes")
    model = get(model_id)
    kept = {row.sha256: words_of(row, tokens(row, model)) for row in rows}
    return [File(kind, sha256, kept.get(sha256, GONE), sha256 in kept) for sha256, kind in kinds]
