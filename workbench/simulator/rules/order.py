"""The rules in their order, and the first refusal that they come to."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from workbench.simulator.rules import (
    blocks,
    caching,
    options,
    pairing,
    sampling,
    shape,
    structured,
    thinking,
    tools,
    turns,
)
from workbench.simulator.rules.asked import Asked

# `shape` comes first, so that the others can trust the types of the body's skeleton.
_RULES: tuple[Callable[[Asked], Iterator[str]], ...] = (
    shape.skeleton,
    shape.max_tokens,
    shape.turns,
    options.beta_only,
    options.closed_values,
    options.stop_sequences,
    sampling.sampling,
    thinking.thinking,
    thinking.effort,
    structured.output_format,
    blocks.system_prompt,
    blocks.turn_contents,
    blocks.images,
    blocks.new_version,
    tools.definitions,
    tools.choice,
    caching.breakpoints,
    turns.system_turns,
    pairing.tool_pairs,
    turns.prefill,
    options.counted_only,
)


def first_refusal(asked: Asked) -> str:
    """Return the message of the first rule the request breaks; empty when it is accepted."""
    return next((message for rule in _RULES for message in rule(asked)), "")
