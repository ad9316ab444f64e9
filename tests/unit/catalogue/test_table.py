"""The table of models agrees with the published facts, and is complete in itself."""

from datetime import date
from decimal import Decimal

import pytest

from workbench.catalogue import DEFAULT_MODEL, EFFORT_LEVELS, THINKING_TYPES, all_models, get

# in, out, write 5m, write 1h, read: USD per million tokens
PRICES = {
    "claude-fable-5-2": "8 40 10 16 0.20",
    "claude-mythos-5-2": "8 40 10 16 0.20",
    "claude-sonnet-5-5": "2 10 2.50 4 0.10",
    "claude-opus-5-5": "4 20 5 8 0.20",
    "claude-fable-5-1": "10 50 12.50 20 0.25",
    "claude-mythos-5-1": "10 50 12.50 20 0.25",
    "claude-opus-5": "5 25 6.25 10 0.50",
    "claude-sonnet-5": "2 10 2.50 4 0.20",
    "claude-fable-5": "10 50 12.50 20 1.00",
    "claude-mythos-5": "10 50 12.50 20 1.00",
    "claude-opus-4-8": "5 25 6.25 10 0.50",
    "claude-opus-4-7": "5 25 6.25 10 0.50",
    "claude-opus-4-6": "5 25 6.25 10 0.50",
    "claude-sonnet-4-6": "3 15 3.75 6 0.30",
    "claude-opus-4-5": "5 25 6.25 10 0.50",
    "claude-haiku-4-5": "1 5 1.25 2 0.10",
    "claude-sonnet-4-5": "3 15 3.75 6 0.30",
    "claude-opus-4-1": "15 75 18.75 30 1.50",
    "claude-opus-4-20250514": "15 75 18.75 30 1.50",
    "claude-3-5-haiku-20241022": "0.80 4 1 1.60 0.08",
}
# thinking default, thinking types, forced tool choice, prefill, sampling, system turns, cache from
RULES = {
    "claude-fable-5-2": ("always", "adaptive", None, False, False, None, None),
    "claude-mythos-5-2": ("always", "adaptive", None, False, False, None, None),
    "claude-fable-5-1": ("always", "adaptive", False, False, False, True, None),
    "claude-mythos-5-1": ("always", "adaptive", False, False, False, True, None),
    "claude-opus-5-5": ("always", "adaptive", False, False, False, True, 512),
    "claude-sonnet-5-5": ("on", "adaptive between_tools", False, False, False, True, 512),
    "claude-haiku-5-5": ("on", "adaptive disabled", True, False, False, None, 512),
    "claude-fable-5": ("always", "adaptive", True, False, False, True, 512),
    "claude-mythos-5": ("always", "adaptive", True, False, False, True, 512),
    "claude-opus-5": ("on", "adaptive disabled", True, False, False, True, 512),
    "claude-sonnet-5": ("on", "adaptive disabled", True, False, False, False, 1024),
    "claude-opus-4-8": ("off", "adaptive disabled", True, False, False, True, 1024),
    "claude-opus-4-7": ("off", "adaptive disabled", True, False, False, False, 2048),
    "claude-opus-4-6": ("off", "adaptive disabled enabled", True, False, True, False, 4096),
    "claude-sonnet-4-6": ("off", "adaptive disabled enabled", True, False, True, False, 1024),
    "claude-opus-4-5": ("off", "disabled enabled", True, True, True, False, 4096),
    "claude-sonnet-4-5": ("off", "disabled enabled", True, True, True, False, 1024),
    "claude-haiku-4-5": ("off", "disabled enabled", True, True, True, False, 4096),
}
RETIRED_ON = {
    "claude-opus-4-1-20250805": date(2026, 8, 5),
    "claude-opus-4-20250514": date(2026, 6, 15),
    "claude-sonnet-4-20250514": date(2026, 6, 15),
    "claude-3-haiku-20240307": date(2026, 4, 20),
    "claude-3-7-sonnet-20250219": date(2026, 2, 19),
    "claude-3-5-haiku-20241022": date(2026, 2, 19),
    "claude-3-opus-20240229": date(2026, 1, 5),
    "claude-3-5-sonnet-20240620": date(2025, 10, 28),
    "claude-3-5-sonnet-20241022": date(2025, 10, 28),
    "claude-2.0": date(2025, 7, 21),
    "claude-2.1": date(2025, 7, 21),
    "claude-3-sonnet-20240229": date(2025, 7, 21),
    **{f"claude-1.{minor}": date(2024, 11, 6) for minor in range(4)},
    **{f"claude-instant-1.{minor}": date(2024, 11, 6) for minor in range(3)},
}
EFFORT = {
    "claude-opus-5-5": EFFORT_LEVELS,
    "claude-fable-5-2": None,
    "claude-opus-4-7": EFFORT_LEVELS,
    "claude-opus-4-6": ("low", "medium", "high", "max"),
    "claude-sonnet-4-6": ("low", "medium", "high", "max"),
    "claude-opus-4-5": ("low", "medium", "high"),
    "claude-mythos-preview": ("low", "medium", "high", "max"),
    "claude-sonnet-4-5": (),
    "claude-haiku-4-5": (),
}


