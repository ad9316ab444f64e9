"""The pages of a prompt's history and of one version."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from workbench.accounts.http import WorkbenchRequest
from workbench.prompts.editor import EditorForm
from workbench.prompts.labels.moving import OFFERED, labels_of, moves_of
from workbench.prompts.labels.protection import all_protected
from workbench.prompts.merging.presence import others_at
from workbench.prompts.models import Draft, Prompt, PromptVersion
from workbench.prompts.turn_page import media_context

from .versions import changed_draft, run_counts, versions_page


def history_page(
    request: WorkbenchRequest, prompt: Prompt, before: str = "", *, status: int = 200, **more: Any
) -> HttpResponse:
    """All versions of a prompt with their labels; htmx gets the next rows, or all that can change.

    ``more`` is what a change of labels has to say.
    """
    labels = list(labels_of(request.access, prompt))
    page = versions_page(request.access, prompt, labels, before)
    context = {"prompt": prompt, "page": page, "before": before, "can_edit": _can_edit(request)}
    if request.htmx and before:
        return render(request, "prompts/history/history.html#rows", context)
    context |= _label_context(request, prompt, labels) | more
    context |= {
        "others": others_at(prompt, request.user),
        "moves": moves_of(request.access, prompt),
        "draft": changed_draft(request.access, prompt),
    }
    template = "history.html#history" if request.htmx else "history.html"
    return render(request, f"prompts/history/{template}", context, status=status)


def version_page(
    request: WorkbenchRequest, prompt: Prompt, number: int, *, status: int = 200, **more: Any
) -> HttpResponse:
    """One version, read-only; htmx gets its labels."""
    version = request.access.get(PromptVersion, prompt=prompt, number=number)
    labels = list(labels_of(request.access, prompt))
    context: dict[str, Any] = {"prompt": prompt, "version": version, "can_edit": _can_edit(request)}
    context |= _label_context(request, prompt, labels) | more
    if request.htmx:
        return render(request, "prompts/labels/_of_version.html", context, status=status)
    form = EditorForm.of(Draft(prompt=prompt, name=prompt.name, content=version.content))
    context |= {
        **media_context(prompt.team_id, form),
        "form": form,
        "older_number": number - 1,
        "newer_number": number + 1,
        "others": others_at(prompt, request.user),
        "has_draft": prompt.drafts.filter(user=request.user).exists(),
        "compared_with": version.parent_number or number - 1,
        "run_count": run_counts(prompt, [number]).get(number, 0),
    }
    return render(request, "prompts/version.html", context, status=status)


def _can_edit(request: WorkbenchRequest) -> bool:
    return request.access.can("prompt.edit")


def _label_context(request: WorkbenchRequest, prompt: Prompt, labels: list[Any]) -> dict[str, Any]:
    names = {label.name for label in labels}
    protected = all_protected(prompt.team_id)
    return {
        "labels": labels,
        "protected": protected,
        "proposable": sorted(protected - names),
        "offered": [name for name in OFFERED if name not in names | protected],
        "can_label": request.access.can("label.move"),
    }
