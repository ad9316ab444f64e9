"""How long a regular expression may take. Python's can take exponential time."""

from __future__ import annotations

import re

MAX_STEPS = 10_000_000
_MAX_PATTERN = 500

_ESCAPE = re.compile(r"\\.", re.DOTALL)
_CLASS = re.compile(r"\[\^?\]?[^\]]*\]")
_EXACTLY = re.compile(r"(?<!\))\{\d+\}")
# A group without choices and repetitions of its own, so many times: a longer literal, no more.
_COUNTED_GROUP = re.compile(r"\((?:\?:)?[^()|?*+{]+\)\{\d{1,3}\}")
_REPEATED_GROUP = re.compile(r"\)[*+{?]")
_REFUSED = re.compile(r"\\[1-9]|\(\?(?!:)")
_UNLIMITED = re.compile(r"[*+]|\{\d*,\d*\}")


def is_affordable(pattern: str, length: int) -> bool:
    """Tell whether searching a text of `length` characters surely ends soon.

    An upper bound from the pattern's outline: each repetition may try every length, each choice
    doubles the ways. Repeated groups, back-references and flags are not bounded and refused.
    """
    if len(pattern) > _MAX_PATTERN or _REFUSED.search(pattern):
        return False
    outline = _EXACTLY.sub("", _CLASS.sub("c", _ESCAPE.sub("e", pattern)))
    outline = _COUNTED_GROUP.sub("g", outline)
    if _REPEATED_GROUP.search(outline):
        return False
    outline = outline.replace("(?:", "(")
    is_anchored = outline.startswith("^") and "|" not in outline
    repeats = len(_UNLIMITED.findall(outline)) + (not is_anchored)
    choices = outline.count("?") + outline.count("|")
    return (length + 1.0) ** min(repeats, 40) * 2.0 ** min(choices, 60) <= MAX_STEPS
