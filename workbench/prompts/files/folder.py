"""The files of a library in a folder, as a git repository keeps them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from . import layout
from .layout import FileEntry

MANIFEST = ".workbench-files"
"""Lists what was written, so that nothing else is ever removed."""


class NotALibrary(ValueError):
    """The folder holds something else."""


class Written(NamedTuple):
    """How many files were written, left as they were, and removed."""

    written: int
    unchanged: int
    removed: int


def write_folder(folder: Path, entries: Iterable[FileEntry]) -> Written:
    """Make ``folder`` hold the files: only what differs is written, what is gone is removed.

    Only files that an earlier call wrote are removed. Raises ``NotALibrary`` for a folder with
    other things in it, and ``OSError``.
    """
    before = _written_before(folder)
    names: set[str] = set()
    written = unchanged = 0
    for entry in entries:
        names.add(entry.name)
        if _is_same(folder / entry.name, entry.content):
            unchanged += 1
        else:
            _write(folder / entry.name, entry.content)
            written += 1
    gone = sorted(before - names)
    for name in gone:
        _remove(folder, name)
    _write(folder / MANIFEST, "".join(f"{name}\n" for name in sorted(names)).encode())
    return Written(written, unchanged, len(gone))


def _written_before(folder: Path) -> set[str]:
    if not folder.exists():
        return set()
    if not folder.is_dir():
        raise NotALibrary(f"{folder} is no folder: name one that is, or one that is not there yet.")
    manifest = folder / MANIFEST
    if manifest.is_file():
        names = manifest.read_text("utf-8", errors="replace").splitlines()
        return {name for name in names if layout.place_of(name)}
    others = [name for name in os.listdir(folder) if not name.startswith(".")]
    if others and layout.TOP not in others:
        raise NotALibrary(
            f"{folder} holds other files ({sorted(others)[0]}): name an empty folder, or one that "
            "an export has made."
        )
    return set()


def _is_same(path: Path, content: bytes) -> bool:
    try:
        is_same_size = not path.is_symlink() and path.stat().st_size == len(content)
        return is_same_size and path.read_bytes() == content
    except OSError:
        return False


def _write(path: Path, content: bytes) -> None:
    """Write beside the file first: a reader finds the old content or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(content)
    beside.replace(path)


def _remove(folder: Path, name: str) -> None:
    path = folder / name
    path.unlink(missing_ok=True)
    for parent in path.relative_to(folder).parents:
        place = folder / parent
        if place == folder or not place.is_dir() or any(place.iterdir()):
            return
        place.rmdir()
