"""Recorded answers of several APIs, as a Message of the Messages API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Answer = dict[str, Any]


def read_answer(value: object) -> Answer | None:
    """Return the recorded answer that `value` is, as a Message; None if it is none."""
    if not isinstance(value, dict):
        return None
    return next((answer for read in _READERS if (answer := read(value))), None)


def error_sentence(value: object) -> str:
    """Return what the error in `value` says, `""` if it is none.

    Errors of batches are nested twice: `error.error`.
    """
    if not isinstance(value, dict):
        return ""
    error = value.get("error")
    if isinstance(error, dict) and isinstance(error.get("error"), dict):
        error = error["error"]
    if not isinstance(error, dict) or not isinstance(error.get("message"), str):
        return ""
    if value.get("type") != "error" and set(value) - {"error", "request_id"}:
        return ""
    kind = error.get("type")
    lead = f"{kind[:60]}: " if isinstance(kind, str) and kind else ""
    return f"{lead}{error['message'][:500]}"


def _message(value: Mapping[str, Any]) -> Answer | None:
    is_one = value.get("type") == "message" and isinstance(value.get("content"), list)
    return dict(value) if is_one and value.get("role") == "assistant" else None


_READERS: list[Callable[[Mapping[str, Any]], Answer | None]] = [_message]
