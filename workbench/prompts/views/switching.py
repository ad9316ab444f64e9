"""Changing the model or the API version: what no longer fits is asked about first."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.prompts.editor import EditorForm
from workbench.prompts.models import Draft
from workbench.prompts.page import pieces, workbench_page
from workbench.prompts.posting import locked_draft, posted


@rule("prompt.edit")
@require_POST
@transaction.atomic
def model(request: WorkbenchRequest, draft: int) -> HttpResponse:
    """Switch to the chosen model and version, or ask what shall become of what does not fit.

    ``decided`` switches with the replacements named by ``accept``.
    """
    found = locked_draft(request, draft)
    form = posted(request, found)
    before, is_decided = form.content.body, "decided" in request.POST
    if is_decided:
        form.switch(request.POST.getlist("accept"))
    form.save_to(found)
    if form.pending:
        return _asked(request, found, form)
    if request.htmx:
        redrawn = _redrawn(form, before) if is_decided else {}
        return pieces(request, found, form, is_switch_told=True, **redrawn)
    if form.made:
        facts = () if is_decided else form.made.switch.facts
        messages.success(request, " ".join([f"Switched to {form.made.to}.", *facts]))
    return redirect("prompts:draft", team=request.access.team.slug, draft=draft)


def _asked(request: WorkbenchRequest, draft: Draft, form: EditorForm) -> HttpResponse:
    if request.htmx:
        return pieces(request, draft, form, is_switch_told=True)
    if form.pending is None or not form.pending.is_named:
        return workbench_page(request, draft, form, status=422)
    context = {"draft": draft, "pending": form.pending}
    return render(request, "prompts/switch.html", context)


def _redrawn(form: EditorForm, before: dict[str, Any]) -> dict[str, Any]:
    """The pieces of all that a decided switch may have changed; nobody can type meanwhile."""
    after = form.content.body
    is_other = after.get("messages") != before.get("messages")
    return {
        "redrawn": list(form.panel.regions),
        "is_choice_stale": True,
        "are_all_turns_new": is_other,
        "is_removal_over": is_other,
        "is_system_stale": after.get("system") != before.get("system"),
    }
