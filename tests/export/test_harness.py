"""The harness itself, with programs written by hand."""

from __future__ import annotations

import pytest

from tests.corpus import CORPUS

from . import programs
from .programs import export_of
from .trying import (
    BASH,
    PYTHON_0,
    PYTHON_1,
    PYTHON_2,
    TYPESCRIPT_0,
    TYPESCRIPT_1,
    Language,
    Stage,
    complaints,
)

REQUEST = CORPUS["simple"]
RIGHT = {
    "Python 0.x": (PYTHON_0, "a.py", programs.PYTHON),
    "Python 1.x": (PYTHON_1, "a.py", programs.PYTHON),
    "Python 2.x": (PYTHON_2, "a.py", programs.PYTHON),
    "httpx": (PYTHON_0, "a.py", programs.HTTPX),
    "TypeScript 0.x": (TYPESCRIPT_0, "a.mts", programs.TYPESCRIPT),
    "TypeScript 1.x": (TYPESCRIPT_1, "a.mts", programs.TYPESCRIPT),
    "curl": (BASH, "a.sh", programs.BASH),
}
FAULTS = {
    "a word of the text": ("Say hello.", "Say hallo."),
    "the version": ("2026-10-21", "2023-06-01"),
    "a parameter": ("1024", "1025"),
    "the model": ("claude-opus-5-5", "claude-opus-5"),
}


@pytest.mark.parametrize("alone", [False, True], ids=["in a worker", "alone"])
@pytest.mark.parametrize(("language", "name", "text"), RIGHT.values(), ids=RIGHT.keys())
def test_a_right_program_passes(
    stage: Stage, language: Language, name: str, text: str, alone: bool
) -> None:
    assert complaints(stage, language, export_of(name, text), REQUEST, alone=alone) == []


@pytest.mark.parametrize(("right", "wrong"), FAULTS.values(), ids=FAULTS.keys())
@pytest.mark.parametrize(("language", "name", "text"), RIGHT.values(), ids=RIGHT.keys())
def test_a_wrong_program_is_found(
    stage: Stage, language: Language, name: str, text: str, right: str, wrong: str
) -> None:
    assert right in text
    export = export_of(name, text.replace(right, wrong))
    assert len(complaints(stage, language, export, REQUEST)) == 1


@pytest.mark.parametrize(("language", "name", "text"), RIGHT.values(), ids=RIGHT.keys())
def test_a_program_that_fails_or_says_nothing_is_found(
    stage: Stage, language: Language, name: str, text: str
) -> None:
    (failed,) = complaints(stage, language, export_of(name, "nonsense ("), REQUEST)
    assert failed.startswith("it failed")
    (silent,) = complaints(stage, language, export_of(name, ""), REQUEST)
    assert silent == "it made 0 requests"
