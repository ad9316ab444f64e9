"""The figures under an answer, against sums worked out by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from workbench import catalogue
from workbench.runs.models import Run
from workbench.runs.usage import NO_PARTS, SIMULATED, SO_FAR, CostPart, cost_of, usage_of

USAGE: dict[str, Any] = {
    "input_tokens": 1_200,
    "output_tokens": 3_400,
    "cache_read_input_tokens": 40_000,
    "cache_creation_input_tokens": 5_000,
    "cache_creation": {"ephemeral_5m_input_tokens": 2_000, "ephemeral_1h_input_tokens": 3_000},
    "output_tokens_details": {"thinking_tokens": 900},
    "server_tool_use": {"web_search_requests": 2, "web_fetch_requests": 1},
    "service_tier": "standard",
    "inference_geo": "us",
    "speed": None,
}
PRICES = {
    "input": "4",
    "output": "20",
    "cache_read": "0.20",
    "cache_write_5m": "5",
    "cache_write_1h": "8",
    "model": "claude-opus-5-5",
    "unit": "USD per million tokens",
    "factor": "1.1",
    "source": "docs",
    "web_search": "0.01",
}
# 1,200 × 4 + 40,000 × 0.20 + 2,000 × 5 + 3,000 × 8 + 3,400 × 20 = 114,800 millionths of a dollar;
# times 1.1 for the region: 0.12628; and two searches of one cent.
TOGETHER = Decimal("0.14628")


def finished(usage: Any = USAGE, message: Any = None, **fields: Any) -> Run:
    fields = {
        "cost_usd": TOGETHER,
        "cost": {"reason": "", "estimate": False, "prices": PRICES},
        "input_tokens": 1_200,
        "output_tokens": 3_400,
    } | fields
    return Run(state="succeeded", message={"usage": usage} | (message or {}), **fields)


def shown(run: Run) -> dict[str, str]:
    return {figure.label: figure.text for figure in usage_of(run).figures}


def test_every_figure_that_is_used_is_shown():
    run = finished(thinking_tokens=900, cache_read_tokens=40_000, cache_write_tokens=5_000)
    assert shown(run) == {
        "In": "1,200",
        "Out": "3,400",
        "Thinking": "900",
        "Cache read": "40,000",
        "Cache write 5 min": "2,000",
        "Cache write 1 h": "3,000",
        "Web searches": "2",
        "Web fetches": "1",
        "Region": "us",
    }


def test_what_is_the_default_is_left_out():
    usage = {"service_tier": "standard", "inference_geo": "global", "speed": "standard"}
    assert shown(finished(usage)) == {"In": "1,200", "Out": "3,400"}
    other = {"service_tier": "batch", "inference_geo": "not_available", "speed": "fast"}
    assert shown(finished(other)) == {
        "In": "1,200",
        "Out": "3,400",
        "Tier": "batch",
        "Speed": "fast",
    }


def test_a_cache_write_without_its_split_is_of_five_minutes():
    figures = shown(finished({"cache_creation_input_tokens": 7}))
    assert figures["Cache write 5 min"] == "7"


def test_a_missing_figure_is_no_zero():
    assert shown(finished({}, input_tokens=None))["In"] == "–"


def test_the_breakdown_adds_up_to_the_cost():
    cost = cost_of(finished())
    assert cost.parts == (
        CostPart("Input", 1_200, Decimal(4), Decimal("0.0048")),
        CostPart("Cache read", 40_000, Decimal("0.20"), Decimal("0.008")),
        CostPart("Cache write, 5 minutes", 2_000, Decimal(5), Decimal("0.01")),
        CostPart("Cache write, 1 hour", 3_000, Decimal(8), Decimal("0.024")),
        CostPart("Output", 3_400, Decimal(20), Decimal("0.068")),
        CostPart("Web search", 2, Decimal("0.01"), Decimal("0.02"), is_each=True),
    )
    assert cost.usd == TOGETHER
    assert cost.factor == Decimal("1.1")
    assert cost.remarks == ()


def test_the_catalogue_notes_what_the_breakdown_needs():
    noted = catalogue.cost("claude-opus-5-5", USAGE)
    run = finished(cost_usd=noted.usd, cost={"prices": noted.prices})
    assert cost_of(run).parts
    assert cost_of(run).usd == TOGETHER


def test_what_caching_saved_is_counted_against_plain_input():
    # Cached tokens as plain input: 45,000 × 4 = 0.18; they cost 0.008 + 0.01 + 0.024 = 0.042.
    assert cost_of(finished()).saved == Decimal("0.138") * Decimal("1.1")
    assert cost_of(finished()).extra is None


def test_a_first_write_costs_extra():
    usage = {"input_tokens": 0, "output_tokens": 0, "cache_creation_input_tokens": 1_000_000}
    prices = PRICES | {"factor": "1"}
    cost = cost_of(finished(usage, cost_usd=Decimal(5), cost={"prices": prices}))
    assert cost.extra == Decimal(1)


def test_without_caching_nothing_is_said_of_it():
    usage = {"input_tokens": 1_000_000, "output_tokens": 0}
    prices = PRICES | {"factor": "1"}
    assert cost_of(finished(usage, cost_usd=Decimal(4), cost={"prices": prices})).saved is None


def test_parts_that_do_not_add_up_are_not_shown():
    cost = cost_of(finished(cost_usd=Decimal("0.5")))
    assert cost.parts == ()
    assert cost.saved is None
    assert cost.remarks == (NO_PARTS,)


def test_an_unknown_cost_has_its_reason():
    cost = cost_of(finished(cost_usd=None, cost={"reason": "No usage numbers.", "prices": {}}))
    assert cost.usd is None
    assert cost.reason == "No usage numbers."
    assert cost.parts == ()


def test_a_simulated_run_shows_its_list_price():
    noted = {"simulated": True, "list_usd": str(TOGETHER), "prices": PRICES}
    cost = cost_of(finished(cost_usd=Decimal(0), cost=noted))
    assert cost.is_simulated
    assert cost.usd == TOGETHER
    assert cost.remarks == (SIMULATED,)


def test_a_refusal_that_is_not_billed_says_so():
    refused = {"stop_reason": "refusal", "stop_details": {"category": "cyber"}, "content": []}
    assert "not billed" in cost_of(finished(message=refused)).remarks[0]
    billed = refused | {"stop_details": {"category": "bio"}}
    assert cost_of(finished(message=billed)).remarks == ()


@pytest.mark.parametrize(
    ("diagnostics", "words"),
    [
        (None, ""),
        ({}, ""),
        ({"cache_miss_reason": None}, "still being found out"),
        (
            {"cache_miss_reason": {"type": "tools_changed", "cache_missed_input_tokens": 1_234}},
            "The cache was missed for 1,234 tokens: the tools are not the same as before.",
        ),
        ({"cache_miss_reason": {"type": "unavailable"}}, "the reason is not available"),
        ({"cache_miss_reason": {"type": "moon_phase"}}, "The cache was missed: moon_phase."),
        ({"cache_miss_reason": {"type": []}}, ""),
        ({"cache_miss_reason": "x"}, ""),
    ],
)
def test_why_the_cache_was_missed_is_in_words(diagnostics, words):
    said = usage_of(finished(message={"diagnostics": diagnostics})).cache_miss
    assert words in said
    assert bool(words) == bool(said)


@pytest.mark.parametrize("usage", [None, [], "x", {"input_tokens": -1, "cache_creation": [1]}])
@pytest.mark.parametrize("noted", [{}, {"prices": None}, {"prices": {"input": "x"}}, None])
def test_odd_records_are_no_error(usage, noted):
    summary = usage_of(finished(usage, cost=noted, cost_usd=None))
    assert summary.cost.usd is None
    assert summary.cost.reason


@pytest.mark.parametrize("state", ["cancelled", "interrupted"])
def test_an_answer_that_broke_off_has_used_at_least_what_was_reported(state):
    run = finished({"output_tokens": 1}, output_tokens=1)
    run.state = state
    assert shown(run)["Out"] == "at least 1"
    assert cost_of(run).is_least
    assert SO_FAR in cost_of(run).remarks


@pytest.mark.parametrize(
    ("state", "message"),
    [("succeeded", {}), ("interrupted", {"stop_reason": "end_turn"}), ("failed", {})],
)
def test_an_answer_whose_last_figures_came_has_used_just_that(state, message):
    run = finished({"output_tokens": 9}, message, output_tokens=9)
    run.state = state
    assert shown(run)["Out"] == "9"
    assert not cost_of(run).is_least


def test_an_answer_without_figures_has_not_used_at_least_nothing():
    run = finished({"output_tokens": None}, output_tokens=None)
    run.state = "cancelled"
    assert shown(run)["Out"] == "–"
