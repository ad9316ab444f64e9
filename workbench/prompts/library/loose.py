"""Drafts and runs that lose their prompt and keep all that they hold."""

from __future__ import annotations

from typing import Any

from workbench.prompts.editor import NAME_LENGTH, EditorForm
from workbench.prompts.models import Draft, Prompt


def let_loose(draft: Draft, name: str) -> None:
    """Make ``draft`` one of nothing yet, named after the prompt ``name`` that it was of."""
    mark = f" (was {name})"
    if draft.name in ("", name):
        draft.name, mark = name, " (unsaved changes)"
    if len(mark) > NAME_LENGTH // 2:
        mark = f"{mark[: NAME_LENGTH // 2 - 2]}…)"
    draft.prompt, draft.base_number = None, None
    form = EditorForm.of(draft)
    form.name = f"{draft.name[: NAME_LENGTH - len(mark)]}{mark}"
    form.save_to(draft)
    draft.save(update_fields=["prompt", "base_number"])


def unlink_runs(prompt: Prompt) -> None:
    """Leave the runs of ``prompt`` where they were made, with the name that they have of it."""
    kept: Any = prompt
    kept.runs.filter(prompt_name="").update(prompt_name=prompt.name)
    kept.runs.update(prompt=None)
