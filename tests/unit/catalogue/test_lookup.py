"""Finding models, and what the editor may offer for them."""

from datetime import date

import pytest

from workbench.catalogue import Catalogue, accepts_prefill, all_models, get, sampling_fields
from workbench.catalogue import lifecycle as life

ALL_THREE = ("temperature", "top_p", "top_k")


def test_an_alias_leads_to_the_dated_id() -> None:
    assert get("claude-haiku-4-5").id == "claude-haiku-4-5-20251001"


def test_an_unknown_id_gives_a_model_that_forbids_nothing() -> None:
    model = get("my-own-model")
    assert (model.id, model.state, model.context_tokens, model.prices) == (
        "my-own-model",
        "unknown",
        None,
        (),
    )
    assert model.rules.sampling is None


def test_the_builtin_catalogue_and_the_module_functions_agree() -> None:
    assert Catalogue.builtin().all() == all_models()


@pytest.mark.parametrize(
    ("model_id", "api_version", "offered"),
    [
        ("claude-opus-4-6", "2023-06-01", ALL_THREE),
        ("claude-haiku-4-5", "2023-06-01", ALL_THREE),
        ("claude-opus-4-7", "2023-06-01", ()),
        ("claude-mythos-preview", "2023-06-01", ()),
        ("claude-opus-4-6", "2026-10-21", ()),
        ("a-local-model", "2023-06-01", ALL_THREE),
        ("a-local-model", "2026-10-21", ()),
    ],
)
def test_sampling_is_offered_only_where_it_can_be_accepted(
    model_id: str, api_version: str, offered: tuple[str, ...]
) -> None:
    assert sampling_fields(model_id, api_version) == offered


def test_prefill_is_accepted_up_to_claude_4_5_and_unknown_for_strangers() -> None:
    accepted = [accepts_prefill(name) for name in ("claude-opus-4-5", "claude-opus-4-6", "other")]
    assert accepted == [True, False, None]


def test_a_deprecated_model_says_when_it_goes_and_what_comes_next() -> None:
    sentence = life.sentence(get("claude-sonnet-4-5"), today=date(2026, 11, 20))
    assert sentence == (
        "Claude Sonnet 4.5 is deprecated and retires on 2026-11-30; successor: claude-sonnet-5-5."
    )


def test_a_deprecated_model_past_its_date_is_overdue_and_not_gone() -> None:
    sentence = life.sentence(get("claude-sonnet-4-5"), today=date(2026, 12, 1))
    assert "was due to retire on 2026-11-30" in sentence


def test_a_retired_model_names_its_day_and_its_successor() -> None:
    assert life.sentence(get("claude-opus-4-1")) == (
        "Claude Opus 4.1 was retired on 2026-08-05 and no longer answers; "
        "choose claude-opus-5-5 instead."
    )


def test_a_current_model_needs_no_words() -> None:
    model = get("claude-opus-5-5")
    assert (life.sentence(model), life.mark(model)) == ("", "")


def test_legacy_and_unknown_models_are_named_as_such() -> None:
    opus = get("claude-opus-5")
    assert "not be retired before 2027-07-24" in life.sentence(opus, date(2027, 7, 23))
    assert "may be retired from now on" in life.sentence(opus, date(2027, 7, 24))
    assert "not in the catalogue" in life.sentence(get("other"))
    assert [life.mark(get(name)) for name in ("claude-opus-5", "other")] == ["legacy", "unknown"]


def test_the_marks_of_a_list_are_short() -> None:
    marks = [life.mark(get(name)) for name in ("claude-sonnet-4-5", "claude-2.1")]
    assert marks == ["retires 2026-11-30", "retired 2025-07-21"]
