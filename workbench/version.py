"""The version of the product: the newest entry of CHANGELOG.md says it, and nothing else does."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

CHANGELOG = Path(__file__).resolve().parent.parent / "CHANGELOG.md"
ENTRY = re.compile(r"^## \[?v?(\d+\.\d+\.\d+[\w.+-]*)", re.MULTILINE)


def newest_entry(changelog: str) -> str:
    """The version that the first ``## 1.2.3`` heading names, or ``unreleased`` without one."""
    found = ENTRY.search(changelog)
    return found[1] if found else "unreleased"


@cache
def version() -> str:
    """The version of these files, read once per process."""
    return newest_entry(CHANGELOG.read_text("utf-8")) if CHANGELOG.exists() else "unreleased"
