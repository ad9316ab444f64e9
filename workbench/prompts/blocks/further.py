"""The further keys of a block: what it holds without a field for it, edited as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from workbench.prompts.bound import JSON, Bound, Unreadable, parsed_json
from workbench.prompts.paths import without_at

from .kinds import Kind

FURTHER = Bound(
    "further", (), JSON, "Further keys", "Sent with the block as they are: a JSON object."
)


def further_of(value: dict[str, Any], kind: Kind) -> dict[str, Any]:
    """What ``value`` holds besides the fields of ``kind``."""
    own = (("type",), *kind.fixed, *((kind.inner,) if kind.inner else ()))
    for path in (*own, *(bound.path for bound in kind.bounds)):
        value = without_at(value, path)
    return value


def further_text(value: dict[str, Any], kind: Kind) -> str:
    """What the field of the further keys shows; "" when there are none."""
    further = further_of(value, kind)
    return json.dumps(further, ensure_ascii=False, indent=2) if further else ""


def with_further(value: dict[str, Any], kind: Kind, text: str) -> dict[str, Any]:
    """``value`` with the further keys that ``text`` writes; raises ``Unreadable``."""
    new = parsed_json(text, FURTHER.label) if text.strip() else {}
    if not isinstance(new, dict):
        raise Unreadable('Further keys must be a JSON object such as {"key": "value"}.')
    return _joined(_apart(value, further_of(value, kind)), new)


def _apart(value: Mapping[str, Any], further: Mapping[str, Any]) -> dict[str, Any]:
    """``value`` without what ``further`` holds of it."""
    found: dict[str, Any] = {}
    for key, item in value.items():
        if key not in further:
            found[key] = item
        elif isinstance(item, Mapping) and item != further[key]:
            found[key] = _apart(item, further[key])
    return found


def _joined(value: dict[str, Any], further: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(value)
    for key, item in further.items():
        old = found.get(key)
        if key not in found:
            found[key] = item
        elif isinstance(old, dict) and isinstance(item, dict):
            found[key] = _joined(old, item)
        else:
            raise Unreadable(f"Further keys hold “{key[:60]}”, which has a field; remove it there.")
    return found
