"""Every ending has a face: a mark, one sentence, and what to do next.

Stop reasons: messages-api reference, state of November 2026. The API may add more; an unknown one
is shown by its own name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from .again import can_raise
from .answer.texts import mapping_of
from .failures import FAILURES, OTHER_FAILURE
from .models import Run, State
from .reasons import CANCELLED, REASONS
from .refusals import refusal_sentences


@dataclass(frozen=True)
class Ending:
    """``mark`` is a word, ``tone`` the colour of its chip, ``sentence`` says what happened.

    ``action`` is the next useful step: ``raise`` (more room), ``continue``, ``send_results``,
    ``run_again``, ``edit`` (change the request), ``lower_tokens``, ``switch_model``, ``wait``,
    ``fix_connection`` (key, billing, network: outside the request), or "" when nothing is left to
    do. ``advice`` says what helps besides the buttons, which ``offers.next_step`` names; "" where
    ``sentence`` does already. ``retry_at`` is the moment from which the API takes the request
    again, if it said so.
    """

    mark: str
    tone: str
    sentence: str
    action: str = ""
    advice: str = ""
    retry_at: datetime | None = None

    @property
    def raise_limit(self) -> bool:
        """True if more room for the answer would help."""
        return self.action == "raise"


STOP_REASONS = {
    "end_turn": Ending("Finished", "ok", "The model finished its answer."),
    "max_tokens": Ending(
        "Cut by max tokens",
        "warn",
        "The answer reached max tokens and was cut.",
        "raise",
    ),
    "stop_sequence": Ending("Stop sequence", "ok", "The model wrote a stop sequence."),
    "tool_use": Ending(
        "Asks for a tool",
        "info",
        "The model asks for tools and waits for their results.",
        "send_results",
    ),
    "pause_turn": Ending(
        "Paused",
        "info",
        "The model paused a long turn.",
        "continue",
    ),
    "refusal": Ending(
        "Refused",
        "warn",
        "A safety classifier declined to answer.",
        "edit",
        "Change the request, or ask another model.",
    ),
    "model_context_window_exceeded": Ending(
        "Context full",
        "warn",
        "The context window is full, so the answer was cut.",
        "edit",
        "Shorten the conversation, or choose a model with a larger context window.",
    ),
    "compaction": Ending(
        "Compacted",
        "info",
        "The conversation was compacted.",
        "continue",
    ),
}
NO_REASON = Ending("Ended", "info", "The answer ended without a stop reason.", "run_again")
CUT_AT_THE_MOST = Ending(
    "Cut by max tokens",
    "warn",
    STOP_REASONS["max_tokens"].sentence,
    "continue",
    "Max tokens is the model's most already; ask for a shorter answer.",
)
PRE_WARM = Ending(
    "Cache warmed",
    "ok",
    "Max tokens was 0: nothing was generated on purpose, the prompt was only put into the cache.",
)
THOUGHT_IT_ALL = "Thinking used all of max tokens, so no text was written."
STOPPED = Ending("Stopped", "warn", REASONS[CANCELLED][1], "run_again")
_YEAR = 365 * 24 * 3600  # in seconds
TONES = {State.FAILED: "error", State.INTERRUPTED: "warn"}


def ending_of(run: Run) -> Ending:
    """The ending of a terminal run; raises ``KeyError`` for one that is still going on."""
    if run.state == State.SUCCEEDED:
        return _of_stop_reason(run)
    error = mapping_of(run.error)
    known = error.get("stop_reason")
    behind = f" The model had already given its stop reason: {known}." if known else ""
    if run.state == State.CANCELLED:
        return replace(STOPPED, sentence=STOPPED.sentence + behind)
    tone = TONES[State(run.state)]
    failure = FAILURES.get(run.error_kind or run.ending, OTHER_FAILURE)
    sentence = str(error.get("sentence") or "").strip()
    retry_at = _retry_at(run, error.get("retry_after_seconds"))
    # Who knows the moment is not told to wait as well.
    advice = "" if retry_at and failure.action == "wait" else failure.advice
    return Ending(failure.mark, tone, sentence + behind, failure.action, advice, retry_at)


@dataclass(frozen=True)
class Face:
    """A run in one word, where there is no room for more; ``tone`` colours its chip."""

    word: str
    tone: str


def face_of(run: Run) -> Face:
    """The state, or for an answer that did not just finish the mark of its ending.

    Reads columns that a list has, neither the request nor the message.
    """
    state = str(run.get_state_display())
    if run.is_active:
        return Face(state, "info")
    if run.state != State.SUCCEEDED:
        return Face(state, TONES.get(State(run.state), ""))
    if run.ending == "end_turn":
        return Face(state, "ok")
    if run.ending == "max_tokens" and run.output_tokens == 0:  # no other cut answer has none
        return Face(PRE_WARM.mark, PRE_WARM.tone)
    ending = _known_ending(run.ending)
    return Face(ending.mark, ending.tone)


def _retry_at(run: Run, seconds: Any) -> datetime | None:
    """When the wait that the API asked for is over; None if it asked for none, or for years."""
    if not isinstance(seconds, int | float) or run.finished_at is None:
        return None
    return run.finished_at + timedelta(seconds=seconds) if 0 < seconds < _YEAR else None


def _of_stop_reason(run: Run) -> Ending:
    message = mapping_of(run.message)
    reason = run.ending
    if reason == "max_tokens" and run.message_request.body.get("max_tokens") == 0:
        return PRE_WARM
    ending = _known_ending(reason)
    sentences = [ending.sentence]
    if reason == "stop_sequence" and message.get("stop_sequence"):
        sentences = [f"The model wrote the stop sequence “{message['stop_sequence']}”."]
    if reason == "refusal":
        sentences += refusal_sentences(message)
    if reason == "max_tokens" and not can_raise(run):
        ending = CUT_AT_THE_MOST
    if reason == "max_tokens" and _has_only_thought(message):
        sentences = [THOUGHT_IT_ALL]
    elif not _has_output(message):
        sentences.append("The model returned no text.")
    return replace(ending, sentence=" ".join(sentences))


def _known_ending(reason: str) -> Ending:
    unknown = Ending(reason, "info", f"The model stopped with the reason “{reason}”.")
    return STOP_REASONS.get(reason, unknown) if reason else NO_REASON


def _blocks(message: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    content = message.get("content")
    blocks = content if isinstance(content, list) else []
    return [block if isinstance(block, Mapping) else {"value": block} for block in blocks]


def _has_output(message: Mapping[str, Any]) -> bool:
    return any(block.get("type") != "text" or block.get("text") for block in _blocks(message))


def _has_only_thought(message: Mapping[str, Any]) -> bool:
    """Whether all that came is thinking; its text may be hidden, its tokens are counted."""
    shown = [
        block for block in _blocks(message) if block.get("type") != "text" or block.get("text")
    ]
    details = mapping_of(mapping_of(message.get("usage")).get("output_tokens_details"))
    thought = {"thinking", "redacted_thinking"}
    is_thinking = all(block.get("type") in thought for block in shown)
    return is_thinking and bool(shown or details.get("thinking_tokens"))
