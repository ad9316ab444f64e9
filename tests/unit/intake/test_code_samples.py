"""Code as people paste it, and what comes of each; `write_code_readings.py` writes it anew."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from workbench.intake.detect import read

from .write_code_readings import FOLDER, READERS, READINGS, reading_of

SAMPLES = sorted(FOLDER.glob("*.txt"))
_WITHOUT = ("python-nothing", "javascript-nothing", "curl-file", "curl-no-json")


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_sample_of_code_is_read_as_it_was(path: Path) -> None:
    assert reading_of(path) == json.loads(READINGS.read_text("utf-8"))[path.name]


def test_every_sample_of_code_has_a_reading_and_there_are_many() -> None:
    assert len(SAMPLES) >= 50
    assert [path.name for path in SAMPLES] == list(json.loads(READINGS.read_text("utf-8")))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_code_gives_prompts_or_says_why_not(path: Path) -> None:
    reading = reading_of(path)
    assert reading is not None
    is_without = path.name.startswith(_WITHOUT)
    assert bool(reading["prompts"]) is not is_without
    assert reading["remarks"] or not is_without


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_sample_of_code_is_known_for_what_it_is(path: Path) -> None:
    text = path.read_text("utf-8")
    own = READERS[path.name.partition("-")[0]](text)
    found = read(text)
    assert own is not None
    assert found.kind == own.kind
    assert len(found.prompts) == len(own.prompts)
