"""Which file of an archive holds what.

``workbench.json`` · ``prompts/SLUG/prompt.json`` and ``v0001.prompt.md`` … ·
``system-prompts/SLUG/system-prompt.json`` and ``v0001.md`` … · ``presets/SLUG.json`` ·
``media/SHA256.ENDING``
"""

from __future__ import annotations

import json
import re
from typing import Any, Literal, NamedTuple

Kind = Literal["top", "prompt", "version", "system", "system version", "preset", "media"]
FORMAT = 1
TOP = "workbench.json"

_SLUG = r"(?P<slug>[a-z0-9_-]{1,80})"
_NUMBER = r"v(?P<number>[0-9]{4}|[1-9][0-9]{4,8})"
_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("top", re.compile(re.escape(TOP))),
    ("prompt", re.compile(rf"prompts/{_SLUG}/prompt\.json")),
    ("version", re.compile(rf"prompts/{_SLUG}/{_NUMBER}\.prompt\.md")),
    ("system", re.compile(rf"system-prompts/{_SLUG}/system-prompt\.json")),
    ("system version", re.compile(rf"system-prompts/{_SLUG}/{_NUMBER}\.md")),
    ("preset", re.compile(rf"presets/{_SLUG}\.json")),
    ("media", re.compile(r"media/(?P<slug>[0-9a-f]{64})\.(?P<ending>[a-z]{3})")),
)
FOLDERS = ("prompts", "system-prompts", "presets", "media")


class Place(NamedTuple):
    """What a file of an archive holds: of what, and which number; media have their hash as slug."""

    kind: Kind
    slug: str = ""
    number: int = 0


class FileEntry(NamedTuple):
    """One file of an archive."""

    name: str
    content: bytes


def place_of(name: str) -> Place | None:
    """What the file ``name`` holds; None for a name that means nothing here."""
    for kind, pattern in _PATTERNS:
        if match := pattern.fullmatch(name):
            said = match.groupdict()
            return Place(kind, said.get("slug", ""), int(said.get("number", 0)))
    return None


def prompt_file(slug: str) -> str:
    return f"prompts/{slug}/prompt.json"


def version_file(slug: str, number: int) -> str:
    return f"prompts/{slug}/v{number:04d}.prompt.md"


def system_file(slug: str) -> str:
    return f"system-prompts/{slug}/system-prompt.json"


def system_version_file(slug: str, number: int) -> str:
    return f"system-prompts/{slug}/v{number:04d}.md"


def preset_file(slug: str) -> str:
    return f"presets/{slug}.json"


def media_file(sha256: str, ending: str) -> str:
    return f"media/{sha256}.{ending}"


def json_file(name: str, value: dict[str, Any]) -> FileEntry:
    """``value`` as a file of pretty JSON."""
    return FileEntry(name, f"{json.dumps(value, ensure_ascii=False, indent=2)}\n".encode())


def text_file(name: str, text: str) -> FileEntry:
    return FileEntry(name, text.encode())
