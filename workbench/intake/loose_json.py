"""JSON as people paste it: every mending is said, with its line, and nothing raises.

`read_json` takes strict JSON by the parser of the standard library, and everything else by a
tolerant one: curly quotes, single quotes, backticks, comments, trailing and missing commas, keys
without quotes, `True`, and a text that ends too early.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any, NoReturn

from workbench.messages_api.text import MAX_DEPTH

from .loose_values import LooseParser
from .reading import Kind, Remark

MOST_REMARKS = 20
"""Mendings of one text that are said one by one."""


@dataclass(frozen=True)
class JsonText:
    """A JSON value, and what had to be mended to read it."""

    value: Any
    remarks: tuple[Remark, ...] = ()
    is_whole: bool = True
    """False when the text ended before its JSON did, or parts of it were not understood."""


class _NotStrict(ValueError):
    """Something that the parser of the standard library takes and JSON does not know."""


def strict_json(text: str, line: int = 1) -> JsonText | None:
    """Return the value of valid JSON; None for any other text.

    `line` is that of the first character, for remarks on keys that stand twice in an object.
    """
    twice: list[str] = []

    def as_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            names = [name for name, _ in pairs]
            twice.extend(sorted({name for name in names if names.count(name) > 1}))
        return found

    try:
        value = json.loads(
            text, object_pairs_hook=as_object, parse_constant=_refuse_constant, parse_float=_finite
        )
    except (ValueError, RecursionError):
        return None
    if _is_too_deep(value):
        return None
    return JsonText(value, tuple(_twice(name, line) for name in dict.fromkeys(twice)))


def read_json(text: str, line: int = 1) -> JsonText | None:
    """Return the JSON object or list that `text` is or begins with; None if it is neither.

    `line` is that of the first character of `text` in what was pasted.
    """
    if found := strict_json(text, line):
        return found if isinstance(found.value, dict | list) else None
    parser = LooseParser(text, line)
    value = parser.document()
    if not isinstance(value, dict | list):
        return None
    return JsonText(value, _few(parser.remarks), is_whole=parser.is_whole)


def _finite(written: str) -> float:
    number = float(written)
    if not math.isfinite(number):
        raise _NotStrict
    return number


def _refuse_constant(_name: str) -> NoReturn:
    raise _NotStrict


def _is_too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            item
            for each in level
            if isinstance(each, dict | list)
            for item in (each.values() if isinstance(each, dict) else each)
            if isinstance(item, dict | list)
        ]
        if not level:
            return False
    return True


def _twice(name: str, line: int) -> Remark:
    return Remark(
        Kind.CHANGED,
        f"The key “{name[:60]}” stands twice in one object: only the last one counts.",
        line,
    )


def _few(remarks: list[Remark]) -> tuple[Remark, ...]:
    if len(remarks) <= MOST_REMARKS:
        return tuple(remarks)
    more = len(remarks) - MOST_REMARKS
    return (
        *remarks[:MOST_REMARKS],
        Remark(Kind.CHANGED, f"{more:,} more places of the JSON were mended.", None),
    )
