"""What the simulator needs to know about models, from the catalogue."""

from __future__ import annotations

from typing import Any

from workbench import catalogue


def thinks(model: str, thinking: Any) -> bool:
    """Return whether an answer starts with thinking: as asked, else by the model's default."""
    kind = thinking.get("type") if isinstance(thinking, dict) else None
    if kind is None:
        return catalogue.get(model).rules.thinking_default in {"always", "on"}
    return kind in {"adaptive", "enabled"}


def shows_thinking(model: str, thinking: Any) -> bool:
    """Return whether thinking text is sent.

    Claude 4.7 and later omit it unless asked; these are the models that have no manual thinking
    (https://docs.anthropic.com/en/docs/build-with-claude/extended-thinking, 2026-10).
    """
    display = thinking.get("display") if isinstance(thinking, dict) else None
    if display is not None:
        return bool(display == "summarized")
    return "enabled" in (catalogue.get(model).rules.thinking_types or ("enabled",))


def smallest_cached_prefix(model: str) -> int:
    """Return below how many tokens nothing is cached."""
    return catalogue.get(model).rules.minimum_cache_tokens or 1024
