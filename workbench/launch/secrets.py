"""Secrets that are made once, at the first start, and kept in files for this account alone."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from workbench.launch.errors import LaunchError


def read_or_create(path: Path) -> str:
    """The secret in the file ``path``; made now (384 random bits, mode 0600) when there is none.

    Of two processes that create it at once both return the same text. Raises LaunchError when the
    file is empty, OSError when it cannot be read or written.
    """
    try:
        return _read(path)
    except FileNotFoundError:
        for directory in (path.parent.parent, path.parent):  # the data directory, then the secrets
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        _create(path)
        return _read(path)


def _read(path: Path) -> str:
    text = path.read_text("ascii", errors="replace").strip()
    if not text:
        raise LaunchError(f"The secret in {path} is empty: restore the file from a backup.")
    return text


def _create(path: Path) -> None:
    # Written whole under another name first: a crash can leave no empty secret behind.
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(file, "w", encoding="ascii") as writer:
            writer.write(secrets.token_urlsafe(48) + "\n")
            writer.flush()
            os.fsync(writer.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return  # another process was faster; its secret counts
    finally:
        draft.unlink()
