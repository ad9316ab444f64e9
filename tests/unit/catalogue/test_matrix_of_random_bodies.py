"""Random bodies: nobody stumbles over them, and catalogue and simulator judge them alike."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from .examples import NEW, OLD, body
from .matrix import EVERY, Case
from .matrix_verdicts import COUNT, MESSAGES, PARAMETERS, paths, status
from .test_arbitrary_json import BLOCKS, JSON, KEYS, TURNS

HEAVY = {"too large", "101 images", "601 images", "100 images"}  # many bytes, little to learn
CASES = [case for table in PARAMETERS.values() for case in table if case.name not in HEAVY]
VERSIONS = st.sampled_from([NEW, OLD])
ODD = st.sampled_from(
    [None, True, 0, -1, 7, 0.5, "", " ", "x", "auto", [], {}, [1], ["x"], {"a": 1}]
)


@dataclass
class Drawn:
    """A random request: most of its parameters are accepted one by one."""

    api_version: str
    body: dict[str, Any]
    betas: tuple[str, ...]


@st.composite
def combinations(draw: st.DrawFn) -> Drawn:
    """Draw a model with some cases that it accepts, and now and then one that it may refuse."""
    api_version, model_id = draw(VERSIONS), draw(st.sampled_from(sorted(EVERY)))
    chosen = draw(st.lists(st.sampled_from(accepted(model_id, api_version)), max_size=4))
    chosen += draw(st.lists(st.sampled_from(CASES), max_size=1))
    made = body(model=model_id)
    for case in chosen:
        made |= deepcopy(case.body)
    return Drawn(api_version, made, tuple(beta for case in chosen for beta in case.betas))


@st.composite
def broken_combinations(draw: st.DrawFn) -> Drawn:
    """Draw a combination in which one or two values are something else, or gone."""
    drawn = draw(combinations())
    for _ in range(draw(st.integers(1, 2))):
        holder, key = draw(st.sampled_from(_places(drawn.body)))
        if draw(st.booleans()):
            holder[key] = deepcopy(draw(ODD))
        else:
            del holder[key]
    return drawn


@cache
def accepted(model_id: str, api_version: str) -> list[Case]:
    """Return the cases that a model accepts."""
    mine = (case for case in CASES if model_id in case.only)
    return [case for case in mine if case.refused(model_id, api_version) is None]


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Return every place below a value as its container and key, outermost first."""
    found = []
    keys = list(value) if isinstance(value, dict) else range(len(value))
    for key in keys:
        found.append((value, key))
        if isinstance(value[key], dict | list):
            found += _places(value[key])
    return found


def verdicts(drawn: Drawn) -> tuple[bool, bool]:
    """Return whether the catalogue and the simulator refuse a request."""
    request = (drawn.api_version, drawn.betas, drawn.body)
    return bool(paths(*request)), status(MESSAGES, *request) != 200


@given(combinations())
@settings(max_examples=300)
def test_catalogue_and_simulator_agree_on_combinations_of_parameters(drawn: Drawn) -> None:
    problem, refused = verdicts(drawn)
    assert problem == refused


@given(broken_combinations())
@settings(max_examples=300)
def test_catalogue_and_simulator_agree_on_broken_combinations(drawn: Drawn) -> None:
    problem, refused = verdicts(drawn)
    assert problem == refused


@given(VERSIONS, st.dictionaries(st.sampled_from(KEYS), JSON), TURNS, BLOCKS)
@settings(max_examples=150)
def test_the_simulator_survives_any_json(
    api_version: str, fields: dict[str, Any], turns: list[Any], tools: list[Any]
) -> None:
    for sent in (body(**fields), body(messages=turns, tools=tools)):
        for path in (MESSAGES, COUNT):
            assert status(path, api_version, (), sent) in {200, 400, 404}
