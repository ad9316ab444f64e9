"""Bound fields that only tools have, and those that most tools share."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from workbench.prompts.bound import (
    CHOICE,
    FLAG,
    JSON,
    LINES,
    Bound,
    BoundForm,
    Shown,
    Unreadable,
    parsed_json,
)
from workbench.prompts.paths import ABSENT

MORE = "more"
"""The name of the field for keys that have no field of their own."""


@dataclass(frozen=True)
class Worded(Bound):
    """A choice among values of any type; the values of its options are their JSON."""

    kind: str = CHOICE

    def shown(self, value: Any) -> str:
        return "" if value is ABSENT else json.dumps(value, ensure_ascii=False)

    def parsed(self, text: str) -> Any:
        if text not in [value for value, _ in self.options]:
            raise Unreadable(f"{self.label}: choose one of the list.")
        return json.loads(text)


@dataclass(frozen=True)
class CacheBreakpoint(Bound):
    """A ``cache_control``: none, five minutes (with or without a ``ttl``) or one hour."""

    kind: str = CHOICE
    options: tuple[tuple[str, str], ...] = (("", "None"), ("5m", "5 minutes"), ("1h", "1 hour"))

    def shown(self, value: Any) -> str:
        if value is ABSENT:
            return ""
        if value in ({"type": "ephemeral"}, {"type": "ephemeral", "ttl": "5m"}):
            return "5m"
        one_hour = {"type": "ephemeral", "ttl": "1h"}
        return "1h" if value == one_hour else json.dumps(value, ensure_ascii=False)

    def parsed(self, text: str) -> Any:
        if text not in ("5m", "1h"):
            raise Unreadable("Cache up to here: choose one of the list.")
        return {"type": "ephemeral"} | ({"ttl": "1h"} if text == "1h" else {})


class Plain(Shown):
    """A field whose error has a place of its own, and that is no taller than its text."""

    @classmethod
    def of(cls, shown: Shown) -> Plain:
        """The same field without its error."""
        return cls(shown.id, shown.bound, shown.text, shown.is_on, "")

    @property
    def rows(self) -> int:
        return min(24, self.text.count("\n") + 1)

    @property
    def is_wide(self) -> bool:
        """Whether it takes the whole width among other fields."""
        return self.kind in (JSON, LINES)


CACHE = CacheBreakpoint("cache_control", ("cache_control",), label="Cache up to here")
STRICT = Bound("strict", ("strict",), FLAG, "Strict: inputs always fit the schema")
DEFER = Bound("defer_loading", ("defer_loading",), FLAG, "Load only when tool search finds it")
CALLERS = Bound(
    "allowed_callers",
    ("allowed_callers",),
    LINES,
    "Allowed callers",
    "One per line: direct, code_execution_20260521 …",
)
EXAMPLES = Bound(
    "input_examples", ("input_examples",), JSON, "Input examples", "A JSON list of inputs."
)
YES_NO = (("", "Not set"), ("true", "Yes"), ("false", "No"))
EAGER = Worded(
    "eager_input_streaming",
    ("eager_input_streaming",),
    label="Stream inputs eagerly",
    options=(*YES_NO, ("null", "null")),
)


def rest_of(form: BoundForm, *hidden: str) -> dict[str, Any]:
    """The top-level keys of a tool that no field of ``form`` shows, ``hidden`` ones left out."""
    shown = {bound.path[0] for bound in form.bounds if _is_shown(bound, form.value)}
    return {k: item for k, item in form.value.items() if k not in shown and k not in hidden}


def with_rest(form: BoundForm, text: str, *hidden: str) -> dict[str, Any]:
    """The value of ``form`` with the further keys that ``text`` writes, instead of those it has.

    Keys that stay keep their place. Raises ``Unreadable``.
    """
    before = rest_of(form, *hidden)
    typed = parsed_json(text, "Further keys") if text.strip() else {}
    if not isinstance(typed, dict):
        raise Unreadable("Further keys must be a JSON object, such as {}.")
    taken = {*hidden, *form.value} - before.keys() | {bound.path[0] for bound in form.bounds}
    for key in typed:
        if key in taken and key not in before:
            raise Unreadable(
                f"“{key[:60]}” has a field of its own; take it out of the further keys."
            )
    kept = {k: item for k, item in form.value.items() if k not in before or k in typed}
    return kept | typed


def rest_text(rest: dict[str, Any]) -> str:
    """The text of the field for further keys."""
    return json.dumps(rest, ensure_ascii=False, indent=2) if rest else ""


def _is_shown(bound: Bound, value: dict[str, Any]) -> bool:
    """Whether the field shows what stands at its key: a value inside an object needs the object."""
    held = value.get(bound.path[0], {})
    return len(bound.path) == 1 or isinstance(held, dict)
