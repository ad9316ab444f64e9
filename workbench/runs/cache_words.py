"""Why the prompt cache did not help, in words.

Reasons: https://platform.claude.com/docs/en/build-with-claude/prompt-caching, diagnostics
(read 2026-11). The set is open.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .answer.texts import count_of, mapping_of, text_of

REASONS = {
    "model_changed": "the model is another one than in the request before",
    "system_changed": "the system prompt is not the same as before",
    "tools_changed": "the tools are not the same as before",
    "messages_changed": "the messages are not the same as before",
    "previous_message_not_found": "the message to compare with was not found",
    "unavailable": "the reason is not available",
}
PENDING = "Why the cache was missed is still being found out."


def cache_miss(message: Mapping[str, Any]) -> str:
    """Return one sentence on `diagnostics.cache_miss_reason`; "" if there is nothing to say."""
    diagnostics = message.get("diagnostics")
    if not isinstance(diagnostics, Mapping) or "cache_miss_reason" not in diagnostics:
        return ""
    if diagnostics["cache_miss_reason"] is None:
        return PENDING
    reason = mapping_of(diagnostics["cache_miss_reason"])
    kind = text_of(reason, "type")[:100]
    if not kind:
        return ""
    tokens = count_of(reason, "cache_missed_input_tokens")
    how_much = f" for {tokens:,} tokens" if tokens else ""
    return f"The cache was missed{how_much}: {REASONS.get(kind, kind)}."
