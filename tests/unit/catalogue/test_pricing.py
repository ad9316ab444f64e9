"""What an answer costs, and when that cannot be known."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.catalogue import Cost, cost

MILLION = 1_000_000


def priced(model_id: str, **usage: Any) -> Cost:
    return cost(model_id, {"input_tokens": 0, "output_tokens": 0} | usage)


def test_the_published_worked_example_comes_out() -> None:
    result = priced(
        "claude-opus-5", input_tokens=10_000, cache_read_input_tokens=40_000, output_tokens=15_000
    )
    assert result.usd == Decimal("0.445")
    assert not result.estimate


def test_each_kind_of_token_has_its_own_price() -> None:
    result = priced(
        "claude-sonnet-5-5",
        input_tokens=MILLION,
        output_tokens=MILLION,
        cache_creation_input_tokens=2 * MILLION,
        cache_creation={
            "ephemeral_5m_input_tokens": MILLION,
            "ephemeral_1h_input_tokens": MILLION,
        },
        cache_read_input_tokens=MILLION,
        output_tokens_details={"thinking_tokens": 500},
    )
    assert result.usd == Decimal("18.60")
    assert not result.estimate


def test_without_a_split_cache_writes_count_as_five_minutes() -> None:
    result = priced("claude-opus-5-5", cache_creation_input_tokens=MILLION, cache_creation=None)
    assert result.usd == Decimal(5)


def test_a_split_that_does_not_add_up_makes_an_estimate() -> None:
    split = {"ephemeral_5m_input_tokens": 1, "ephemeral_1h_input_tokens": 0}
    result = priced("claude-opus-5-5", cache_creation_input_tokens=9, cache_creation=split)
    assert result.estimate


@pytest.mark.parametrize(
    ("prompt", "usd"), [(100_000, Decimal("0.01")), (100_001, Decimal("0.0500005"))]
)
def test_haiku_is_priced_by_the_size_of_the_prompt_as_an_estimate(
    prompt: int, usd: Decimal
) -> None:
    result = priced("claude-haiku-5-5", input_tokens=prompt)
    assert (result.usd, result.estimate) == (usd, True)


def test_cached_tokens_count_into_the_size_of_the_prompt() -> None:
    result = priced("claude-haiku-5-5", input_tokens=1, cache_read_input_tokens=MILLION)
    assert result.usd == Decimal("0.0500005")


@pytest.mark.parametrize(
    ("modifiers", "usd"),
    [
        ({"service_tier": "batch"}, "2.5"),
        ({"inference_geo": "us"}, "5.5"),
        ({"service_tier": "batch", "inference_geo": "us"}, "2.75"),
        ({"speed": "fast"}, "10"),
        ({"speed": "standard", "inference_geo": "global", "service_tier": "standard"}, "5"),
        ({"server_tool_use": {"web_search_requests": 3}}, "5.03"),
        ({"service_tier": "batch", "server_tool_use": {"web_search_requests": 1}}, "2.51"),
    ],
)
def test_modifiers_change_the_price(modifiers: dict[str, Any], usd: str) -> None:
    assert priced("claude-opus-5", input_tokens=MILLION, **modifiers).usd == Decimal(usd)


def test_fast_mode_keeps_the_cache_multipliers() -> None:
    result = priced("claude-opus-4-8", cache_read_input_tokens=MILLION, speed="fast")
    assert result.usd == Decimal(1)


def test_iterations_are_summed_each_at_the_price_of_its_model() -> None:
    tokens = {"input_tokens": MILLION, "output_tokens": 0}
    result = priced(
        "claude-fable-5-1",
        input_tokens=MILLION,
        iterations=[
            tokens | {"type": "message"},
            tokens | {"type": "fallback_message", "model": "claude-opus-5"},
        ],
    )
    assert result.usd == Decimal(15)


def test_historic_prices_are_kept_for_old_runs() -> None:
    assert priced("claude-opus-4-1", output_tokens=MILLION).usd == Decimal(75)


@pytest.mark.parametrize(
    ("model_id", "usage", "reason"),
    [
        ("other", {}, "price of other is not known"),
        ("claude-mythos-preview", {}, "is not known"),
        ("claude-2.1", {}, "is not known"),
        ("claude-opus-5-5", {"speed": "fast"}, "fast mode price of Claude Opus 5.5"),
        ("claude-opus-5", {"speed": "warp"}, 'speed "warp"'),
        ("claude-opus-5", {"service_tier": "gold"}, 'service_tier "gold"'),
        ("claude-opus-5", {"inference_geo": "eu"}, 'inference_geo "eu"'),
        ("claude-opus-5", {"inference_geo": ["us"]}, "not a text"),
        ("claude-opus-4-5", {"inference_geo": "us"}, "in the US"),
        ("claude-sonnet-4-20250514", {"cache_read_input_tokens": 1}, "cache read price"),
        ("claude-opus-5", {"output_tokens": None}, "no output_tokens"),
        ("claude-opus-5", {"input_tokens": -1}, "not a usable number"),
        ("claude-opus-5", {"input_tokens": True}, "not a usable number"),
        ("claude-opus-5", {"input_tokens": 2**41}, "not a usable number"),
        ("claude-opus-5", {"cache_creation": 4}, "unknown form"),
        ("claude-opus-5", {"server_tool_use": 4}, "unknown form"),
        ("claude-opus-5", {"iterations": 4}, "unknown form"),
        ("claude-opus-5", {"iterations": [4]}, "unknown form"),
        ("claude-opus-5", {"iterations": [{"type": "advisor_message"}]}, "which model"),
    ],
)
def test_what_cannot_be_known_has_a_reason_and_no_number(
    model_id: str, usage: dict[str, Any], reason: str
) -> None:
    result = priced(model_id, **usage)
    assert result.usd is None
    assert reason in result.reason


@pytest.mark.parametrize("usage", [None, {}, []])
def test_no_usage_has_no_cost(usage: Any) -> None:
    assert cost("claude-opus-5", usage).reason == "The answer carried no usage numbers."


def test_the_price_snapshot_can_be_stored_as_text() -> None:
    prices = priced("claude-opus-5-5", input_tokens=5, service_tier="batch").prices
    assert prices["cache_read"] == "0.20"
    assert prices["factor"] == "0.5"
    assert all(isinstance(value, str) for value in prices.values())


NAMES = st.sampled_from(
    [
        "input_tokens",
        "output_tokens",
        "cache_creation",
        "cache_creation_input_tokens",
        "service_tier",
        "inference_geo",
        "speed",
        "server_tool_use",
        "iterations",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=8,
)


@given(st.dictionaries(NAMES, JSON) | JSON)
def test_any_usage_gives_a_number_or_a_reason(usage: Any) -> None:
    result = cost("claude-haiku-5-5", usage)
    assert (result.usd is None) == bool(result.reason)
