"""What the comment above a function says about its arguments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

_LONGEST = 100_000
_BEGIN = re.compile(r"^[ \t]*/\*\*", re.MULTILINE)
_LINE_START = re.compile(r"^[ \t]*\*?[ \t]?", re.MULTILINE)
_TAG = re.compile(r"^@", re.MULTILINE)
_PARAMETER = re.compile(
    r"param[ \t]+(?:\{[^{}\n]{0,200}\}[ \t]*)?\[?([\w$.]{1,200})(?:=[^\]\n]{0,200})?\]?"
    r"[ \t]*(?:-[ \t]*)?(.*)",
    re.DOTALL,
)
_OWN_NAME = re.compile(r"`?\{\{([A-Za-z_][A-Za-z0-9_-]{0,99})\}\}`? ?")


class Described(NamedTuple):
    """What is said about one argument."""

    text: str = ""
    variable: str = ""
    """The name of the variable that it is, where that is no name of the language."""


NOT_DESCRIBED = Described()
Descriptions = Mapping[str, Described]


def descriptions(between: str) -> Descriptions:
    """Return what the last `/** … */` of a text says about each argument, by its name.

    Of `values.name`, an argument that is taken out of an object, the name is the last part.
    """
    begin = max((match.end() for match in _BEGIN.finditer(between[:_LONGEST])), default=0)
    if not begin:
        return {}
    inner = between[begin:_LONGEST].partition("*/")[0]
    found = {}
    for part in _TAG.split(_LINE_START.sub("", inner))[1:]:
        if match := _PARAMETER.match(part):
            found[match[1].rpartition(".")[2]] = _described(" ".join(match[2].split()))
    return found


def _described(text: str) -> Described:
    text = text.replace("*\\/", "*/")
    if match := _OWN_NAME.match(text):
        return Described(text[match.end() :], match[1])
    return Described(text)
