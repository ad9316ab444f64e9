"""What a refusal says about itself, and whether it is billed.

Categories and billing: platform.claude.com, release notes of 2026-09-24 and the refusal stop
reason (read 2026-11). The set of categories is open.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .answer.texts import mapping_of, text_of

CATEGORIES = {
    "cyber": "cyber security, such as malware or attacks",
    "bio": "biology, such as dangerous laboratory methods",
    "frontier_llm": "building competing AI models",
    "reasoning_extraction": "asking for the model's inner reasoning",
    "general_harms": "other harms",
}
BILLED_WITHOUT_OUTPUT = frozenset({"bio", "frontier_llm", "reasoning_extraction"})
DISCARD = "What was written until then is incomplete and should not be used."
BILLED = "It is billed."
FREE = "It came before any output and is not billed."


def refusal_sentences(message: Mapping[str, Any]) -> list[str]:
    """Return sentences on the category, the explanation and the billing of a refusal."""
    details = mapping_of(message.get("stop_details"))
    category, explanation = text_of(details, "category"), text_of(details, "explanation")
    sentences = []
    if category:
        sentences.append(f"Category: {CATEGORIES.get(category, category)}.")
    if explanation:
        sentences.append(explanation)
    if message.get("content"):
        sentences.append(DISCARD)
    return [*sentences, BILLED if is_billed(message) else FREE]


def is_unbilled_refusal(message: Mapping[str, Any]) -> bool:
    """Tell whether a message is a refusal that costs nothing, whatever its usage says."""
    return message.get("stop_reason") == "refusal" and not is_billed(message)


def is_billed(message: Mapping[str, Any]) -> bool:
    """Tell whether a refusal is billed: after the first output always, before it by category."""
    content = message.get("content")
    if content and isinstance(content, list):
        return True
    return text_of(mapping_of(message.get("stop_details")), "category") in BILLED_WITHOUT_OUTPUT
