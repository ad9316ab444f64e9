"""The most that a request can cost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from workbench import catalogue
from workbench.catalogue import Catalogue, Model, PriceTier, Rules, ceiling

KNOWN = Model(
    id="m",
    display_name="M",
    context_tokens=100_000,
    max_output_tokens=10_000,
    prices=(
        PriceTier(Decimal(1), Decimal(5), Decimal("1.25"), Decimal(2), Decimal("0.1"), 1_000),
        PriceTier(Decimal(2), Decimal(10), Decimal("2.5"), Decimal(4), Decimal("0.2")),
    ),
)
UNKNOWN = Model(id="n", display_name="N", context_tokens=100)
US = Model("u", "U", context_tokens=10, prices=KNOWN.prices, rules=Rules(inference_geo=True))
FOUND = Catalogue([KNOWN, UNKNOWN, US])
SEARCH = {"type": "web_search_20250305", "name": "web_search"}
FETCH = {"type": "web_fetch_20250910", "name": "web_fetch"}


def usd(tokens: int | None = 0, **body: Any) -> Decimal | None:
    return ceiling({"model": "m", "max_tokens": 0, **body}, tokens, FOUND).usd


def million(amount: str | int) -> Decimal:
    return Decimal(amount) / 1_000_000


def test_it_is_the_input_and_a_whole_answer_at_the_dearest_tier() -> None:
    assert usd(1_000, max_tokens=100) == million(1_000 * 2 + 100 * 10)


def test_an_answer_is_no_longer_than_the_model_allows() -> None:
    assert usd(max_tokens=10**9) == million(10_000 * 10)


def test_input_is_no_larger_than_the_context() -> None:
    assert usd(10**9) == usd(None) == million(100_000 * 2)


@pytest.mark.parametrize(("ttl", "price"), [("5m", "2.5"), ("1h", "4")])
def test_a_cache_mark_makes_all_input_as_dear_as_a_write(ttl: str, price: str) -> None:
    assert usd(1_000, cache_control={"type": "ephemeral", "ttl": ttl}) == 1_000 * million(price)


def test_each_round_of_a_search_reads_all_once_more_and_each_search_costs() -> None:
    tools = [SEARCH | {"max_uses": 2}]
    input_tokens = 10 + (10 + 25_000) + (10 + 50_000)
    assert usd(10, tools=tools) == million(input_tokens * 2) + Decimal("0.02")


def test_without_a_number_of_uses_there_are_ten() -> None:
    assert usd(10, tools=[SEARCH]) == usd(10, tools=[SEARCH | {"max_uses": 10}])


def test_a_fetched_page_is_as_large_as_it_may_be() -> None:
    small = FETCH | {"max_uses": 1, "max_content_tokens": 30_000}
    assert usd(10, tools=[small]) == million((10 + 10 + 30_000) * 2)
    assert usd(10, tools=[FETCH | {"max_uses": 1}]) == million((10 + 100_000) * 2)


def test_tools_of_the_caller_add_no_rounds() -> None:
    own = [{"name": "f", "input_schema": {}}, {"type": "bash_20250124", "name": "bash"}]
    assert usd(10, tools=own) == usd(10)


def test_models_that_may_take_over_count_too() -> None:
    assert usd(10, fallbacks=[{"model": "m"}]) == 2 * million(20)
    assert usd(10, fallbacks=[{"model": "n"}]) is None


def test_a_workspace_may_be_in_the_us_unless_the_request_says_global() -> None:
    body = {"model": "u", "max_tokens": 0}
    assert ceiling(body, 10, FOUND).usd == million(20) * Decimal("1.1")
    assert ceiling(body | {"inference_geo": "global"}, 10, FOUND).usd == million(20)


@pytest.mark.parametrize(
    ("body", "tokens", "words"),
    [
        ({"model": "n", "max_tokens": 1}, 1, "The price of N is not known."),
        ({"model": "nobody", "max_tokens": 1}, 1, "The price of nobody is not known."),
        ({"model": "m", "max_tokens": 1, "speed": "fast"}, 1, "The price of M is not known."),
        ({"model": "u"}, 1, "sets no bound for the answer"),
        ({}, 1, "is not known"),
    ],
)
def test_what_cannot_be_known_is_said(body: dict[str, Any], tokens: int, words: str) -> None:
    found = ceiling(body, tokens, FOUND)
    assert found.usd is None
    assert words in found.reason


@pytest.mark.parametrize("value", [None, 3, "x", [], [1], {"a": 1}, [{"type": 1}], [{"model": []}]])
@pytest.mark.parametrize("name", ["model", "tools", "max_tokens", "fallbacks", "speed", "messages"])
def test_odd_requests_do_not_break_it(name: str, value: Any) -> None:
    usd(10, **{name: value})


@pytest.mark.parametrize("model", [m for m in catalogue.all_models() if m.state == "active"])
@pytest.mark.parametrize("ttl", ["5m", "1h"])
def test_it_is_never_below_what_a_usage_of_the_request_costs(model: Model, ttl: str) -> None:
    mark = {"type": "ephemeral", "ttl": ttl}
    most = ceiling({"model": model.id, "max_tokens": 1_000, "cache_control": mark}, 5_000).usd
    written = {
        "input_tokens": 0,
        "cache_creation_input_tokens": 5_000,
        "cache_creation": {f"ephemeral_{ttl}_input_tokens": 5_000},
    }
    for usage in ({"input_tokens": 5_000}, written):
        spent = catalogue.cost(model.id, {"output_tokens": 1_000, **usage}).usd
        assert most is None or (spent is not None and spent <= most)
