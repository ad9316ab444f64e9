"""What a run used and what it cost, for the page: figures, the breakdown, what caching did.

Everything comes from the stored message and from the prices that were noted with the run; nothing
is looked up again, so an old run keeps its old prices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from workbench.messages_api import Usage, normalise_usage
from workbench.template_tags import number

from .answer.texts import mapping_of, text_of
from .cache_words import cache_miss
from .models import Run, State
from .refusals import is_unbilled_refusal

MILLION = Decimal(1_000_000)
_CENT_FRACTION = Decimal("0.0000000001")
"""The places of ``Run.cost_usd``; sums are compared at them."""

_PARTS = (
    ("input", "Input", "input_tokens"),
    ("cache_read", "Cache read", "cache_read_tokens"),
    ("cache_write_5m", "Cache write, 5 minutes", "cache_write_5m_tokens"),
    ("cache_write_1h", "Cache write, 1 hour", "cache_write_1h_tokens"),
    ("output", "Output", "output_tokens"),
)
_DEFAULTS = frozenset({"standard", "global", "not_available"})
SIMULATED = "The simulator costs nothing; this is what a real answer would cost."
SO_FAR = "The run ended before everything was reported, so the true count and price may be higher."
NO_PARTS = "The parts of this price are not known one by one."


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure under the answer: tokens, requests, or what was not the default."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class CostPart:
    """A line of the breakdown: ``price`` is USD per million, or per request if ``is_each``."""

    label: str
    count: int
    price: Decimal
    usd: Decimal
    is_each: bool = False


@dataclass(frozen=True, slots=True)
class CostBreakdown:
    """List price of a run in USD, None with a ``reason`` if it is not known.

    ``is_least``: the run ended before the API had reported all of it. ``factor`` multiplies all
    tokens (batch, region); ``saved`` is what caching saved, below zero what it cost more, None if
    no cache was used or prices are missing.
    """

    usd: Decimal | None
    reason: str = ""
    is_estimate: bool = False
    is_simulated: bool = False
    is_least: bool = False
    parts: tuple[CostPart, ...] = ()
    factor: Decimal = Decimal(1)
    model: str = ""
    source: str = ""
    saved: Decimal | None = None
    remarks: tuple[str, ...] = ()

    @property
    def extra(self) -> Decimal | None:
        """What caching cost more than no caching."""
        return -self.saved if self.saved is not None and self.saved < 0 else None


@dataclass(frozen=True, slots=True)
class UsageSummary:
    """Everything the footer of an answer shows about tokens and money."""

    figures: list[Figure] = field(default_factory=list)
    cost: CostBreakdown = field(default_factory=lambda: CostBreakdown(None))
    cache_miss: str = ""


def usage_of(run: Run) -> UsageSummary:
    """Return what a finished run used."""
    message = mapping_of(run.message)
    usage = mapping_of(message.get("usage"))
    return UsageSummary(
        _figures(run, normalise_usage(usage), usage),
        cost_of(run),
        cache_miss(message),
    )


def cost_of(run: Run) -> CostBreakdown:
    """Return the list price of a run and its parts, as noted when it ended."""
    noted = mapping_of(run.cost)
    message = mapping_of(run.message)
    is_simulated = bool(noted.get("simulated"))
    usd = _decimal(noted.get("list_usd")) if is_simulated else run.cost_usd
    prices = mapping_of(noted.get("prices"))
    factor = _decimal(prices.get("factor")) or Decimal(1)
    usage = normalise_usage(message.get("usage"))
    parts = _parts(usage, prices)
    remarks = [SIMULATED] if is_simulated else []
    is_least = _is_so_far(run)
    if is_least:
        remarks.append(SO_FAR)
    if is_unbilled_refusal(message):
        remarks.append("A refusal before any output in this category is not billed.")
    adds_up = usd is not None and _sum(parts, factor) == usd.quantize(_CENT_FRACTION)
    if usd is not None and prices and not adds_up:
        remarks.append(NO_PARTS)
    return CostBreakdown(
        usd=usd,
        reason=text_of(noted, "reason") or ("" if usd is not None else "It was not noted."),
        is_estimate=bool(noted.get("estimate")),
        is_simulated=is_simulated,
        is_least=is_least,
        parts=tuple(parts) if adds_up else (),
        factor=factor,
        model=text_of(prices, "model"),
        source=text_of(prices, "source"),
        saved=_saved(parts, prices, factor) if adds_up else None,
        remarks=tuple(remarks),
    )


def _figures(run: Run, known: Usage, usage: Mapping[str, Any]) -> list[Figure]:
    """Return the figures in their order; what is not used or is the default is left out."""
    out = number(run.output_tokens)
    if run.output_tokens is not None and _is_so_far(run):
        out = f"at least {out}"
    figures = [Figure("In", number(run.input_tokens)), Figure("Out", out)]
    write_5m, write_1h = _writes(known)
    counts = [
        ("Thinking", run.thinking_tokens),
        ("Cache read", run.cache_read_tokens),
        ("Cache write 5 min", write_5m),
        ("Cache write 1 h", write_1h),
        ("Web searches", known.web_search_requests),
        ("Web fetches", known.web_fetch_requests),
    ]
    figures += [Figure(label, number(count)) for label, count in counts if count]
    for name, label in (("service_tier", "Tier"), ("inference_geo", "Region"), ("speed", "Speed")):
        value = text_of(usage, name)[:40]
        if value and value not in _DEFAULTS:
            figures.append(Figure(label, value))
    return figures


def _is_so_far(run: Run) -> bool:
    """Whether the counts are those of the beginning: the last ones come with the stop reason."""
    message = mapping_of(run.message)
    broke_off = run.state in (State.CANCELLED, State.INTERRUPTED)
    return broke_off and bool(message.get("usage")) and not message.get("stop_reason")


def _writes(known: Usage) -> tuple[int | None, int | None]:
    """Return the cache writes for 5 minutes and 1 hour; without a split all are of 5 minutes."""
    if known.cache_write_5m_tokens is None and known.cache_write_1h_tokens is None:
        return known.cache_write_tokens, None
    return known.cache_write_5m_tokens, known.cache_write_1h_tokens


def _parts(usage: Usage, prices: Mapping[str, Any]) -> list[CostPart]:
    write_5m, write_1h = _writes(usage)
    counts = {
        "input_tokens": usage.input_tokens,
        "cache_read_tokens": usage.cache_read_tokens,
        "cache_write_5m_tokens": write_5m,
        "cache_write_1h_tokens": write_1h,
        "output_tokens": usage.output_tokens,
    }
    parts = []
    for name, label, field_name in _PARTS:
        count, price = counts[field_name], _decimal(prices.get(name))
        if count and price is not None:
            parts.append(CostPart(label, count, price, count * price / MILLION))
    each = _decimal(prices.get("web_search"))
    if usage.web_search_requests and each is not None:
        searches = usage.web_search_requests
        parts.append(CostPart("Web search", searches, each, searches * each, is_each=True))
    return parts


def _sum(parts: list[CostPart], factor: Decimal) -> Decimal:
    tokens = sum((part.usd for part in parts if not part.is_each), Decimal(0))
    others = sum((part.usd for part in parts if part.is_each), Decimal(0))
    return (tokens * factor + others).quantize(_CENT_FRACTION)


def _saved(parts: list[CostPart], prices: Mapping[str, Any], factor: Decimal) -> Decimal | None:
    """Return what the cached part would have cost as plain input, less what it did cost."""
    plain = _decimal(prices.get("input"))
    cached = [part for part in parts if part.label.startswith("Cache ")]
    if plain is None or not cached:
        return None
    return sum((part.count * plain / MILLION - part.usd for part in cached), Decimal(0)) * factor


def _decimal(value: Any) -> Decimal | None:
    """Return a noted figure; None if it is none."""
    if value is None or isinstance(value, bool):
        return None
    try:
        figure = Decimal(str(value))
    except InvalidOperation:
        return None
    return figure if figure.is_finite() else None
