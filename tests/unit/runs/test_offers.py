"""What is offered after an answer, and that the advice names only that, and names it once."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from workbench.messages_api import MessagesApiError
from workbench.messages_api.connection_errors import before_answer, within_answer
from workbench.messages_api.refusals import error_event, refusal
from workbench.runs.again import can_add, can_ask_to_go_on
from workbench.runs.endings import Ending, ending_of, face_of
from workbench.runs.failures import FAILURES
from workbench.runs.models import Run
from workbench.runs.offers import Offers, next_step, offers_of
from workbench.runs.reasons import CANCELLED, REASONS

from .test_endings import run

CUT_CALL = {"type": "tool_use", "id": "t", "name": "f", "input": {}, "partial_json": '{"a'}
TEXT = {"type": "text", "text": "Let me look."}
UNSIGNED = {"type": "thinking", "thinking": "hm"}
HAIKU = {"model": "claude-haiku-4-5-20251001"}


def step_of(finished: Run, *, is_own: bool = True, waits: bool = False) -> str:
    ending = ending_of(finished)
    return next_step(ending, offers_of(finished, ending, is_own=is_own, waits=waits))


@pytest.mark.parametrize(
    ("content", "can"),
    [
        ([TEXT], True),
        ([TEXT, CUT_CALL], True),
        ([{"type": "hologram"}], True),
        (["odd"], True),
        ([CUT_CALL], False),
        ([{"type": "text", "text": ""}, CUT_CALL], False),
        ([{"type": "text", "text": " \n"}], False),
        ([UNSIGNED], False),
        ([], False),
        (None, False),
        ("odd", False),
    ],
)
def test_only_an_answer_that_leaves_a_turn_can_be_added(content: Any, can: bool) -> None:
    cut = run(ending="max_tokens", message={"content": content})
    assert can_add(cut) is can
    assert can_ask_to_go_on(cut) is can
    offers = offers_of(cut, ending_of(cut), is_own=True, waits=False)
    assert (offers.added, offers.asked) == (can, can)


def test_a_whole_call_is_not_followed_by_a_request_to_go_on() -> None:
    call = {"type": "tool_use", "id": "t", "name": "f", "input": {}}
    cut = run(ending="max_tokens", message={"content": [TEXT, call, CUT_CALL]})
    assert can_add(cut)
    assert not can_ask_to_go_on(cut)


def test_nothing_is_added_to_a_draft_of_somebody_else_or_while_results_are_awaited() -> None:
    cut = run(ending="max_tokens")
    ending = ending_of(cut)
    assert not offers_of(cut, ending, is_own=False, waits=False).asked
    assert not offers_of(cut, ending, is_own=True, waits=True).added


@pytest.mark.parametrize(
    ("finished", "step"),
    [
        (run("interrupted", "stream_cut"), "Run it again, or add it and ask to go on."),
        (run("interrupted", "stream_cut", body=HAIKU), "Run it again, or continue from here."),
        (run("failed", "stream_cut", message=None), "Run it again."),
        (run("cancelled", CANCELLED, body=HAIKU), "Run it again, or continue from here."),
        (run(ending="max_tokens"), "Raise max tokens and run again, or add it and ask to go on."),
        (
            run(ending="max_tokens", message={"content": [CUT_CALL]}),
            "Raise max tokens and run again.",
        ),
        (run(ending="max_tokens", body={"max_tokens": 128_000}), "Add it and ask to go on."),
        (run(ending="pause_turn"), "Continue from here."),
        (run(ending="compaction"), "Add it to the conversation and go on there."),
        (run(ending="tool_use"), "Run it again."),
        (run(ending="refusal"), ""),
        (run(), ""),
    ],
)
def test_the_next_step_names_what_is_offered(finished: Run, step: str) -> None:
    assert step_of(finished) == step


def test_the_next_step_of_another_persons_run_does_without_their_draft() -> None:
    assert step_of(run("interrupted", "stream_cut"), is_own=False) == "Run it again."
    assert step_of(run(ending="compaction"), is_own=False) == ""


def test_results_that_are_awaited_are_the_next_step() -> None:
    assert step_of(run(ending="tool_use"), waits=True).startswith("Give the result")


@pytest.mark.parametrize(
    "ending",
    [
        pytest.param("refusal", id="refused"),
        pytest.param("model_context_window_exceeded", id="no room"),
    ],
)
def test_where_another_model_helps_the_way_to_it_is_offered(ending: str) -> None:
    refused = run(ending=ending)
    of_owner = offers_of(refused, ending_of(refused), is_own=True, waits=False)
    of_reader = offers_of(refused, ending_of(refused), is_own=False, waits=False)
    assert (of_owner.compared, of_owner.opened) == (True, False)
    assert (of_reader.compared, of_reader.opened) == (False, True)
    assert not offers_of(run(), ending_of(run()), is_own=True, waits=False).compared


ADVISING = {
    *("Add", "Ask", "Change", "Check", "Choose", "Continue", "Give", "Lower", "Make", "Raise"),
    *("Run", "Send", "Try", "Use", "Wait"),
}


def advice_in(text: str) -> list[str]:
    """The first words of the sentences that tell what to do; to wait or run is to try again."""
    first = [sentence.split(" ")[0] for sentence in re.split(r"(?<=[.!?]) +", text)]
    return ["Try" if word in ("Run", "Wait") else word for word in first if word in ADVISING]


def errors_of_calls() -> Iterator[MessagesApiError]:
    """One error of each sort, as the client makes them."""
    host = "api.example"
    for cause in (
        httpx.ConnectTimeout("late"),
        socket.gaierror("x"),
        ssl.SSLError("certificate verify failed"),
        ConnectionRefusedError(),
        httpx.ReadTimeout("late"),
        httpx.RemoteProtocolError("garbage"),
        httpx.RemoteProtocolError("disconnected"),
    ):
        yield before_answer(cause, host)
    yield within_answer(httpx.DecodingError("x"), host)
    yield within_answer(httpx.ReadError("x"), host)
    yield error_event({"error": {"message": "Overloaded"}}, None)
    for status in (400, 401, 402, 403, 404, 408, 409, 413, 429, 500, 529):
        for wait in (None, 3600.0):
            error = refusal(status, {}, b"", wait)
            if wait and error.retryable:  # as the client does at the end of its tries
                error.advise("Try again in 60 minutes.")
            error.retry_after_seconds = wait
            yield error


def failed_runs() -> Iterator[Run]:
    for error in errors_of_calls():
        told = {"sentence": error.sentence, "retry_after_seconds": error.retry_after_seconds}
        yield failed(error.kind, told)
    for kind in FAILURES:
        _, sentence = REASONS.get(kind, ("", "It broke."))
        yield failed(kind, {"sentence": sentence})


def failed(kind: str, error: dict[str, Any]) -> Run:
    over = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
    return run("interrupted", kind, error_kind=kind, error=error, finished_at=over)


@pytest.mark.parametrize("broken", list(failed_runs()), ids=lambda broken: broken.error_kind)
def test_no_advice_is_said_twice(broken: Run) -> None:
    ending = ending_of(broken)
    said = f"{ending.sentence} {step_of(broken)} {ending.advice}"
    advice = advice_in(said)
    assert len(advice) == len(set(advice)), said


def test_a_sentence_stored_with_its_own_advice_is_not_doubled() -> None:
    old = failed("no_response", {"sentence": "It broke. Run it again if you want to."})
    assert step_of(old) == "Add it and ask to go on."


@pytest.mark.parametrize("reason", [*FAILURES, "end_turn", "max_tokens", "compaction", "tool_use"])
def test_what_is_said_without_buttons_names_none(reason: str) -> None:
    ended = run(ending=reason) if reason not in FAILURES else failed(reason, {"sentence": "No."})
    said = f"{ending_of(ended).sentence} {ending_of(ended).advice}"
    assert not re.search(r"[Rr]un it again|and run again|[Cc]ontinue|ask to go on|Raise", said)


def test_without_any_offer_there_is_no_next_step() -> None:
    assert next_step(Ending("x", "ok", "x.", "continue"), Offers(repeated=False)) == ""


@pytest.mark.parametrize(
    ("finished", "word", "tone"),
    [
        (run(), "Done", "ok"),
        (run(ending="refusal"), "Refused", "warn"),
        (run(ending="max_tokens"), "Cut by max tokens", "warn"),
        (run(ending="max_tokens", output_tokens=0), "Cache warmed", "ok"),
        (run(ending="tool_use"), "Asks for a tool", "info"),
        (run(ending=""), "Ended", "info"),
        (run(ending="out_of_paper"), "out_of_paper", "info"),
        (run("failed", "auth"), "Failed", "error"),
        (run("interrupted", "stall"), "Interrupted", "warn"),
        (run("cancelled", CANCELLED), "Stopped", ""),
        (run("streaming", ""), "Streaming", "info"),
    ],
)
def test_in_one_word_only_an_ordinary_finish_is_done(finished: Run, word: str, tone: str) -> None:
    face = face_of(finished)
    assert (face.word, face.tone) == (word, tone)
