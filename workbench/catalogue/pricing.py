"""What an answer cost at list price, from its usage record.

Formula and modifiers: platform.claude.com, pricing and prompt-caching (read 2026-10-10). Not in
any usage record, so never in the result: negotiated discounts, priority contracts, the hours of
code execution containers, and refusals that are not billed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from workbench.catalogue.lookup import Catalogue, current
from workbench.catalogue.model import Model, PriceTier

MILLION = Decimal(1_000_000)
BATCH_FACTOR = Decimal("0.5")
US_FACTOR = Decimal("1.1")
WEB_SEARCH_USD = Decimal("0.01")

_SERVICE_TIERS = (None, "standard", "priority", "batch")
# "not_available" is what models from before the choice of region report.
_GEOS = (None, "global", "us", "not_available")
_SPEEDS = (None, "standard", "fast")
_LARGEST_COUNT = 2**40


@dataclass(frozen=True, slots=True)
class Cost:
    """A list price in USD, or None with the reason; `prices` is the snapshot it came from."""

    usd: Decimal | None
    reason: str = ""
    estimate: bool = False
    prices: dict[str, str] = field(default_factory=dict)


class _Unknown(Exception):
    """The cost cannot be known; the message is the reason as a sentence."""


@dataclass(frozen=True, slots=True)
class _Tokens:
    input: int
    output: int
    cache_write_5m: int
    cache_write_1h: int
    cache_read: int
    split_matches: bool

    @property
    def prompt(self) -> int:
        return self.input + self.cache_write_5m + self.cache_write_1h + self.cache_read


def cost(model_id: str, usage: Mapping[str, Any], catalogue: Catalogue | None = None) -> Cost:
    """Return the list price of a usage record as the Messages API reports it.

    `estimate` is set where the price depends on the prompt's size, or where the cache numbers of
    the record do not add up. Never raises; what cannot be known has `usd=None` and a reason.
    """
    try:
        return _cost(model_id, usage, catalogue or current())
    except _Unknown as unknown:
        return Cost(usd=None, reason=str(unknown))


def _cost(model_id: str, usage: Mapping[str, Any], catalogue: Catalogue) -> Cost:
    if not isinstance(usage, Mapping) or not usage:
        raise _Unknown("The answer carried no usage numbers.")
    total = Decimal(0)
    estimate = False
    snapshot: dict[str, str] = {}
    for served_by, part in _parts(model_id, usage):
        model = catalogue.get(served_by)
        tokens = _tokens(part)
        tier = _tier(model, tokens, usage)
        factor = _factor(model, usage)
        total += _tokens_usd(tokens, tier) * factor
        estimate = estimate or len(model.prices) > 1 or not tokens.split_matches
        snapshot = snapshot or _snapshot(model, tier, factor)
    searches = _web_searches(usage)
    if searches:
        total += searches * WEB_SEARCH_USD
        snapshot["web_search"] = str(WEB_SEARCH_USD)
    return Cost(usd=total, estimate=estimate, prices=snapshot)


def _parts(model_id: str, usage: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield what is billed, each with its model: the record, or its iterations if it has any."""
    iterations = usage.get("iterations")
    if not iterations:
        yield model_id, usage
        return
    if not isinstance(iterations, list | tuple):
        raise _Unknown("The usage record lists its iterations in an unknown form.")
    for part in iterations:
        if not isinstance(part, Mapping):
            raise _Unknown("The usage record lists its iterations in an unknown form.")
        served_by = part.get("model")
        # Plain and compaction iterations run on the model of the request and do not name it.
        if served_by is None and part.get("type") in ("message", "compaction"):
            served_by = model_id
        if not isinstance(served_by, str):
            raise _Unknown("The usage record does not say which model ran one of its iterations.")
        yield served_by, part


def _tokens(usage: Mapping[str, Any]) -> _Tokens:
    written = _count(usage, "cache_creation_input_tokens")
    split = usage.get("cache_creation")
    write_5m, write_1h = written or 0, 0
    if split is not None:
        if not isinstance(split, Mapping):
            raise _Unknown("The cache numbers of the usage record are in an unknown form.")
        write_5m = _count(split, "ephemeral_5m_input_tokens") or 0
        write_1h = _count(split, "ephemeral_1h_input_tokens") or 0
    return _Tokens(
        input=_required(usage, "input_tokens"),
        output=_required(usage, "output_tokens"),
        cache_write_5m=write_5m,
        cache_write_1h=write_1h,
        cache_read=_count(usage, "cache_read_input_tokens") or 0,
        split_matches=written is None or written == write_5m + write_1h,
    )


def _required(usage: Mapping[str, Any], name: str) -> int:
    value = _count(usage, name)
    if value is None:
        raise _Unknown(f"The usage record has no {name}.")
    return value


def _count(usage: Mapping[str, Any], name: str) -> int | None:
    value = usage.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LARGEST_COUNT:
        raise _Unknown(f"The {name} of the usage record is not a usable number.")
    return value


def _tier(model: Model, tokens: _Tokens, usage: Mapping[str, Any]) -> PriceTier:
    speed = _known(usage, "speed", _SPEEDS)
    if speed == "fast":
        if model.fast_prices is None:
            raise _Unknown(f"The fast mode price of {model.display_name} is not known.")
        return model.fast_prices
    for tier in model.prices:
        if tier.up_to_prompt_tokens is None or tokens.prompt <= tier.up_to_prompt_tokens:
            return tier
    raise _Unknown(f"The price of {model.display_name} is not known.")


def _factor(model: Model, usage: Mapping[str, Any]) -> Decimal:
    factor = Decimal(1)
    if _known(usage, "service_tier", _SERVICE_TIERS) == "batch":
        factor *= BATCH_FACTOR
    if _known(usage, "inference_geo", _GEOS) == "us":
        if not model.rules.inference_geo:
            raise _Unknown(f"The price of {model.display_name} in the US is not known.")
        factor *= US_FACTOR
    return factor


def _known(usage: Mapping[str, Any], name: str, values: tuple[str | None, ...]) -> str | None:
    value = usage.get(name)
    if value is not None and not isinstance(value, str):
        raise _Unknown(f"The {name} of the usage record is not a text.")
    if value not in values:
        raise _Unknown(f'The price for {name} "{value}" is not known.')
    return value


def _tokens_usd(tokens: _Tokens, tier: PriceTier) -> Decimal:
    total = Decimal(0)
    for name in ("input", "output", "cache_write_5m", "cache_write_1h", "cache_read"):
        count = getattr(tokens, name)
        price = getattr(tier, name)
        if count and price is None:
            raise _Unknown(f"The {name.replace('_', ' ')} price of this model is not known.")
        total += count * (price or Decimal(0))
    return total / MILLION


def _web_searches(usage: Mapping[str, Any]) -> int:
    server_tools = usage.get("server_tool_use")
    if server_tools is None:
        return 0
    if not isinstance(server_tools, Mapping):
        raise _Unknown("The server tool numbers of the usage record are in an unknown form.")
    return _count(server_tools, "web_search_requests") or 0


def _snapshot(model: Model, tier: PriceTier, factor: Decimal) -> dict[str, str]:
    names = ("input", "output", "cache_write_5m", "cache_write_1h", "cache_read")
    prices = {name: getattr(tier, name) for name in names}
    snapshot = {name: str(price) for name, price in prices.items() if price is not None}
    if tier.up_to_prompt_tokens is not None:
        snapshot["up_to_prompt_tokens"] = str(tier.up_to_prompt_tokens)
    return snapshot | {
        "model": model.id,
        "unit": "USD per million tokens",
        "factor": str(factor),
        "source": model.source,
    }
