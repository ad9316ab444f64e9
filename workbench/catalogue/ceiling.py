"""The most that a request can cost, so that as much can be held back before it is sent.

Sources: platform.claude.com, pricing, prompt-caching, the server tools and their loop of at most
ten rounds, and how large fetched pages are (read 2026-10-10 and 2026-11). No source bounds what a
search returns, so that is a number far above what is seen.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from workbench.catalogue.checks.subject import is_whole, items, mapping
from workbench.catalogue.forecast import cache_lifetimes
from workbench.catalogue.lookup import Catalogue, current
from workbench.catalogue.model import Model, PriceTier
from workbench.catalogue.pricing import MILLION, US_FACTOR, WEB_SEARCH_USD

MOST_ROUNDS = 10
"""Rounds of server tools in one request, and uses of a tool without `max_uses`."""
RESULT_TOKENS = 25_000
PAGE_TOKENS = 125_000
"""What a fetched page without `max_content_tokens` has: a research paper, by the documentation."""
RUN_HERE = ("custom", "bash_", "text_editor_", "computer_", "memory_")
"""Types of tools that the caller executes: their results come with the next request."""


@dataclass(frozen=True, slots=True)
class Ceiling:
    """An upper bound of a price in USD, or None with the reason as a sentence."""

    usd: Decimal | None
    reason: str = ""


def ceiling(
    body: Mapping[str, Any], input_tokens: int | None, catalogue: Catalogue | None = None
) -> Ceiling:
    """Return the most that a request can cost whose input has `input_tokens` at most.

    Without `input_tokens` the whole context of the model is assumed. Each model that may take over
    (`fallbacks`) is counted as if all of them answered. Never raises.
    """
    found = catalogue or current()
    others = [mapping(entry).get("model") for entry in items(body.get("fallbacks"))]
    total = Decimal(0)
    for model_id in (body.get("model"), *others):
        one = _of_model(body, found.get(str(model_id or "")), input_tokens)
        if one.usd is None:
            return one
        total += one.usd
    return Ceiling(total)


def _of_model(body: Mapping[str, Any], model: Model, input_tokens: int | None) -> Ceiling:
    tiers = (model.fast_prices,) if body.get("speed") == "fast" else model.prices
    input_price = _dearest(tiers, _ways_to_bill(body))
    output_price = _dearest(tiers, ("output",))
    if input_price is None or output_price is None:
        return Ceiling(None, f"The price of {model.display_name} is not known.")
    output = _output_tokens(body, model)
    if output is None:
        return Ceiling(None, "The request sets no bound for the answer (max_tokens).")
    taken = _input_tokens(body, model, input_tokens, output)
    if taken is None:
        return Ceiling(None, f"How much {model.display_name} takes in is not known.")
    # A workspace may have its inference in the US without the request saying so.
    is_us = model.rules.inference_geo and body.get("inference_geo") != "global"
    factor = US_FACTOR if is_us else Decimal(1)
    usd = (taken * input_price + output * output_price) / MILLION * factor
    return Ceiling(usd + _searches(body) * WEB_SEARCH_USD)


def _dearest(tiers: tuple[PriceTier | None, ...], names: tuple[str, ...]) -> Decimal | None:
    """The highest of these prices in any tier; None when one of them is not known."""
    prices = [getattr(tier, name, None) for tier in tiers for name in names]
    known = [price for price in prices if price is not None]
    return max(known) if known and len(known) == len(prices) else None


def _ways_to_bill(body: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the prices at which input may be billed: a cache write is the dearest."""
    lifetimes = {"1h" if each == "1h" else "5m" for each in cache_lifetimes(body)}
    return ("input", *(f"cache_write_{each}" for each in sorted(lifetimes)))


def _output_tokens(body: Mapping[str, Any], model: Model) -> int | None:
    asked, most = body.get("max_tokens"), model.max_output_tokens
    if not isinstance(asked, int) or not is_whole(asked) or asked < 0:
        return most
    return asked if most is None else min(asked, most)


def _input_tokens(
    body: Mapping[str, Any], model: Model, input_tokens: int | None, output: int
) -> int | None:
    """The input of all rounds: each round of server tools reads everything before it once more."""
    context = model.context_tokens
    first = context if input_tokens is None else input_tokens
    if first is None:
        return None
    total = 0
    for number in range(1 + _rounds(body)):
        # Results, and what was written between them, come on top of the input of the first round.
        more = number * _result_tokens(body) + (output if number else 0)
        total += first + more if context is None else min(first + more, context)
    return total


def _rounds(body: Mapping[str, Any]) -> int:
    """How often the API may go on by itself: after server tools, and after a compaction."""
    uses = sum(_uses(tool) for tool in server_tools(body))
    if body.get("mcp_servers"):
        uses += MOST_ROUNDS
    return min(uses, MOST_ROUNDS) + bool(body.get("context_management"))


def server_tools(body: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the tools of a request that the API executes itself."""
    for entry in items(body.get("tools")):
        tool = mapping(entry)
        kind = tool.get("type")
        if isinstance(kind, str) and not kind.startswith(RUN_HERE):
            yield tool


def _uses(tool: Mapping[str, Any]) -> int:
    most = tool.get("max_uses")
    return most if isinstance(most, int) and is_whole(most) and most >= 0 else MOST_ROUNDS


def _result_tokens(body: Mapping[str, Any]) -> int:
    return max([RESULT_TOKENS, *(_page(tool) for tool in server_tools(body))])


def _page(tool: Mapping[str, Any]) -> int:
    if not str(tool.get("type")).startswith("web_fetch"):
        return 0
    most = tool.get("max_content_tokens")
    return most if isinstance(most, int) and is_whole(most) and most >= 0 else PAGE_TOKENS


def _searches(body: Mapping[str, Any]) -> int:
    found = [tool for tool in server_tools(body) if str(tool["type"]).startswith("web_search")]
    return sum(_uses(tool) for tool in found)
