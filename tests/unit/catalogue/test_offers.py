"""What is offered for a model and API version is what is not refused there."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.catalogue import API_VERSIONS, Catalogue, Offer, all_models, offers

from .examples import NEW, OLD, body, found, tool

MODELS = [model.id for model in all_models() if model.state != "retired"]
CLOSED: dict[str, list[Any]] = {
    "thinking.type": ["adaptive", "enabled", "disabled", "between_tools"],
    "output_config.effort": ["low", "medium", "high", "xhigh", "max"],
    "tool_choice.type": ["auto", "any", "tool", "none"],
    "inference_geo": ["global", "us"],
    "speed": ["standard", "fast"],
    "service_tier": ["auto", "standard_only"],
}
SITUATIONS: list[dict[str, Any]] = [
    {},
    {"output_config": {"effort": "max"}},
    {"output_config": {"effort": "high"}},
    {"thinking": {"type": "disabled"}},
    {"thinking": {"type": "between_tools"}},
    {"thinking": {"type": "enabled", "budget_tokens": 2000}},
    {"tool_choice": {"type": "any"}},
]


def _set(path: str, value: str, given: dict[str, Any]) -> dict[str, Any]:
    top, _, key = path.partition(".")
    extra: dict[str, Any] = {}
    if value == "enabled":
        extra = {"budget_tokens": 2000}
    if path == "tool_choice.type" and value == "tool":
        extra = {"name": "clock"}
    return given | {top: {key: value} | extra if key else value}


def _given(model: str, situation: dict[str, Any]) -> dict[str, Any]:
    return {"model": model, "max_tokens": 4096, "tools": [tool("clock")]} | situation


CASES = [
    (model, version, situation)
    for model in (*MODELS, "somebody-elses-model")
    for version in API_VERSIONS
    for situation in SITUATIONS
    if not found(version, **_given(model, situation))
]


@pytest.mark.parametrize(("model", "version", "situation"), CASES)
def test_exactly_the_accepted_values_are_offered(
    model: str, version: str, situation: dict[str, Any]
) -> None:
    given = _given(model, situation)
    found_offers = offers(model, version, body(**given))
    for path, values in CLOSED.items():
        accepted = [value for value in values if not found(version, **_set(path, value, given))]
        offer = found_offers[path]
        assert sorted(offer.values) == sorted(accepted), path
        assert offer.is_offered == bool(accepted), path
        assert bool(offer.reason) or len(accepted) == len(values) or path == "thinking.type", path


@pytest.mark.parametrize("version", API_VERSIONS)
@pytest.mark.parametrize("model", [*MODELS, "somebody-elses-model"])
def test_sampling_is_offered_exactly_where_any_value_goes(model: str, version: str) -> None:
    found_offers = offers(model, version)
    for name, value in (("temperature", 0.3), ("top_p", 0.5), ("top_k", 4)):
        problems = found(version, model=model, **{name: value})
        offer = found_offers[name]
        assert offer.is_offered == (not problems), name
        assert bool(offer.reason) == bool(problems), name


def test_prefill_and_system_turns_are_offered_where_they_are_taken() -> None:
    assert not offers("claude-opus-5-5", NEW)["prefill"].is_offered
    assert offers("claude-haiku-4-5", NEW)["prefill"].is_offered
    thinks = body(thinking={"type": "enabled", "budget_tokens": 1024})
    assert not offers("claude-haiku-4-5", NEW, thinks)["prefill"].is_offered
    assert offers("claude-opus-5-5", NEW)["system_turns"].is_offered
    assert not offers("claude-sonnet-5", NEW)["system_turns"].is_offered


def test_every_offer_says_what_happens_without_it_and_every_refusal_why() -> None:
    for model in (*MODELS, "somebody-elses-model"):
        for version in API_VERSIONS:
            for name, offer in offers(model, version).items():
                assert offer.default, name
                assert offer.is_offered or (offer.reason.endswith(".") and not offer.values), name


def test_nothing_is_withheld_for_a_model_that_nobody_knows() -> None:
    refused = [name for name, offer in offers("mine", OLD).items() if not offer.is_offered]
    assert refused == []
    assert {offer.reason for offer in offers("mine", OLD).values()} == {""}


def test_the_default_is_said_in_words() -> None:
    opus, sonnet = offers("claude-opus-5-5", NEW), offers("claude-opus-4-6", NEW)
    assert opus["thinking.type"] == Offer(
        ("adaptive",),
        reason="Claude Opus 5.5 always thinks; thinking cannot be switched off.",
        default="always on",
    )
    assert opus["output_config.effort"].default == "medium"
    assert (sonnet["thinking.type"].default, sonnet["thinking.display"].default) == (
        "off",
        "summarized",
    )


@pytest.mark.parametrize(
    ("model", "name", "value", "reason"),
    [
        ("opus-5-5", "temperature", 0.3, "Claude Opus 5.5 takes no temperature other than 1."),
        ("opus-5-5", "top_p", 0.5, "Claude Opus 5.5 takes no top_p below 0.99 or above 1."),
        ("haiku-5-5", "top_p", 0.5, "Claude Haiku 5.5 takes no top_p other than 0.99."),
        ("opus-5-5", "top_k", 4, "Claude Opus 5.5 does not take top_k."),
    ],
)
def test_a_sampling_parameter_that_is_set_has_the_reason_of_its_problem(
    model: str, name: str, value: float, reason: str
) -> None:
    given = body(model=f"claude-{model}", **{name: value})
    assert offers(given["model"], OLD, given)[name].reason == reason
    assert found(OLD, **given)[name] == f"{reason.removesuffix('.')}; remove it."


def test_a_sampling_parameter_that_is_not_set_has_one_reason_for_all_three() -> None:
    reasons = {offers("claude-opus-5-5", OLD)[name].reason for name in ("temperature", "top_p")}
    assert reasons == {"Claude Opus 5.5 takes sampling parameters at their defaults only."}


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("enabled", 'Claude Opus 5.5 does not take thinking "enabled".'),
        ("disabled", 'Claude Opus 5.5 always thinks and does not take thinking "disabled".'),
        ("adaptive", "Claude Opus 5.5 always thinks; thinking cannot be switched off."),
    ],
)
def test_the_reason_fits_the_thinking_that_is_set(kind: str, reason: str) -> None:
    given = body(thinking={"type": kind})
    assert offers(given["model"], NEW, given)["thinking.type"].reason == reason
    problem = found(thinking={"type": kind}).get("thinking.type", reason)
    assert problem.startswith(reason.rstrip("."))


def test_a_refused_type_of_thinking_says_nothing_more_about_its_budget() -> None:
    given = body(thinking={"type": "enabled", "budget_tokens": 2000})
    assert offers(given["model"], NEW, given)["thinking.budget_tokens"].reason == ""
    given = body(thinking={"type": "adaptive", "budget_tokens": 2000})
    assert (
        "no thinking budget" in offers(given["model"], NEW, given)["thinking.budget_tokens"].reason
    )


def test_fast_is_offered_to_the_models_that_are_announced_to_have_it() -> None:
    fast = {model for model in MODELS if "fast" in offers(model, NEW)["speed"].values}
    named = {f"claude-opus-{version}" for version in ("5-5", "5", "4-8")}
    # Opus 4.6 takes it, and answers at standard speed.
    assert fast == named | {"claude-opus-4-6"}


def test_the_list_of_the_upstream_counts() -> None:
    no = {"supported": False}
    listing = [
        {
            "id": "new-model",
            "capabilities": {"image_input": no, "pdf_input": no, "structured_outputs": no}
            | {"effort": no, "thinking": {"types": {"enabled": no, "adaptive": no}}},
        }
    ]
    found_offers = offers("new-model", NEW, None, Catalogue.builtin().merged(listing))
    assert not found_offers["image"].is_offered
    assert found_offers["document"].values == ("text/plain",)
    assert not found_offers["output_config.effort"].is_offered
    assert not found_offers["output_config.format"].is_offered
    assert not found_offers["thinking.budget_tokens"].is_offered
