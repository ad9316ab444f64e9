"""thinking and effort. Sources: thinking, effort and the "what's new" pages (2026-10-10)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workbench.simulator.accepted import EFFORTS
from workbench.simulator.rules.asked import Asked, is_int, one_of

SMALLEST_BUDGET = 1024  # tokens

_REFUSED = {
    "adaptive": "adaptive thinking is not supported on this model",
    "enabled": (
        '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" '
        'and "output_config.effort" to control thinking behavior.'
    ),
    "disabled": '"thinking.type.disabled" is not supported for this model.',
    "between_tools": '"thinking.type.between_tools" is not supported for this model.',
}


def thinking(asked: Asked) -> Iterator[str]:
    """The type must be one of the model's, and only some types have a budget or a display."""
    value = asked.body.get("thinking")
    if value is None:
        return
    if not isinstance(value, dict):
        yield "thinking: Input should be an object"
        return
    kind = value.get("type")
    if not isinstance(kind, str):
        yield "thinking.type: Field required"
        return
    yield from _type(asked, kind)
    if kind == "enabled":
        yield from _budget(asked, value.get("budget_tokens"))
    if kind == "between_tools":
        yield from (
            f"thinking.{name}: Extra inputs are not permitted" for name in value if name != "type"
        )
    elif value.get("display") is not None:
        yield from _display(asked, kind, value["display"])


def effort(asked: Asked) -> Iterator[str]:
    """The level must be one of the model's; without thinking some models take no more than high."""
    config = asked.body.get("output_config")
    if config is None:
        return
    if not isinstance(config, dict):
        yield "output_config: Input should be an object"
        return
    level = config.get("effort")
    if level is None:
        return
    if not isinstance(level, str):
        yield "output_config.effort: Input should be a valid string"
        return
    levels = asked.accepted.efforts
    if levels is None and asked.life.is_known:
        levels = EFFORTS
    if levels == ():
        yield "output_config.effort: This model does not support the effort parameter."
    elif levels is not None and level not in levels:
        yield f"output_config.effort: {one_of(levels)}"
    if level in ("xhigh", "max") and asked.thinking_kind in asked.accepted.calm:
        yield (
            f'output_config.effort: "{level}" is not supported with '
            f'"thinking.type.{asked.thinking_kind}" on this model.'
        )


def _type(asked: Asked, kind: str) -> Iterator[str]:
    if asked.accepted.thinking.get(kind, not asked.life.is_known) is False:
        yield _REFUSED.get(kind, f"thinking.type: {one_of(tuple(_REFUSED))}")


def _budget(asked: Asked, budget: Any) -> Iterator[str]:
    path = "thinking.budget_tokens"
    if not is_int(budget):
        yield f"{path}: Input should be a valid integer"
    elif budget < SMALLEST_BUDGET:
        yield f"{path}: Input should be greater than or equal to {SMALLEST_BUDGET}"
    elif asked.counting or asked.has_beta("interleaved-thinking"):
        return  # the budget then spans several answers, or there is no answer
    elif budget >= asked.body["max_tokens"]:
        yield f"{path}: Input should be less than max_tokens"


def _display(asked: Asked, kind: str, display: Any) -> Iterator[str]:
    path = "thinking.display"
    if kind == "disabled":
        yield f"{path}: Extra inputs are not permitted"
    elif display == "updates":
        if not asked.has_beta("thinking-display-updates"):
            yield f'{path}: "updates" requires the beta thinking-display-updates-2026-08-18'
    elif display not in ("summarized", "omitted"):
        yield f"{path}: Input should be 'summarized' or 'omitted'"
