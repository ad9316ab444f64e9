"""A run is found by what it asked and answered as soon as it is over, however it ended."""

from __future__ import annotations

import pytest

from .site import Site


@pytest.mark.parametrize(
    ("scenario", "state"),
    [
        ("short", "succeeded"),
        ("status code=401", "failed"),
        ("error-event after=8", "interrupted"),
    ],
)
def test_a_run_that_is_over_is_found(site: Site, scenario: str, state: str) -> None:
    word = f"numbat{state}"
    run = site.run(f"About a {word}\nsimulate: {scenario}")
    assert site.over(run)["state"] == state
    page = site.get(f"search/?q={word}&in=runs").text
    assert f"/runs/{run}/" in page
    assert f"<mark>{word}</mark>" in page


def test_an_answer_is_found_by_its_words(site: Site) -> None:
    run = site.run("Say something\nsimulate: short")
    site.over(run)
    answer = site.answer_text(run)
    phrase = " ".join(answer.split()[:4])
    page = site.get(f"search/?q=%22{phrase}%22&in=runs").text
    assert f"/runs/{run}/" in page, phrase
