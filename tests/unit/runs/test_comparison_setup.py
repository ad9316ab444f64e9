"""One pane of a comparison: what it changes in the draft or version it takes."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.prompts.content import Content
from workbench.runs.comparisons.setup import NOT_SET, Setup


def body(setup: Setup, **before: Any) -> dict[str, Any]:
    return setup.applied(Content.blank().with_body(**before)).body


def test_a_pane_that_changes_nothing_takes_the_content_as_it_is() -> None:
    content = Content.blank().with_body(temperature=1)
    assert Setup().applied(content) == content


@pytest.mark.parametrize(
    ("name", "text", "key", "value"),
    [
        ("model", "claude-next", "model", "claude-next"),
        ("max_tokens", " 200 ", "max_tokens", 200),
        ("temperature", "0.5", "temperature", 0.5),
        ("effort", "high", "output_config", {"effort": "high"}),
        ("thinking", "disabled", "thinking", {"type": "disabled"}),
    ],
)
def test_a_parameter_lands_at_its_place(name: str, text: str, key: str, value: Any) -> None:
    assert body(Setup(texts={name: text}))[key] == value


def test_effort_leaves_the_format_beside_it_alone() -> None:
    changed = body(Setup(texts={"effort": "low"}), output_config={"format": {"type": "x"}})
    assert changed["output_config"] == {"format": {"type": "x"}, "effort": "low"}


def test_a_parameter_that_is_not_set_leaves_no_empty_object() -> None:
    setup = Setup(texts={"effort": NOT_SET, "temperature": NOT_SET})
    changed = body(setup, temperature=0.1, output_config={"effort": "max"})
    assert "output_config" not in changed
    assert "temperature" not in changed


def test_another_kind_of_thinking_drops_only_what_belongs_to_the_old_one() -> None:
    before = {"type": "enabled", "budget_tokens": 2048, "display": "summarized"}
    adaptive = body(Setup(texts={"thinking": "adaptive"}), thinking=before)
    disabled = body(Setup(texts={"thinking": "disabled"}), thinking=before)
    assert adaptive["thinking"] == {"type": "adaptive", "display": "summarized"}
    assert disabled["thinking"] == {"type": "disabled"}


@pytest.mark.parametrize(
    ("name", "text"),
    [("max_tokens", "abc"), ("max_tokens", "1.5"), ("temperature", "warm"), ("budget", "1e999")],
)
def test_what_is_no_number_is_said_and_changes_nothing(name: str, text: str) -> None:
    setup = Setup(texts={name: text})
    assert setup.errors[0].path == name
    assert f"“{text}”" in setup.errors[0].sentence
    assert setup.applied(Content.blank()) == Content.blank()


def test_a_stored_pane_reads_back_and_odd_entries_do_not_matter() -> None:
    setup = Setup("3", {"model": "claude-x", "effort": "low"})
    assert Setup.from_dict(setup.to_dict()) == setup
    assert Setup.from_dict({"texts": {"nonsense": "1"}}) == Setup()
    assert Setup.from_dict({}) == Setup()


def test_a_pane_says_in_words_what_it_tries() -> None:
    assert Setup().words == "the draft"
    setup = Setup("3", {"effort": "low", "model": "claude-x", "temperature": NOT_SET})
    assert setup.words == "version 3, claude-x, effort low, temperature not set"
