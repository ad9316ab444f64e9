"""What may stand in a value read from code, besides JSON."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from .limits import MOST_VALUES, TOO_MUCH

OMIT: Final = object()
"""The value of an argument that is not sent."""
MISSING: Final = object()
"""The default of a hole without one."""

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_]+")
_LONGEST_NAME = 60


@dataclass(frozen=True)
class Hole:
    """A value that only a running program has: a variable, if it stands in a text."""

    name: str
    default: Any = MISSING
    line: int | None = None
    source: str = ""
    """The code, where it is more than a name."""
    is_anywhere: bool = False
    """Whether it is a variable outside of texts too: so it is in what was exported here."""
    description: str = ""


@dataclass(frozen=True)
class Unknown:
    """A value that was not understood."""

    source: str
    line: int | None = None
    sentence: str = ""
    """Why, if there is more to say than that."""
    is_media: bool = False


ENDLESS: Final = Unknown("", None, TOO_MUCH)
"""What stands for all that is behind the last step of reading a program."""


def variable_name(source: str) -> str:
    """Return a name for the variable that stands for a piece of code."""
    name = _NOT_IN_NAMES.sub("_", source).strip("_")[:_LONGEST_NAME].rstrip("_") or "value"
    return f"_{name}" if name[0].isdigit() else name


def is_plain(value: Any) -> bool:
    """Return whether a value has neither a hole nor anything unknown in it, and is not endless."""
    waiting = [value]
    left = MOST_VALUES
    while waiting:
        each = waiting.pop()
        left -= 1
        if left < 0:
            return False
        if isinstance(each, Hole | Unknown) or each is OMIT:
            return False
        if isinstance(each, dict):
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
    return True


@dataclass(frozen=True)
class Dumped:
    """A value written as JSON, by `json.dumps` or `JSON.stringify`."""

    value: Any
    indent: int | None = None
    is_compact: bool = False
    """Without blanks, as `JSON.stringify` writes."""
    is_ascii: bool = False

    def written(self, settled: Any) -> str:
        """Return the text for `settled`, which is what came of `value`."""
        signs = (",", ":") if self.is_compact and self.indent is None else None
        return json.dumps(settled, ensure_ascii=self.is_ascii, indent=self.indent, separators=signs)
