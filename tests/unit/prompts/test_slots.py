"""A problem is shown beside the field that caused it."""

from __future__ import annotations

import pytest

from tests.unit.growth import proven_to_grow_with_length
from workbench.catalogue import Problem
from workbench.prompts.content import Content
from workbench.prompts.editor import EditorForm
from workbench.prompts.slots import mark_problems, problem_slots, slot_of

from .form_page import draft_with


@pytest.fixture
def form() -> EditorForm:
    turns = [{"role": "user", "content": "one"}, {"role": "assistant", "content": "two"}]
    form = EditorForm.of(draft_with(Content({"model": "m", "messages": turns})))
    form.turns.move("2", -1)
    return form


@pytest.mark.parametrize(
    ("path", "slot"),
    [
        ("messages.0.content.1.text", "error-turn-2"),
        ("messages.1", "error-turn-1"),
        ("messages.7", "error-form"),
        ("messages", "error-form"),
        ("max_tokens", "error-max_tokens"),
        ("stop_sequences.2", "error-stop_sequences"),
        ("system.0.text", "error-system"),
        ("variables.NAME", "error-variables"),
        ("thinking.type", "error-thinking-type"),
        ("output_config.format.schema.type", "error-output-format"),
        ("metadata", "error-user-id"),
        ("mcp_servers", "error-form"),
        ("", "error-form"),
    ],
)
def test_each_path_has_a_slot(form: EditorForm, path: str, slot: str) -> None:
    assert slot_of(path, form) == slot


def test_a_slot_that_was_filled_is_emptied(form: EditorForm) -> None:
    form.shown_slots = ["error-model", "error-turn-1", "not-a-slot"]
    slots = problem_slots([Problem("model", "Choose a model.")], form)
    assert slots == {"error-model": ["Choose a model."], "error-turn-1": []}


def test_a_page_has_the_problems_by_the_names_of_their_slots(form: EditorForm) -> None:
    errors = mark_problems([Problem("messages.0", "Wrong."), Problem("model", "No.")], form)
    assert errors == {"turn-2": ["Wrong."], "model": ["No."]}


def test_the_work_on_many_filled_slots_grows_with_their_number() -> None:
    def form_of(count: int) -> EditorForm:
        turns = [{"role": "user", "content": "x"}] * count
        form = EditorForm.of(draft_with(Content({"model": "m", "messages": turns})))
        form.shown_slots = [f"error-turn-{turn.key}" for turn in form.turns]
        return form

    assert len(problem_slots([], form_of(4_000))) == 4_000
    proven_to_grow_with_length(lambda form: problem_slots([], form), form_of)