@pytest.mark.parametrize("model_id", PRICES)
def test_the_prices_are_the_published_ones(model_id: str) -> None:
    (tier,) = get(model_id).prices
    prices = (
        tier.input,
        tier.output,
        tier.cache_write_5m,
        tier.cache_write_1h,
        tier.cache_read,
    )
    assert prices == tuple(Decimal(price) for price in PRICES[model_id].split())


@pytest.mark.parametrize("model_id", RULES)
def test_the_rules_are_the_published_ones(model_id: str) -> None:
    rules = get(model_id).rules
    assert (
        rules.thinking_default,
        " ".join(sorted(rules.thinking_types or ())),
        rules.forced_tool_choice,
        rules.prefill,
        rules.sampling,
        rules.system_turns,
        rules.minimum_cache_tokens,
    ) == RULES[model_id]


def test_exactly_the_published_models_are_retired() -> None:
    retired = {model.id: model.retires_on for model in all_models() if model.state == "retired"}
    assert retired == RETIRED_ON


@pytest.mark.parametrize("model_id", EFFORT)
def test_the_effort_levels_are_the_published_ones(model_id: str) -> None:
    assert get(model_id).rules.effort_levels == EFFORT[model_id]


def test_the_default_effort_is_medium_on_two_models_only() -> None:
    medium = {model.id for model in all_models() if model.rules.default_effort == "medium"}
    assert medium == {"claude-opus-5-5", "claude-haiku-5-5"}


def test_sonnet_4_5_is_deprecated_and_has_its_dates() -> None:
    model = get("claude-sonnet-4-5")
    assert (model.state, model.deprecated_on, model.retires_on) == (
        "deprecated",
        date(2026, 9, 30),
        date(2026, 11, 30),
    )


def test_every_id_and_alias_is_used_once() -> None:
    names = [name for model in all_models() for name in (model.id, *model.aliases)]
    assert len(names) == len(set(names))


def test_every_entry_names_its_source_with_a_date() -> None:
    assert [model.id for model in all_models() if "2026-" not in model.source] == []


def test_every_successor_is_a_current_model() -> None:
    successors = {model.successor for model in all_models() if model.successor}
    assert successors
    assert {get(successor).state for successor in successors} == {"active"}


def test_everything_but_the_newest_of_a_line_has_a_successor() -> None:
    alone = {model.id for model in all_models() if model.successor is None}
    assert alone == {
        "claude-fable-5-2",
        "claude-mythos-5-2",
        "claude-haiku-5-5",
        "claude-sonnet-5-5",
        "claude-opus-5-5",
    }


def test_the_picker_begins_with_current_models_and_ends_with_retired_ones() -> None:
    order = list(dict.fromkeys(model.state for model in all_models()))
    assert order == ["active", "legacy", "deprecated", "retired"]


def test_thinking_types_are_accepted_or_unconfirmed_but_not_both() -> None:
    for model in all_models():
        accepted = model.rules.thinking_types or frozenset()
        assert not accepted & model.rules.thinking_types_unconfirmed
        assert accepted <= set(THINKING_TYPES)


def test_the_default_model_is_current() -> None:
    assert get(DEFAULT_MODEL).state == "active"


def test_the_price_of_haiku_steps_at_a_hundred_thousand_tokens() -> None:
    small, large = get("claude-haiku-5-5").prices
    assert (small.up_to_prompt_tokens, large.up_to_prompt_tokens) == (100_000, None)
    assert (small.input, large.input, large.cache_write_5m) == (
        Decimal("0.10"),
        Decimal("0.50"),
        Decimal("0.625"),
    )
