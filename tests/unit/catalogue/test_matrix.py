"""Model by model, version by version, value by value: three tables must say the same.

The table of the cases is transcribed by parameter (`matrix.py`), the catalogue's and the
simulator's each have a row per model.
"""

from __future__ import annotations

import pytest

from workbench.catalogue import Catalogue, all_models, get, problems
from workbench.simulator.catalogue_pages import LISTING

from . import matrix
from .examples import NEW, OLD, PlainRequest, body
from .matrix_verdicts import COUNT, MESSAGES, PARAMETERS, cases, paths, status

ANSWERING = sorted(matrix.EVERY)
RETIRED = [model.id for model in all_models() if model.state == "retired"]
ALIASES = sorted(alias for model in all_models() for alias in model.aliases)
# What only an answer needs; the client leaves it out when it asks for a count.
NOT_COUNTED = {"max_tokens", "stream", "stop_sequences", "metadata"}

each_version = pytest.mark.parametrize("api_version", [NEW, OLD])
each_parameter = pytest.mark.parametrize("parameter", PARAMETERS)


def test_the_table_of_the_cases_has_every_model_that_answers() -> None:
    answering = {model.id for model in all_models() if model.state != "retired"}
    assert answering == matrix.KNOWN
    assert len(RETIRED) == 19


def test_no_two_cases_of_a_parameter_have_one_name() -> None:
    for parameter, table in PARAMETERS.items():
        names = [case.name for case in table]
        assert len(set(names)) == len(names), parameter


@each_version
@pytest.mark.parametrize("model_id", ANSWERING)
@each_parameter
def test_the_catalogue_finds_exactly_what_is_refused(
    parameter: str, model_id: str, api_version: str
) -> None:
    expected, found = {}, {}
    for case in cases(parameter, model_id):
        named = paths(api_version, case.betas, body(model=model_id) | case.body)
        path = case.refused(model_id, api_version)
        expected[case.name] = path
        found[case.name] = path if path in named else min(named, default=None)
    assert found == expected


@each_version
@pytest.mark.parametrize("model_id", ANSWERING)
@each_parameter
def test_the_simulator_refuses_exactly_the_same(
    parameter: str, model_id: str, api_version: str
) -> None:
    expected, found = {}, {}
    for case in cases(parameter, model_id):
        sent = body(model=model_id) | case.body | {"stream": case.body.get("stream", False)}
        refused = case.refused(model_id, api_version) is not None
        expected[case.name] = 400 if refused else 200
        found[case.name] = status(MESSAGES, api_version, case.betas, sent)
    assert found == expected


@each_version
@pytest.mark.parametrize("model_id", ANSWERING)
@each_parameter
def test_counting_tokens_refuses_the_same_but_for_the_limit_of_the_answer(
    parameter: str, model_id: str, api_version: str
) -> None:
    expected, found = {}, {}
    for case in cases(parameter, model_id):
        sent = {k: v for k, v in (body(model=model_id) | case.body).items() if k not in NOT_COUNTED}
        path = case.refused(model_id, api_version)
        counts = case.answer_only or (path or "").partition(".")[0] in NOT_COUNTED
        expected[case.name] = 400 if path is not None and not counts else 200
        found[case.name] = status(COUNT, api_version, case.betas, sent)
    assert found == expected


@each_version
@pytest.mark.parametrize("path", [MESSAGES, COUNT])
@pytest.mark.parametrize("model_id", RETIRED)
def test_a_retired_model_is_refused_altogether(model_id: str, path: str, api_version: str) -> None:
    sent = body(model=model_id)
    assert paths(api_version, (), sent) == {"model"}
    assert status(path, api_version, (), sent) == 404


@pytest.mark.parametrize("alias", ALIASES)
def test_an_alias_stands_for_its_model(alias: str) -> None:
    sent = body(model=alias, max_tokens=1024)
    found = status(MESSAGES, NEW, (), sent)
    assert found == (404 if get(alias).state == "retired" else 200)
    assert bool(paths(NEW, (), sent)) == (found == 404)
    effort = body(model=alias, output_config={"effort": "max"})
    assert status(MESSAGES, NEW, (), effort) != 200
    assert paths(NEW, (), effort)


THINKING = {
    "adaptive": matrix.REFUSE_ADAPTIVE,
    "enabled": matrix.REFUSE_ENABLED,
    "disabled": matrix.REFUSE_DISABLED,
    "between_tools": matrix.REFUSE_BETWEEN_TOOLS,
}
EFFORT = {
    "low": matrix.REFUSE_EFFORT,
    "medium": matrix.REFUSE_EFFORT,
    "high": matrix.REFUSE_EFFORT,
    "xhigh": matrix.REFUSE_XHIGH,
    "max": matrix.REFUSE_MAX,
}


@pytest.mark.parametrize("model_id", sorted(matrix.KNOWN))
def test_the_list_of_models_says_false_exactly_where_a_request_is_refused(model_id: str) -> None:
    listed = {entry["id"]: entry for entry in LISTING}[model_id]["capabilities"]
    types, levels = listed["thinking"]["types"], listed["effort"] or {}
    assert {kind: (types[kind] or {}).get("supported") is False for kind in THINKING} == {
        kind: model_id in refuse for kind, refuse in THINKING.items()
    }
    assert {level: levels.get(level, {}).get("supported") is False for level in EFFORT} == {
        level: model_id in refuse for level, refuse in EFFORT.items()
    }


@each_version
@pytest.mark.parametrize("parameter", ["thinking", "effort", "effort beside thinking"])
def test_what_the_list_of_models_teaches_changes_no_verdict(
    parameter: str, api_version: str
) -> None:
    taught = Catalogue.builtin().merged(LISTING)
    for model_id in ANSWERING:
        for case in cases(parameter, model_id):
            sent = body(model=model_id) | case.body
            found = problems(PlainRequest(api_version, case.betas, sent), taught)
            refused = case.refused(model_id, api_version) is not None
            assert bool(found) == refused, (model_id, case.name)


def test_a_model_that_cannot_think_at_all_refuses_every_type() -> None:
    types = {kind: {"supported": False} for kind in THINKING}
    entry = {"id": "quick-1", "capabilities": {"thinking": {"types": types}}}
    known = Catalogue.builtin().merged([entry])
    sent = body(model="quick-1", thinking={"type": "adaptive"})
    (problem,) = problems(PlainRequest(NEW, (), sent), known)
    assert problem.path == "thinking.type"
    assert problem.sentence.endswith("remove the field.")


@pytest.mark.parametrize("name", sorted(NOT_COUNTED))
def test_counting_tokens_does_not_take_what_only_an_answer_needs(name: str) -> None:
    value = {"max_tokens": 9, "stream": False, "stop_sequences": ["a"], "metadata": {}}[name]
    sent = {k: v for k, v in body().items() if k != "max_tokens"}
    assert status(COUNT, NEW, (), sent) == 200
    assert status(COUNT, NEW, (), sent | {name: value}) == 400


@pytest.mark.parametrize("api_version", ["", "2023-01-01", "2026-10-22"])
def test_an_unknown_version_is_refused(api_version: str) -> None:
    assert paths(api_version, (), body()) == {"api_version"}
    assert status(MESSAGES, api_version, (), body()) == 400


def test_a_request_of_33_megabytes_is_refused() -> None:
    sent = body(messages=[{"role": "user", "content": "a" * 33_000_000}])
    assert paths(NEW, (), sent) == {""}
    assert status(MESSAGES, NEW, (), sent) == 413
