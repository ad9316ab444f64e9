"""Every ending has a face: a mark, one sentence, and what to do next.

Stop reasons: messages-api reference, state of November 2026. The API may add more; an unknown one
is shown by its own name.
"""

from __future__ import annotations

from dataclasses import dataclass

from .models import Run, State
from .reasons import CANCELLED, REASONS


@dataclass(frozen=True)
class Ending:
    """``mark`` is a word, ``tone`` the colour of its chip, ``sentence`` says what happened."""

    mark: str
    tone: str
    sentence: str
    raise_limit: bool = False


STOP_REASONS = {
    "end_turn": Ending("Finished", "ok", "The model finished its answer."),
    "max_tokens": Ending(
        "Cut by max tokens", "warn", "The answer reached max tokens and was cut.", raise_limit=True
    ),
    "stop_sequence": Ending("Stop sequence", "ok", "The model wrote a stop sequence."),
    "tool_use": Ending(
        "Asks for a tool", "info", "The model asks for tools and waits for their results."
    ),
    "pause_turn": Ending(
        "Paused", "info", "The model paused a long turn. Continue to let it carry on."
    ),
    "refusal": Ending("Refused", "warn", "A safety classifier declined to answer."),
    "model_context_window_exceeded": Ending(
        "Context full", "warn", "The context window is full, so the answer was cut."
    ),
    "compaction": Ending("Compacted", "info", "The conversation was compacted."),
}
NO_REASON = Ending("Ended", "info", "The answer ended without a stop reason.")
STATES = {
    State.FAILED: ("Failed", "error"),
    State.INTERRUPTED: ("Interrupted", "warn"),
    State.CANCELLED: ("Stopped", "warn"),
}


def ending_of(run: Run) -> Ending:
    """The ending of a terminal run; raises ``KeyError`` for one that is still going on."""
    if run.state == State.SUCCEEDED:
        return _of_stop_reason(run)
    mark, tone = STATES[State(run.state)]
    error = run.error or {}
    stopped = run.state == State.CANCELLED
    sentence = REASONS[CANCELLED][1] if stopped else error.get("sentence", "")
    if known := error.get("stop_reason"):
        sentence += f" The model had already given its stop reason: {known}."
    return Ending(mark, tone, sentence)


def _of_stop_reason(run: Run) -> Ending:
    message = run.message or {}
    reason = run.ending
    unknown = Ending(reason, "info", f"The model stopped with the reason “{reason}”.")
    ending = STOP_REASONS.get(reason, unknown) if reason else NO_REASON
    sentence = ending.sentence
    if reason == "stop_sequence" and message.get("stop_sequence"):
        sentence = f"The model wrote the stop sequence “{message['stop_sequence']}”."
    if reason == "refusal":
        sentence += _refusal(message.get("stop_details"))
    if not _has_output(message):
        sentence += " The model returned no text."
    return Ending(ending.mark, ending.tone, sentence, ending.raise_limit)


def _refusal(details: object) -> str:
    if not isinstance(details, dict):
        return ""
    category = f" Category: {details['category']}." if details.get("category") else ""
    explanation = f" {details['explanation']}" if details.get("explanation") else ""
    return category + explanation


def _has_output(message: dict[str, object]) -> bool:
    content = message.get("content")
    blocks = content if isinstance(content, list) else []
    return any(block.get("type") != "text" or block.get("text") for block in blocks)
