"""What the form offers for a model and API version is exactly what the API accepts there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from workbench.catalogue import offers

from . import matrix as m
from .examples import NEW, OLD

ANSWERING = sorted(m.EVERY)
IMAGES = ("image/jpeg", "image/png", "image/gif", "image/webp")
# Path -> value -> the models that refuse it.
CLOSED: dict[str, dict[str, frozenset[str]]] = {
    "thinking.type": {
        "adaptive": m.REFUSE_ADAPTIVE,
        "enabled": m.REFUSE_ENABLED,
        "disabled": m.REFUSE_DISABLED,
        "between_tools": m.REFUSE_BETWEEN_TOOLS,
    },
    "thinking.display": {"summarized": m.NONE, "omitted": m.NONE},
    "output_config.effort": {
        "low": m.REFUSE_EFFORT,
        "medium": m.REFUSE_EFFORT,
        "high": m.REFUSE_EFFORT,
        "xhigh": m.REFUSE_XHIGH,
        "max": m.REFUSE_MAX,
    },
    "tool_choice.type": {
        "auto": m.NONE,
        "any": m.REFUSE_FORCED_TOOLS,
        "tool": m.REFUSE_FORCED_TOOLS,
        "none": m.NONE,
    },
    "service_tier": {"auto": m.NONE, "standard_only": m.NONE},
    "inference_geo": {"global": m.REFUSE_REGION, "us": m.REFUSE_REGION},
    "speed": {"standard": m.NONE, "fast": m.REFUSE_FAST},
    "cache_control": {"5m": m.NONE, "1h": m.NONE},
    "image": dict.fromkeys(IMAGES, m.NONE),
    "document": {"application/pdf": m.NONE, "text/plain": m.NONE},
}
# Parameters that are offered or not, with any value; sampling with the old version only.
OPEN = {
    "prefill": m.REFUSE_PREFILL,
    "system_turns": m.REFUSE_SYSTEM_TURNS,
    "thinking.budget_tokens": m.REFUSE_ENABLED,
    "output_config.format": m.NONE,
}
SAMPLING = ("temperature", "top_p", "top_k")

each_version = pytest.mark.parametrize("api_version", [NEW, OLD])
each_model = pytest.mark.parametrize("model_id", ANSWERING)


def left(path: str, model_id: str, without: Iterable[str] = ()) -> set[str]:
    """Return the values of a parameter that a model accepts."""
    by_value = CLOSED[path].items()
    return {value for value, refuse in by_value if model_id not in refuse} - set(without)


def offered(model_id: str, path: str, given: Mapping[str, Any]) -> set[str]:
    """Return the values that are offered beside what a body holds already."""
    offer = offers(model_id, NEW, given)[path]
    return set(offer.values) if offer.is_offered else set()


@each_version
@each_model
@pytest.mark.parametrize("path", CLOSED)
def test_the_values_offered_are_the_values_accepted(
    path: str, model_id: str, api_version: str
) -> None:
    offer = offers(model_id, api_version)[path]
    accepted = left(path, model_id)
    assert set(offer.values) == accepted
    assert offer.is_offered == bool(accepted)


@each_version
@each_model
@pytest.mark.parametrize("path", OPEN)
def test_a_parameter_is_offered_where_it_is_accepted(
    path: str, model_id: str, api_version: str
) -> None:
    assert offers(model_id, api_version)[path].is_offered == (model_id not in OPEN[path])


@each_version
@each_model
@pytest.mark.parametrize("name", SAMPLING)
def test_sampling_is_offered_with_the_old_version_to_models_that_take_any_value(
    name: str, model_id: str, api_version: str
) -> None:
    free = api_version == OLD and model_id not in m.REFUSE_SAMPLING
    assert offers(model_id, api_version)[name].is_offered == free


@each_version
@each_model
def test_whatever_is_not_offered_has_its_reason_in_one_sentence(
    model_id: str, api_version: str
) -> None:
    for path, offer in offers(model_id, api_version).items():
        missing = path in CLOSED and set(CLOSED[path]) - set(offer.values)
        if missing or not offer.is_offered:
            assert offer.reason.endswith("."), path


@each_model
def test_a_choice_takes_away_what_it_rules_out(model_id: str) -> None:
    effort, kind, choice = "output_config.effort", "thinking.type", "tool_choice.type"
    calm = {"disabled": m.REFUSE_DISABLED_ABOVE_HIGH}
    calm["between_tools"] = m.REFUSE_BETWEEN_TOOLS_ABOVE_HIGH
    for name, by in calm.items():
        if name in left(kind, model_id):
            high = ("xhigh", "max") if model_id in by else ()
            given = {"thinking": {"type": name}}
            assert offered(model_id, effort, given) == left(effort, model_id, high)
    if "max" in left(effort, model_id):
        ruled_out = [name for name, by in calm.items() if model_id in by]
        given = {"output_config": {"effort": "max"}}
        assert offered(model_id, kind, given) == left(kind, model_id, ruled_out)
    manual = {"thinking": {"type": "enabled", "budget_tokens": 1024}}
    assert offered(model_id, choice, manual) == {"auto", "none"}
    if "any" in left(choice, model_id):
        forced = {"tool_choice": {"type": "any"}}
        assert offered(model_id, kind, forced) == left(kind, model_id, ["enabled"])
