"""Where system turns may stand, and how a conversation may end.

Sources: mid-conversation-system-messages (2026-08-22), api/errors (2026-10-08).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workbench.simulator.rules.asked import Asked, blocks_of

NO_PREFILL = (
    "This model does not support assistant message prefill. "
    "The conversation must end with a user message."
)


def system_turns(asked: Asked) -> Iterator[str]:
    """A system turn follows a user turn, and an assistant turn or nothing follows it."""
    turns = asked.turns
    for number, turn in enumerate(turns):
        if turn["role"] != "system":
            continue
        path = f"messages.{number}.role"
        if asked.accepted.system_turns is False:
            yield f"{path}: 'system' is not supported in messages for this model"
        if number == 0 or not _may_precede(turns[number - 1], number - 1):
            yield f"{path}: a 'system' message must directly follow a 'user' message"
        if number + 1 < len(turns) and turns[number + 1]["role"] != "assistant":
            yield f"{path}: a 'system' message must be last or be followed by 'assistant'"


def prefill(asked: Asked) -> Iterator[str]:
    """An assistant turn at the end is continued by old models without thinking only."""
    number = len(asked.turns) - 1
    last = asked.turns[number]
    if last["role"] != "assistant" or _is_paused(last, number):
        return
    if asked.accepted.prefill is False:
        yield NO_PREFILL
    if asked.accepted.prefill and asked.thinking_kind in ("enabled", "adaptive"):
        yield f"messages.{number}: the final message cannot be 'assistant' when thinking is enabled"


def _may_precede(turn: dict[str, Any], number: int) -> bool:
    """Return whether a system turn may follow: a user turn, or the result of a server tool."""
    if turn["role"] != "assistant":
        return bool(turn["role"] == "user")
    kinds = [block.get("type") for _, block in blocks_of(turn, number)]
    return bool(kinds) and _is_server_result(kinds[-1]) and "tool_use" not in kinds


def _is_paused(turn: dict[str, Any], number: int) -> bool:
    """Return whether this is what goes back after `pause_turn`."""
    kinds = [block.get("type") for _, block in blocks_of(turn, number)]
    return any(
        kind in ("server_tool_use", "mcp_tool_use") or _is_server_result(kind) for kind in kinds
    )


def _is_server_result(kind: Any) -> bool:
    return isinstance(kind, str) and kind.endswith("_tool_result")
