"""Mocked results: what stands in for the answer of a tool that nobody runs.

A mock is stored by the name of its tool, as
``{"kind": "fixed" | "rules" | "off", "text": …, "is_error": …, "rules": [rule, …]}``
with rules of the form
``{"field": "city", "test": "is" | "contains", "value": …, "text": …, "is_error": …}``.
The first rule that fits answers. ``text`` is the fixed result, or what answers when no rule fits;
an empty one leaves such a call to the person.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workbench.prompts.paths import ABSENT

FIXED, RULES, OFF = KINDS = ("fixed", "rules", "off")
IS, CONTAINS = TESTS = ("is", "contains")
LONGEST = 1_000_000
"""Characters that the input may put into one result."""
MARKER = re.compile(r"\{\{input\.([^{}]{1,200})\}\}")


@dataclass(frozen=True)
class MockedResult:
    """What a mock answers to one call."""

    text: str
    is_error: bool


def answer(mocks: Mapping[str, Any], tool_name: str, tool_input: Any) -> MockedResult | None:
    """What the mock of a tool answers to a call with this input; None when it leaves it to people.

    ``{{input.NAME}}`` in its text is replaced once by what the input holds at that dot path: a
    string as it is, anything else as JSON. What the input does not hold stays as it is written.
    A call whose result would get longer than ``LONGEST`` is left to people too.
    """
    mock = mocks.get(tool_name)
    if not isinstance(mock, Mapping):
        return None
    chosen = _chosen(mock, tool_input)
    if chosen is None:
        return None
    text = chosen.get("text")
    filled = _filled(text if isinstance(text, str) else "", tool_input)
    return None if filled is None else MockedResult(filled, chosen.get("is_error") is True)


def _chosen(mock: Mapping[str, Any], tool_input: Any) -> Mapping[str, Any] | None:
    """The part of the mock that answers."""
    if mock.get("kind") == FIXED:
        return mock
    if mock.get("kind") != RULES:
        return None
    rules = mock.get("rules")
    for rule in rules if isinstance(rules, list) else []:
        if isinstance(rule, Mapping) and _fits(rule, tool_input):
            return rule
    return mock if mock.get("text") or mock.get("is_error") is True else None


def _fits(rule: Mapping[str, Any], tool_input: Any) -> bool:
    found = at(tool_input, str(rule.get("field", "")))
    wanted = rule.get("value")
    if found is ABSENT or not isinstance(wanted, str):
        return False
    return wanted in as_text(found) if rule.get("test") == CONTAINS else wanted == as_text(found)


def _filled(text: str, tool_input: Any) -> str | None:
    """``text`` with its markers replaced; None when that gets too long."""
    pieces: list[str] = []
    end = size = 0
    for match in MARKER.finditer(text):
        found = at(tool_input, match[1].strip())
        pieces += [text[end : match.start()], match[0] if found is ABSENT else as_text(found)]
        end = match.end()
        size += len(pieces[-1])
        if size > LONGEST:
            return None
    return "".join([*pieces, text[end:]])


def at(tool_input: Any, path: str) -> Any:
    """What the input holds at a dot path such as ``address.city`` or ``cities.0``.

    The empty path is the whole input; ``ABSENT`` when nothing is there.
    """
    found = tool_input
    for key in path.split(".") if path else []:
        if isinstance(found, Mapping) and key in found:
            found = found[key]
        elif isinstance(found, list) and key.isascii() and key.isdigit() and len(key) < 7:
            found = found[int(key)] if int(key) < len(found) else ABSENT
        else:
            return ABSENT
    return found


def as_text(value: Any) -> str:
    """A string as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
