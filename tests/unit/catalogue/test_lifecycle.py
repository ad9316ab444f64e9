"""When a model goes, in words, and who takes its place."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from workbench.catalogue import Catalogue, Model, all_models, get, lasting_successor
from workbench.catalogue.lifecycle import SOON, countdown, is_ending

TODAY = date(2026, 11, 28)


def model(**fields: Any) -> Model:
    return Model(id="m", display_name="M", **fields)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"state": "retired", "retires_on": date(2026, 1, 5)}, "retired on 2026-01-05"),
        ({"state": "retired"}, "retired"),
        ({"state": "deprecated"}, "deprecated, without a retirement date yet"),
        (
            {"state": "deprecated", "retires_on": date(2026, 12, 10)},
            "retires in 12 days, on 2026-12-10",
        ),
        ({"state": "deprecated", "retires_on": TODAY}, "retires today, on 2026-11-28"),
        (
            {"state": "deprecated", "retires_on": date(2026, 11, 29)},
            "retires tomorrow, on 2026-11-29",
        ),
        (
            {"state": "deprecated", "retires_on": date(2026, 11, 27)},
            "was due to retire 1 day ago, on 2026-11-27",
        ),
        (
            {"state": "legacy", "retires_not_before": date(2026, 10, 15)},
            "may be retired from now on; it was promised until 2026-10-15",
        ),
    ],
)
def test_the_countdown_of_an_ending_model(fields: dict[str, Any], words: str) -> None:
    assert is_ending(model(**fields), TODAY)
    assert countdown(model(**fields), TODAY) == words


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "active"},
        {"state": "unknown"},
        {"state": "legacy"},
        {"state": "legacy", "retires_not_before": TODAY + timedelta(days=1)},
        {"state": "active", "retires_not_before": TODAY},
        {"state": "active", "retires_on": TODAY + SOON + timedelta(days=1)},
    ],
)
def test_a_model_that_stays_is_not_ending(fields: dict[str, Any]) -> None:
    assert not is_ending(model(**fields), TODAY)


def test_an_active_model_with_a_near_date_is_ending() -> None:
    assert is_ending(model(state="active", retires_on=TODAY + SOON), TODAY)


def test_the_default_model_is_not_ending_and_every_ending_one_has_a_successor() -> None:
    assert not is_ending(get("claude-opus-5-5"), TODAY)
    ending = [each for each in all_models() if is_ending(each, TODAY)]
    assert {"claude-sonnet-4-5-20250929", "claude-haiku-4-5-20251001"} <= {m.id for m in ending}
    for each in ending:
        found = lasting_successor(each)
        assert found is not None, each.id
        assert found.state not in ("retired", "deprecated")


def test_a_chain_of_successors_is_followed_and_may_end_nowhere() -> None:
    def named(name: str, state: str, successor: str | None) -> Model:
        return Model(id=name, display_name=name, state=state, successor=successor)

    chain = Catalogue(
        [named("a", "retired", "b"), named("b", "deprecated", "c"), named("c", "active", None)]
    )
    found = lasting_successor(chain.get("a"), chain)
    assert found is not None
    assert found.id == "c"
    circle = Catalogue([named("a", "retired", "b"), named("b", "retired", "a")])
    assert lasting_successor(circle.get("a"), circle) is None
    assert lasting_successor(chain.get("c"), chain) is None
