"""Where on the page a problem is shown: from the path of a problem to the id of an error slot."""

from __future__ import annotations

import re
from collections.abc import Iterable

from workbench.catalogue import Problem

from .editor import EditorForm
from .parameters import NUMBERS

FIELDS = ("name", "model", "api_version", "upstream", "stop_sequences", "system", *NUMBERS)
OTHER = "error-form"
TURN = re.compile(r"messages\.(\d{1,6})(?:\.|$)")


def problem_slots(problems: Iterable[Problem], form: EditorForm) -> dict[str, list[str]]:
    """The sentences by slot id; slots that are filled on the page and need it no more are empty.

    A problem without a field of its own goes to the slot above the form.
    """
    known = _slots(form)
    found: dict[str, list[str]] = {slot: [] for slot in form.shown_slots if slot in known}
    for problem in problems:
        found.setdefault(slot_of(problem.path, form), []).append(problem.sentence)
    return found


def mark_problems(problems: Iterable[Problem], form: EditorForm) -> dict[str, list[str]]:
    """The sentences by field name for a whole page; those of turns are put on the turns."""
    slots = problem_slots(problems, form)
    for turn in form.turns:
        turn.problems = slots.get(f"error-turn-{turn.key}", [])
    return {slot.removeprefix("error-"): sentences for slot, sentences in slots.items()}


def slot_of(path: str, form: EditorForm) -> str:
    """The id of the slot for a path such as ``messages.0.content.1.text`` or ``max_tokens``."""
    match = TURN.match(path)
    if match and int(match[1]) < len(form.turns):
        return f"error-turn-{form.turns[int(match[1])].key}"
    head = path.partition(".")[0]
    return f"error-{head}" if head in (*FIELDS, "variables") else OTHER


def _slots(form: EditorForm) -> set[str]:
    fields = {f"error-{name}" for name in (*FIELDS, "variables", "form")}
    return fields | {f"error-turn-{turn.key}" for turn in form.turns}
