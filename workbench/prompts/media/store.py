"""Files kept once per team, and requests with the files in them or named by their hash."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from typing import Any, NamedTuple

from workbench.accounts.models import Team
from workbench.prompts.models import Media

from .check import Checked, check_contents
from .sources import KEPT, Source, kept_source, places, with_sources

MISSING = "This file is not kept here any more: remove it and attach it again."


class MissingMedia(LookupError):
    """A request names files that the team does not have; ``paths`` says where."""

    def __init__(self, paths: list[str]) -> None:
        self.paths = paths
        super().__init__(MISSING)


def keep(team: Team, checked: Checked) -> Media:
    """The team's row for a file, made unless it exists; the same file may come twice at once."""
    digest = hashlib.sha256(checked.bytes).hexdigest()
    rows = Media.objects.filter(team=team, sha256=digest).defer("bytes")
    if found := rows.first():
        return found
    keep_all(team, [checked])
    return rows.get()


def keep_all(team: Team, files: Iterable[Checked]) -> None:
    """Keep those of the files that the team does not keep yet."""
    rows = [
        Media(
            team=team,
            sha256=hashlib.sha256(checked.bytes).hexdigest(),
            media_type=checked.media_type,
            size=len(checked.bytes),
            width=checked.width,
            height=checked.height,
            pages=checked.pages,
            bytes=checked.bytes,
        )
        for checked in files
    ]
    Media.objects.bulk_create(rows, ignore_conflicts=True)


def resolved(body: dict[str, Any], team_id: int) -> dict[str, Any]:
    """``body`` as it is sent: kept files in place of their names.

    Raises ``MissingMedia``. All files are in memory at once: ask ``problems_of_media`` first, which
    refuses what no request can carry.
    """
    found = [place for place in places(body) if place.source.get("type") == KEPT]
    if not found:
        return body
    hashes = {place.kept for place in found}
    rows = Media.objects.filter(team_id=team_id, sha256__in=hashes)
    sent = {
        digest: _sent(media_type, bytes(content))
        for digest, media_type, content in rows.values_list("sha256", "media_type", "bytes")
    }
    if missing := [place.path for place in found if place.kept not in sent]:
        raise MissingMedia(missing)
    return with_sources(
        body, lambda source: sent[source["sha256"]] if source.get("type") == KEPT else source
    )


def extracted(body: dict[str, Any], team: Team) -> dict[str, Any]:
    """``body`` as it is stored: images and PDF files kept by the team and named by their hash.

    A source stays as it is where ``resolved`` would not give back the identical text, and where
    its content is not what its media type says. Plain text is named only if it is kept already.
    """
    contents: dict[_Text, bytes] = {}
    for place in places(body):
        if (text := _text(place.source)) and (content := _content(text)):
            contents[text] = content
    hashes = {text: hashlib.sha256(content).hexdigest() for text, content in contents.items()}
    kept = dict(
        Media.objects.filter(team=team, sha256__in=set(hashes.values())).values_list(
            "sha256", "media_type"
        )
    )
    kept |= _kept_now(
        [
            content
            for text, content in contents.items()
            if hashes[text] not in kept and text.is_file
        ],
        team,
    )

    def change(source: Source) -> Source:
        text = _text(source)
        digest = hashes.get(text, "") if text else ""
        is_kept = bool(digest) and kept.get(digest) == source["media_type"]
        return kept_source(digest, source["media_type"]) if is_kept else source

    return with_sources(body, change)


class _Text(NamedTuple):
    """The data of a source that is exactly what ``resolved`` writes."""

    is_file: bool
    data: str


def _text(source: Source) -> _Text | None:
    if tuple(source) != ("type", "media_type", "data") or not isinstance(source["data"], str):
        return None
    is_file = source["type"] == "base64"
    is_text = source["type"] == "text" and source["media_type"] == "text/plain"
    return _Text(is_file, source["data"]) if is_file or is_text else None


def _content(text: _Text) -> bytes:
    """What the data stands for; b"" if encoding it again would give another text."""
    try:
        if not text.is_file:
            return text.data.encode()
        content = base64.b64decode(text.data, validate=True)
    except ValueError:  # also lone surrogates and wrong padding
        return b""
    return content if base64.b64encode(content).decode("ascii") == text.data else b""


def _kept_now(contents: list[bytes], team: Team) -> dict[str, str]:
    """The media types by hash of those files that the API takes, which the team now keeps."""
    checked = [each for each in check_contents(contents) if isinstance(each, Checked)]
    rows = [keep(team, each) for each in checked if each.media_type != "text/plain"]
    return {row.sha256: row.media_type for row in rows}


def _sent(media_type: str, content: bytes) -> Source:
    if media_type == "text/plain":
        return {"type": "text", "media_type": media_type, "data": content.decode()}
    data = base64.b64encode(content).decode("ascii")
    return {"type": "base64", "media_type": media_type, "data": data}
