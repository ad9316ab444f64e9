"""Every way to fail has its own mark and a next step."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from workbench.messages_api import MessagesApiError
from workbench.runs.endings import ending_of
from workbench.runs.failures import FAILURES, OTHER_FAILURE
from workbench.runs.reasons import CANCELLED, REASONS

from .test_endings import run

ACTIONS = {"run_again", "edit", "wait", "switch_model", "lower_tokens", "fix_connection"}


def kinds(error: type[MessagesApiError]) -> Iterator[str]:
    """Yield the kind of every error that can be raised."""
    subclasses = error.__subclasses__()
    for subclass in subclasses:
        yield from kinds(subclass)
    if not subclasses:
        yield error.kind


def test_the_table_has_every_kind_and_no_other():
    assert set(FAILURES) == {*kinds(MessagesApiError), *REASONS} - {CANCELLED}


def test_no_two_failures_have_the_same_mark():
    marks = {failure.mark for failure in FAILURES.values()}
    assert len(marks) == len(FAILURES)


@pytest.mark.parametrize("kind", FAILURES)
@pytest.mark.parametrize(("state", "tone"), [("failed", "error"), ("interrupted", "warn")])
def test_each_failure_has_a_mark_its_own_sentence_and_a_next_step(kind, state, tone):
    ending = ending_of(run(state, kind, error_kind=kind, error={"sentence": "It broke."}))
    assert ending.mark == FAILURES[kind].mark
    assert ending.tone == tone
    assert ending.sentence == "It broke."
    assert ending.action in ACTIONS
    assert not ending.advice or ending.advice.endswith(".")


def test_a_rate_limit_says_from_when_on_it_is_over():
    over = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
    error = {"sentence": "Too many.", "retry_after_seconds": 3600}
    failed = run("failed", "rate_limited", error_kind="rate_limited", error=error, finished_at=over)
    assert ending_of(failed).retry_at == over.replace(hour=15)


@pytest.mark.parametrize("seconds", [None, 0, -5, 1e300, "soon", float("nan")])
def test_an_odd_wait_names_no_moment(seconds):
    over = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
    error = {"sentence": "Too many.", "retry_after_seconds": seconds}
    failed = run("failed", "rate_limited", error_kind="rate_limited", error=error, finished_at=over)
    assert ending_of(failed).retry_at is None


@pytest.mark.parametrize("error", [None, {}, {"sentence": None}])
def test_an_unknown_failure_without_a_sentence_has_an_ending(error):
    ending = ending_of(run("failed", "a_new_kind", error_kind="a_new_kind", error=error))
    assert ending.mark == OTHER_FAILURE.mark
    assert ending.action == "run_again"


def test_a_stopped_run_says_who_stopped_it_and_how_to_go_on():
    ending = ending_of(run("cancelled", CANCELLED, error={"stop_reason": "end_turn"}))
    assert ending.mark == "Stopped"
    assert ending.sentence.startswith("You stopped this run.")
    assert "end_turn" in ending.sentence
    assert ending.action == "run_again"
