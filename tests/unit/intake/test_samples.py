"""Texts as people paste them, and what comes of each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from workbench.intake.detect import read

from .write_readings import FOLDER, READINGS, reading_of

SAMPLES = sorted(FOLDER.glob("*.txt"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_sample_is_read_as_it_was(path: Path) -> None:
    assert reading_of(path) == json.loads(READINGS.read_text("utf-8"))[path.name]


def test_every_sample_has_a_reading_and_there_are_many() -> None:
    assert len(SAMPLES) >= 50
    assert [path.name for path in SAMPLES] == list(json.loads(READINGS.read_text("utf-8")))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_sample_without_prompts_says_why(path: Path) -> None:
    reading = read(path.read_text("utf-8"))
    assert reading.prompts or reading.remarks or reading.kind.startswith("Workbench")
