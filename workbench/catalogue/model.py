"""What the catalogue knows about one model: its limits, prices, lifecycle and rules.

`None` always means "not known". Nothing is refused, offered or priced because of a `None`.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

API_VERSIONS = ("2026-10-21", "2023-06-01")
DEFAULT_API_VERSION = API_VERSIONS[0]
DEFAULT_MODEL = "claude-opus-5-5"

EFFORT_LEVELS = ("low", "medium", "high", "xhigh", "max")
THINKING_TYPES = ("adaptive", "enabled", "disabled", "between_tools")
SAMPLING_FIELDS = ("temperature", "top_p", "top_k")
STATES = ("active", "legacy", "deprecated", "retired", "unknown")


@dataclass(frozen=True, slots=True)
class PriceTier:
    """List prices in USD per million tokens, for prompts up to a size (in tokens), if any."""

    input: Decimal | None = None
    output: Decimal | None = None
    cache_write_5m: Decimal | None = None
    cache_write_1h: Decimal | None = None
    cache_read: Decimal | None = None
    up_to_prompt_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """What a model accepts. Every field may be None: unknown, so never refused."""

    sampling: bool | None = None
    """temperature, top_p and top_k at free values; with API version 2023-06-01 only."""
    exact_top_p: bool | None = None
    """Without sampling: True where top_p may only be 0.99, and never next to temperature."""
    prefill: bool | None = None
    """The last turn may be an assistant turn that the model continues."""
    forced_tool_choice: bool | None = None
    """tool_choice of type "any" or "tool"."""
    thinking_default: str | None = None
    """What happens without a `thinking` field: "always", "on" or "off"."""
    thinking_types: frozenset[str] | None = None
    """The accepted values of `thinking.type`."""
    thinking_types_unconfirmed: frozenset[str] = frozenset()
    """Values that no source confirms or denies; they are sent as they are."""
    disabled_max_effort: str | None = None
    """The highest effort that may go with thinking "disabled" or "between_tools"."""
    effort_levels: tuple[str, ...] | None = None
    """The accepted effort levels, lowest first; empty if the model has no effort setting."""
    default_effort: str | None = None
    default_display: str | None = None
    """The `thinking.display` of a request without one: "summarized" or "omitted"."""
    thinking_bound: bool | None = None
    """Its thinking comes back only behind the system prompt, tools and turns it was made from."""
    dense_tokenizer: bool | None = None
    """Counts about 30 % more tokens for the same text than the models before Claude 4.7."""
    fine_images: bool | None = None
    """Sees images of up to 2,576 pixels and 4,784 tokens, as Claude 4.7 and later; else 1,568."""
    system_turns: bool | None = None
    """Turns with the role "system" among the messages."""
    minimum_cache_tokens: int | None = None
    """Shorter prefixes are silently not cached."""
    inference_geo: bool | None = None
    fast_mode: bool | None = None
    structured_outputs: bool | None = None
    image_input: bool | None = None
    pdf_input: bool | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """One model. Limits are in tokens; `source` names where the entry comes from and when."""

    id: str
    display_name: str
    line: str | None = None
    state: str = "unknown"
    aliases: tuple[str, ...] = ()
    released_on: date | None = None
    deprecated_on: date | None = None
    retires_on: date | None = None
    """For a retired model the day it went."""
    retires_not_before: date | None = None
    successor: str | None = None
    context_tokens: int | None = None
    max_output_tokens: int | None = None
    prices: tuple[PriceTier, ...] = ()
    """Smallest prompts first; one entry unless the price depends on the prompt's size."""
    fast_prices: PriceTier | None = None
    rules: Rules = Rules()
    remark: str = ""
    source: str = ""


def unknown_model(model_id: str) -> Model:
    """Return the model of an id that the catalogue lacks: nothing known, nothing forbidden."""
    return Model(id=model_id, display_name=model_id)
