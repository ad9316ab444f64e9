"""How the simulated models think and cache, by the table of what they accept."""

from __future__ import annotations

from typing import Any

from workbench.simulator.accepted import life_of

USUAL_CACHED_PREFIX = 1024  # tokens, where nothing is known of the model


def thinks(model: str, thinking: Any) -> bool:
    """Return whether an answer starts with thinking: as asked, else by the model's default."""
    kind = thinking.get("type") if isinstance(thinking, dict) else None
    if kind is None:
        return life_of(model).accepted.thinking_default in {"always", "on"}
    return kind in {"adaptive", "enabled"}


def shows_thinking(model: str, thinking: Any) -> bool:
    """Return whether thinking text is sent.

    Claude 4.7 and later and every Fable and Mythos omit it unless asked; these are the models
    without free sampling (docs, build-with-claude/extended-thinking, 2026-10).
    """
    display = thinking.get("display") if isinstance(thinking, dict) else None
    if display is not None:
        return bool(display == "summarized")
    return life_of(model).accepted.sampling in {None, "free"}


def smallest_cached_prefix(model: str) -> int:
    """Return below how many tokens nothing is cached."""
    return life_of(model).accepted.smallest_cached or USUAL_CACHED_PREFIX
