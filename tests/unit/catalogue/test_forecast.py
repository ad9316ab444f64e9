"""What a request may cost before it is sent, and whether it fits."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from workbench.catalogue import forecast

MODEL = "claude-opus-5-5"  # input 4, output 20, write 5 and 8, read 0.20 USD per million tokens


def body(**changes: Any) -> dict[str, Any]:
    return {"model": MODEL, "max_tokens": 1000, "messages": [], **changes}


def test_the_price_goes_from_no_answer_to_max_tokens() -> None:
    found = forecast(body(), 50_000)
    assert (found.low, found.high) == (Decimal("0.2"), Decimal("0.22"))
    assert found.warning == ""
    assert found.context_share == pytest.approx(0.05)


@pytest.mark.parametrize("max_tokens", [None, -1, "abc", True])
def test_without_a_bound_only_the_lower_price_is_known(max_tokens: object) -> None:
    found = forecast(body(max_tokens=max_tokens), 50_000)
    assert (found.low, found.high) == (Decimal("0.2"), None)


RESULT = {
    "type": "tool_result",
    "content": [{"type": "text", "text": "x", "cache_control": {"ttl": "1h"}}],
}


@pytest.mark.parametrize(
    ("marked", "written"),
    [
        ({"cache_control": {"type": "ephemeral"}}, Decimal("0.27")),
        ({"cache_control": {"type": "ephemeral", "ttl": "1h"}}, Decimal("0.42")),
        (
            {"system": [{"type": "text", "text": "x", "cache_control": {"ttl": "5m"}}]},
            Decimal("0.27"),
        ),
        ({"messages": [{"role": "user", "content": [RESULT]}]}, Decimal("0.42")),
    ],
)
def test_with_caching_the_input_is_read_at_best_and_written_at_worst(
    marked: dict[str, Any], written: Decimal
) -> None:
    found = forecast(body(**marked), 50_000)
    assert (found.low, found.high) == (Decimal("0.01"), written)


def test_only_what_stands_before_the_last_mark_is_read_from_the_cache() -> None:
    marked = {"type": "text", "text": "x" * 3_000, "cache_control": {"type": "ephemeral"}}
    rest = [{"role": "user", "content": "y " * 500}]
    found = forecast(body(system=[marked], messages=rest, max_tokens=0), 40_000)
    assert found.low is not None
    assert found.high is not None
    assert Decimal("0.045") < found.low < Decimal("0.05")
    assert Decimal("0.185") < found.high < Decimal("0.195")


def test_a_prefix_below_the_minimum_is_not_cached() -> None:
    found = forecast(body(cache_control={"type": "ephemeral"}, max_tokens=0), 500)
    assert found.low == found.high == Decimal("0.002")


def test_region_and_speed_count() -> None:
    assert forecast(body(inference_geo="us", max_tokens=0), 50_000).low == Decimal("0.22")
    fast = forecast(body(speed="fast", model="claude-opus-5"), 1_000_000)
    assert fast.low == Decimal(10)


def test_an_unknown_price_is_said_and_not_guessed() -> None:
    found = forecast(body(model="my-own-model"), 10)
    assert found.low is None
    assert "not known" in found.reason
    assert found.context_share is None


def test_what_does_not_fit_the_context_is_warned_of() -> None:
    small = body(model="claude-haiku-4-5", max_tokens=64_000)
    assert "does not fit" in forecast(small, 200_000).warning
    assert "leaves 50,000 tokens" in forecast(small, 150_000).warning
    assert forecast(small, 136_000).warning == ""


@pytest.mark.parametrize("odd", [None, True, "five", 1.5, -3, [], 10**30])
def test_odd_limits_and_lists_are_no_error(odd: Any) -> None:
    assert forecast(body(max_tokens=odd, tools=odd, system=odd, messages=odd), 5).low is not None
