"""The tests of a promptfoo configuration as sets of values."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import islice, product
from typing import Any

from .csv_values import MOST_SETS, read_rows
from .remarks import Remarks

ValueSet = tuple[str, Mapping[str, str]]


def read_tests(
    value: Mapping[str, Any], files: Mapping[str, str], remarks: Remarks
) -> list[ValueSet]:
    """Return the values of each test, those of the default test below them."""
    base = defaults_of(value)
    found: list[ValueSet] = []
    asserts = 0
    for number, test in enumerate(_tests(value, files, remarks), 1):
        if len(found) >= MOST_SETS:
            remarks.left_out(f"At most {MOST_SETS} sets of values are kept for a prompt.")
            break
        asserts += bool(test.get("assert"))
        given = test.get("vars")
        if not isinstance(given, Mapping):
            if given is not None:
                remarks.not_understood(
                    "The values of a test are in a file that is not here.", given
                )
            continue
        said = test.get("description")
        name = said if isinstance(said, str) and said else f"Test {number}"
        found += _expanded(name, given, base, remarks)
    if asserts:
        tests = "1 test" if asserts == 1 else f"{asserts:,} tests"
        remarks.left_out(f"The assertions of {tests} have no place in a set of values.")
    return found[:MOST_SETS]


def defaults_of(value: Mapping[str, Any]) -> dict[str, str]:
    """Return the values that every test has unless it says its own."""
    test = value.get("defaultTest")
    given = test.get("vars") if isinstance(test, Mapping) else None
    if not isinstance(given, Mapping):
        return {}
    return {str(key): _text(item) for key, item in given.items() if not isinstance(item, list)}


def _tests(
    value: Mapping[str, Any], files: Mapping[str, str], remarks: Remarks
) -> Iterator[Mapping[str, Any]]:
    yield from _listed(value.get("tests"), files, remarks)
    scenarios = value.get("scenarios")
    for scenario in scenarios if isinstance(scenarios, list) else []:
        if not isinstance(scenario, Mapping):
            remarks.not_understood("A scenario is in a file that is not here.", scenario)
            continue
        configs = _listed(scenario.get("config"), files, remarks)
        tests = list(_listed(scenario.get("tests"), files, remarks)) or [{}]
        for config, test in product(configs, tests):
            both = [each.get("vars") for each in (config, test)]
            merged = {
                k: v for given in both if isinstance(given, Mapping) for k, v in given.items()
            }
            yield {**config, **test, "vars": merged}


def _listed(
    tests: object, files: Mapping[str, str], remarks: Remarks
) -> Iterator[Mapping[str, Any]]:
    for test in tests if isinstance(tests, list) else [tests] if tests else []:
        if isinstance(test, Mapping):
            yield test
        elif isinstance(test, str):
            yield from _from_file(test, files, remarks)
        else:
            remarks.not_understood("A test was not understood.", test)


def _from_file(
    reference: str, files: Mapping[str, str], remarks: Remarks
) -> Iterator[Mapping[str, Any]]:
    path = reference.removeprefix("file://").removeprefix("./")
    text = files.get(path)
    if text is None or not path.endswith(".csv"):
        sentence = "These tests are in a file of their own: drop the folder as an archive."
        remarks.not_understood(sentence, reference)
        return
    rows = read_rows(text)
    remarks.all += rows.remarks
    for name, values in rows.sets:
        yield {"description": name, "vars": values}


def _expanded(
    name: str, given: Mapping[str, Any], base: Mapping[str, str], remarks: Remarks
) -> list[ValueSet]:
    """The values of one test; a list of values stands for one test each."""
    names = [str(key) for key in given]
    choices = [item if isinstance(item, list) and item else [item] for item in given.values()]
    combined = list(islice(product(*choices), MOST_SETS + 1))
    if len(combined) > MOST_SETS:
        remarks.left_out(f"The lists of values of “{name[:80]}” give more than {MOST_SETS} sets.")
        combined = combined[:MOST_SETS]
    found: list[ValueSet] = []
    for number, values in enumerate(combined, 1):
        label = f"{name} ({number})" if len(combined) > 1 else name
        texts = {key: _text(item) for key, item in zip(names, values, strict=True)}
        if reference := next((text for text in texts.values() if text.startswith("file://")), ""):
            sentence = "A value is in a file that is not here: its address stands in its place."
            remarks.not_understood(sentence, reference)
        found.append((label[:200], {**base, **texts}))
    return found


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False, default=str)
