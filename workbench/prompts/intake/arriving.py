"""Whose file it is that somebody brings: what Workbench writes goes to the library's import."""

from __future__ import annotations

import zipfile
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from workbench.intake.detect import LARGEST_TEXT, read, read_file
from workbench.intake.own_files import LIBRARY, PROMPT_FILE, is_own_archive
from workbench.intake.reading import Reading

TOO_LARGE = (
    f"Files that Workbench has not written may have {LARGEST_TEXT // 1_000_000} MB, and this one "
    "is larger: take it apart."
)
OWN_ENDING = ".prompt.md"
OWN = (PROMPT_FILE, LIBRARY)


class TooLarge(ValueError):
    """A file that is not read; the sentence says how large one may be."""


def foreign_text(text: str) -> Reading | None:
    """What a pasted text was read as; None when it is a file of ours."""
    reading = read(text)
    return None if reading.kind in OWN else reading


def foreign_file(file: UploadedFile[Any]) -> Reading | None:
    """What a file was read as; None for one of ours. Raises ``TooLarge``."""
    name = file.name or ""
    if name.endswith(OWN_ENDING) or _is_own_archive(file):
        return None
    if (file.size or 0) > LARGEST_TEXT:
        raise TooLarge(TOO_LARGE)
    file.seek(0)
    reading = read_file(file.read(), name)
    if reading.kind in OWN or (name.endswith(".md") and not reading.prompts):
        return None  # a version's file that was broken by hand is complained about as one
    return reading


def _is_own_archive(file: UploadedFile[Any]) -> bool:
    """Whether it is an archive of ours, or one that is too damaged to tell."""
    file.seek(0)
    if not file.read(4).startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(file) as archive:
            return is_own_archive(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return True
