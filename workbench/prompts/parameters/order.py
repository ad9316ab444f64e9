"""Where keys stand in a request: a field emptied and filled again gives the same request."""

from __future__ import annotations

from typing import Any

ORDER = (
    "model",
    "max_tokens",
    "temperature",
    "top_p",
    "top_k",
    "stop_sequences",
    "thinking",
    "output_config",
    "cache_control",
    "service_tier",
    "speed",
    "inference_geo",
    "metadata",
    "container",
    "diagnostics",
    "system",
    "messages",
    "tools",
    "tool_choice",
)
"""The usual order of the keys that the editor sets."""
_INNER = {
    "thinking": ("type", "budget_tokens", "display"),
    "output_config": ("effort", "format"),
}


def placed(body: dict[str, Any], name: str, value: Any) -> dict[str, Any]:
    """``body`` with ``name`` set: where it stands, or else in the usual order of a request.

    A field that is emptied and filled again thus gives the same request, byte for byte.
    """
    return _placed(body, name, value, ORDER)


def without(body: dict[str, Any], name: str) -> dict[str, Any]:
    """``body`` without the key ``name``."""
    return {key: value for key, value in body.items() if key != name}


def in_order(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """``after`` with the keys that ``before`` lacks moved to where they usually stand."""
    found = {key: value for key, value in after.items() if key in before}
    for name in (key for key in after if key not in before):
        found = _placed(found, name, after[name], ORDER)
    for name, order in _INNER.items():
        old, new = before.get(name), found.get(name)
        if isinstance(new, dict) and new != old:
            found[name] = _sorted_in(old if isinstance(old, dict) else {}, new, order)
    return found


def _sorted_in(old: dict[str, Any], new: dict[str, Any], order: tuple[str, ...]) -> dict[str, Any]:
    found = {key: value for key, value in new.items() if key in old}
    for name in (key for key in new if key not in old):
        found = _placed(found, name, new[name], order)
    return found


def _placed(body: dict[str, Any], name: str, value: Any, order: tuple[str, ...]) -> dict[str, Any]:
    if name in body or name not in order:
        return body | {name: value}
    after = order[order.index(name) + 1 :]
    next_key = next((key for key in body if key in after), None)
    found: dict[str, Any] = {}
    for key, item in body.items():
        if key == next_key:
            found[name] = value
        found[key] = item
    return found | {name: value}
