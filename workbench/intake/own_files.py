"""Files that this product writes itself: the library's own import reads them, not this package."""

from __future__ import annotations

import re
from collections.abc import Collection

from .reading import Reading

PROMPT_FILE = "Workbench prompt file"
"""`Reading.kind` of one version as a text file."""
LIBRARY = "Workbench library archive"
"""`Reading.kind` of an archive of a library."""

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)^---[ \t]*$", re.DOTALL | re.MULTILINE)
_OURS = re.compile(r"^(?:workbench|api_version)[ \t]*:", re.MULTILINE)
_LIBRARY_FILES = re.compile(
    r"workbench\.json|(?:prompts/[a-z0-9_-]+/prompt|system-prompts/[a-z0-9_-]+/system-prompt)\.json"
)


def read_own_file(text: str, _name: str = "") -> Reading | None:
    """Return a reading that names a prompt file of ours; None for any other text."""
    match = _FRONT_MATTER.match(text.lstrip("\n"))
    return Reading(PROMPT_FILE) if match and _OURS.search(match[1]) else None


def is_own_archive(names: Collection[str]) -> bool:
    """Return whether these names of files are those of a library of ours."""
    return any(_LIBRARY_FILES.fullmatch(name) for name in names)
