"""The meters of the rate limits, from headers that may say anything."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from workbench.runs.rate_limits import RateLimit, rate_limits

RESET = "2026-11-20T14:02:00Z"


def headers(limit: str = "2000000", left: str = "1999000", reset: str = RESET, **more: str):
    name = "anthropic-ratelimit-input-tokens"
    pairs = {f"{name}-limit": limit, f"{name}-remaining": left, f"{name}-reset": reset}
    return [["x-other", "1"], *([key, value] for key, value in (pairs | more).items())]


def test_a_limit_has_its_figures_and_the_moment_it_is_full_again():
    moment = datetime(2026, 11, 20, 14, 2, tzinfo=UTC)
    assert rate_limits(headers()) == [RateLimit("Input tokens", 1_999_000, 2_000_000, moment)]


@pytest.mark.parametrize(
    ("prefix", "label"),
    [
        ("ratelimit-requests", "Requests"),
        ("ratelimit-output-tokens", "Output tokens"),
        ("ratelimit-tokens", "Tokens, the tightest limit"),
        ("priority-input-tokens", "Input tokens of the Priority Tier"),
        ("priority-output-tokens", "Output tokens of the Priority Tier"),
        ("fast-input-tokens", "Input tokens of the fast mode"),
        ("fast-output-tokens", "Output tokens of the fast mode"),
    ],
)
def test_every_documented_limit_has_its_name(prefix, label):
    pairs = [[f"Anthropic-{prefix}-Limit", "10"], [f"anthropic-{prefix}-remaining", "3"]]
    assert rate_limits(pairs) == [RateLimit(label, 3, 10, None)]


@pytest.mark.parametrize(
    "pairs",
    [
        None,
        [],
        "x",
        [["anthropic-ratelimit-requests-limit"], [5, 6], None],
        headers(limit="0"),
        headers(limit="-5"),
        headers(left="many"),
        headers(left="1e9"),
        headers(limit="9" * 30),
    ],
)
def test_headers_that_are_absent_or_odd_show_nothing(pairs):
    assert rate_limits(pairs) == []


@pytest.mark.parametrize("reset", ["", "soon", "2026-02-30T10:00:00Z", "2026-11-20T14:02:00"])
def test_an_odd_moment_is_left_out(reset):
    assert rate_limits(headers(reset=reset))[0].reset is None


def test_more_left_than_there_is_counts_as_full():
    assert rate_limits(headers(limit="10", left="11"))[0].left == 10
