"""The one exception of the launcher."""

from __future__ import annotations

import errno

DISK_FULL = "The disk is full: free some space where {path} is, then start again."


class LaunchError(Exception):
    """Something the operator must put right; ``str()`` is the sentence to show."""


def sentence_for(error: OSError, path: object) -> str:
    """What to tell the operator about ``error``, which concerns ``path`` unless it names a file."""
    path = error.filename or path
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DISK_FULL.format(path=path)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"Workbench may not write to {path}. Set WORKBENCH_DATA_DIR to a directory it may "
            "write to."
        )
    return f"Workbench cannot use {path}: {error.strerror or error}."
