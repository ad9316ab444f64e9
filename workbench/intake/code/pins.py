"""Which generation of an SDK a program is for, as far as the text or a file beside it says so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from workbench import catalogue
from workbench.intake.mending import NOT_SAID

NEWEST, OLDER = catalogue.API_VERSIONS

_LINE = re.compile(
    r"^[ \t]*(?:#|//|\*|%|!|\$[ \t]|(?:\w+[ \t]+)?(?:pip|uv|npm|yarn|pnpm)\b)[^\n]*", re.MULTILINE
)
_IMPORT = re.compile(r"from[ \t]+[\"'](?:npm:)?@anthropic-ai/sdk@[^\"'\n]{1,40}[\"']")
_PYTHON = re.compile(
    r"\banthropic(?:\[[\w,-]{0,60}\])?[ \t]*((?:[<>=~!]=?=?[ \t]*[\d.*]+[ \t]*,?[ \t]*)+)"
)
_SCRIPT = re.compile(r"@anthropic-ai/sdk(?:@|\"[ \t]*:[ \t]*\")([~^<>= \d.x-]{1,40})")
_BOUND = re.compile(r"([<>=~!]=?=?)[ \t]*(\d+)")
_MOST_FOLDERS = 6
"""The folder of the program and those around it, the nearest first."""
_FILES = ("requirements.txt", "pyproject.toml", "package.json")


def python_version(text: str, files: Mapping[str, str]) -> str:
    """Return the API version that a Python program's SDK sends by itself, or `NOT_SAID`."""
    for part in _parts(text, files):
        for match in _PYTHON.finditer(part):
            major = _major(match[1])
            if major is not None:
                return OLDER if major < 2 else NEWEST
    return NOT_SAID


def script_version(text: str, files: Mapping[str, str]) -> str:
    """The same for a program in TypeScript or JavaScript."""
    for part in (*_parts(text, files), *(match[0] for match in _IMPORT.finditer(text))):
        for match in _SCRIPT.finditer(part):
            major = _major(match[1] if match[1].lstrip()[:1] in "<>=~" else f"={match[1]}")
            if major is not None:
                return OLDER if major < 1 else NEWEST
    return NOT_SAID


def _parts(text: str, files: Mapping[str, str]) -> Iterator[str]:
    """Files that name packages, then comments and commands that may do so."""
    for up in range(_MOST_FOLDERS):
        for name in _FILES:
            if (content := files.get(f"{'../' * up}{name}")) is not None:
                yield content[:100_000]
    for match in _LINE.finditer(text):
        yield match[0][:1_000]


def _major(bounds: str) -> int | None:
    """The major version that bounds leave; None where they leave several."""
    lowest = highest = None
    for sign, number in _BOUND.findall(bounds.replace("^", "~")):
        major = int(number[:6])
        if sign in ("==", "~=", "~", "=", "==="):
            return major
        if sign in (">=", ">"):
            lowest = major
        elif sign == "<":
            highest = major - 1
        elif sign == "<=":
            highest = major
    if lowest is not None and (highest == lowest or lowest >= 2):
        return lowest
    return highest if highest == 0 else None
