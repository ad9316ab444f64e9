"""Where on the page a problem is shown: from the path of a problem to the id of an error slot."""

from __future__ import annotations

from collections.abc import Iterable

from workbench.catalogue import Problem

from .editor import EditorForm
from .parameters import located, schema_lines

OTHER = "error-form"


def problem_slots(problems: Iterable[Problem], form: EditorForm) -> dict[str, list[str]]:
    """The sentences by slot id; slots that are filled on the page and need it no more are empty.

    A problem without a field of its own goes to the slot above the form.
    """
    places, lines = form.places, schema_lines(form.format_text)
    known = {OTHER, *(f"error-{name}" for name in places.values())}
    found: dict[str, dict[str, None]] = {slot: {} for slot in form.shown_slots if slot in known}
    for problem in problems:
        sentence = form.tools.located(problem._replace(sentence=located(problem, lines)))
        found.setdefault(_slot(problem.path, places), {})[sentence] = None
    return {slot: list(sentences) for slot, sentences in found.items()}


def mark_problems(problems: Iterable[Problem], form: EditorForm) -> dict[str, list[str]]:
    """The sentences by the name of their slot, for a whole page."""
    slots = problem_slots(problems, form)
    return {slot.removeprefix("error-"): sentences for slot, sentences in slots.items()}


def slot_of(path: str, form: EditorForm) -> str:
    """The id of the slot for a path such as ``messages.0.content.1.text`` or ``max_tokens``."""
    return _slot(path, form.places)


def _slot(path: str, places: dict[str, str]) -> str:
    """The slot of the longest beginning of ``path`` that has one."""
    while path:
        if path in places:
            return f"error-{places[path]}"
        path = path.rpartition(".")[0]
    return OTHER
