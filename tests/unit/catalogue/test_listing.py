"""The model list of an upstream, laid over the table."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench import catalogue
from workbench.catalogue import Catalogue, Model, get, sampling_fields


def merged(**entry: Any) -> Model:
    return Catalogue.builtin().merged([entry]).get(entry["id"])


def supported(**flags: bool | None) -> dict[str, Any]:
    return {name: None if flag is None else {"supported": flag} for name, flag in flags.items()}


def test_live_limits_and_lifecycle_win() -> None:
    model = merged(
        id="claude-opus-4-6",
        display_name="Claude Opus 4.6 (live)",
        lifecycle="deprecated",
        deprecated_at="2026-11-20T00:00:00Z",
        retires_at="2027-02-05T00:00:00Z",
        max_input_tokens=500_000,
        max_tokens=64_000,
    )
    assert (model.display_name, model.state, model.deprecated_on, model.retires_on) == (
        "Claude Opus 4.6 (live)",
        "deprecated",
        date(2026, 11, 20),
        date(2027, 2, 5),
    )
    assert (model.context_tokens, model.max_output_tokens) == (500_000, 64_000)


def test_our_prices_and_rules_stay() -> None:
    model = merged(id="claude-opus-4-6", lifecycle="active", max_tokens=None, capabilities=None)
    assert model == get("claude-opus-4-6")


def test_an_alias_in_the_list_updates_the_model_it_stands_for() -> None:
    catalogue = Catalogue.builtin().merged([{"id": "claude-opus-4-5", "max_tokens": 64_000}])
    assert catalogue.get("claude-opus-4-5-20251101").max_output_tokens == 64_000
    assert len(catalogue.all()) == len(Catalogue.builtin().all())


def test_a_new_model_is_added_with_what_the_list_says() -> None:
    catalogue = Catalogue.builtin().merged(
        [{"id": "claude-opus-6", "lifecycle": "active", "line": "opus", "max_tokens": 256_000}]
    )
    model = catalogue.get("claude-opus-6")
    assert (model.state, model.line, model.max_output_tokens, model.prices) == (
        "active",
        "opus",
        256_000,
        (),
    )
    assert model in catalogue.all()
    assert sampling_fields("claude-opus-6", "2023-06-01", catalogue)


def test_a_new_model_without_a_lifecycle_stays_unknown() -> None:
    assert merged(id="llama", object="model").state == "unknown"


def test_the_list_decides_on_effort_and_thinking() -> None:
    model = merged(
        id="claude-fable-5-2",
        capabilities={
            "effort": {"supported": True} | supported(low=True, high=True, max=True, xhigh=None),
            "thinking": {"types": supported(adaptive=True, enabled=False, between_tools=True)},
            **supported(structured_outputs=False, image_input=True),
        },
    )
    rules = model.rules
    assert rules.effort_levels == ("low", "high", "max")
    assert rules.thinking_types == {"adaptive", "between_tools"}
    assert rules.thinking_types_unconfirmed == frozenset()
    assert (rules.structured_outputs, rules.image_input, rules.pdf_input) == (False, True, None)


def test_effort_can_be_denied_as_a_whole() -> None:
    model = merged(id="claude-opus-5", capabilities={"effort": {"supported": False}})
    assert model.rules.effort_levels == ()


def test_thinking_types_of_a_new_model_leave_the_rest_unconfirmed() -> None:
    capabilities = {"thinking": {"types": supported(adaptive=True, enabled=False)}}
    rules = merged(id="claude-next", capabilities=capabilities).rules
    assert rules.thinking_types == {"adaptive"}
    assert rules.thinking_types_unconfirmed == {"disabled", "between_tools"}


@pytest.mark.parametrize("entry", [None, "claude", {}, {"id": None}, {"id": " "}, {"id": 7}])
def test_an_entry_without_an_id_is_skipped(entry: Any) -> None:
    assert Catalogue.builtin().merged([entry]).all() == Catalogue.builtin().all()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    [
        "display_name",
        "lifecycle",
        "line",
        "created_at",
        "retires_at",
        "max_tokens",
        "max_input_tokens",
    ]
)


@given(
    st.dictionaries(FIELDS, JSON),
    st.dictionaries(st.sampled_from(["effort", "thinking", "image_input"]), JSON) | JSON,
)
def test_any_json_in_the_list_is_survived(fields: dict[str, Any], capabilities: Any) -> None:
    model = merged(**fields, id="claude-opus-5", capabilities=capabilities)
    assert model.prices == get("claude-opus-5").prices


def test_what_an_upstream_lists_is_known_from_then_on() -> None:
    listed = {"id": "claude-next-9", "display_name": "Next", "lifecycle": "active", "max_tokens": 7}
    try:
        catalogue.learn([listed])
        assert catalogue.get("claude-next-9").max_output_tokens == 7
        assert "claude-next-9" in [model.id for model in catalogue.all_models()]
    finally:
        catalogue.forget()
    assert catalogue.get("claude-next-9").state == "unknown"
