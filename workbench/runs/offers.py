"""What is offered under an answer: the buttons that stand there, and the sentence that names them.

The sentence is for readers who have the buttons; a pane of a comparison and a role that may not run
have none.
"""

from __future__ import annotations

from dataclasses import dataclass

from . import again
from .endings import Ending
from .models import Run

WORDS = {
    "results": "give the result of each call and send them together",
    "raised": "raise max tokens and run again",
    "repeated": "run it again",
    "continued": "continue from here",
    "asked": "add it and ask to go on",
    "added": "add it to the conversation and go on there",
}
WAYS = {
    "raise": ("raised", "continued", "asked"),
    "run_again": ("repeated", "continued", "asked"),
}
FIRST_WAYS = {
    "continue": ("continued", "asked", "added"),
    "send_results": ("results", "repeated"),
}
ANOTHER_MODEL_HELPS = frozenset(
    {"refusal", "model_context_window_exceeded", "not_found", "permission"}
)


@dataclass(frozen=True)
class Offers:
    """Which buttons a finished run has: the same again, with more room, carrying on, and so on.

    ``added`` and ``asked`` put the answer into the draft, ``compared`` leads from it to other
    models, ``opened`` makes a draft of somebody else's request.
    """

    repeated: bool = True
    raised: bool = False
    continued: bool = False
    results: bool = False
    added: bool = False
    asked: bool = False
    compared: bool = False
    opened: bool = False


def offers_of(run: Run, ending: Ending, *, is_own: bool, waits: bool) -> Offers:
    """What fits the ending; ``is_own`` is the reader's draft, ``waits`` a run for its results."""
    can_add = is_own and not waits and again.can_add(run)
    other_model = run.ending in ANOTHER_MODEL_HELPS
    return Offers(
        raised=ending.raise_limit,
        continued=again.can_continue(run),
        results=waits,
        added=can_add,
        asked=can_add and again.can_ask_to_go_on(run),
        compared=other_model and is_own,
        opened=other_model and not is_own,
    )


def next_step(ending: Ending, offers: Offers) -> str:
    """One sentence that names the buttons that help; "" when none does or it is said already."""
    if ending.action in FIRST_WAYS:
        ways = _offered(FIRST_WAYS[ending.action], offers)[:1]
    else:
        ways = _offered(WAYS.get(ending.action, ()), offers)
    # A wait says "try again" itself, and so do the sentences of runs that are older than this.
    if ending.retry_at or "Run it again" in ending.sentence:
        ways = [way for way in ways if way != "repeated"]
    text = ", or ".join(WORDS[way] for way in ways)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _offered(ways: tuple[str, ...], offers: Offers) -> list[str]:
    return [way for way in ways if getattr(offers, way)]
