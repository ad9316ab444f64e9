"""A draft: its page, its autosave, and saving it as a version."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.catalogue import Problem
from workbench.prompts.editor import EditorForm
from workbench.prompts.models import Archived, Draft
from workbench.prompts.page import pieces, stored_page, workbench_page
from workbench.prompts.posting import is_late, locked_draft, own_draft, posted
from workbench.prompts.saving import Saved, save_version

ARCHIVED = "The prompt is archived: restore it to save versions."


@rule("prompt.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: WorkbenchRequest, draft: int) -> HttpResponse:
    """The workbench; a POST stores the whole form and answers with what follows from it."""
    if request.method == "POST":
        return _autosave(request, draft)
    asked = request.access.team
    found = own_draft(request, draft)
    team = request.access.team
    if found.prompt_id:
        return redirect("prompts:prompt", team=team.slug, prompt=found.prompt_id)
    if team != asked:
        return redirect("prompts:draft", team=team.slug, draft=draft)
    return stored_page(request, found)


def _autosave(request: WorkbenchRequest, draft: int) -> HttpResponse:
    found, form = _stored(request, draft)
    if not request.htmx:
        return redirect("prompts:draft", team=request.access.team.slug, draft=draft)
    return pieces(request, found, form)


@transaction.atomic
def _stored(request: WorkbenchRequest, draft: int) -> tuple[Draft, EditorForm]:
    """Keep the form, unless the same page has sent a later one that came in first."""
    found = locked_draft(request, draft)
    if is_late(request, found):
        return found, EditorForm.of(found)
    form = posted(request, found)
    form.save_to(found)
    return found, form


@rule("prompt.edit")
@require_POST
@transaction.atomic
def save(request: WorkbenchRequest, draft: int) -> HttpResponse:
    """Store the form as the next version, or as version 1 of a new prompt."""
    found = locked_draft(request, draft)
    form = posted(request, found)
    if form.errors:
        return _refused(request, found, form, form.errors[0].sentence)
    had_name = bool(form.name)
    try:
        saved = save_version(form, found, request.user)
    except Archived:
        return _refused(request, found, form, ARCHIVED)
    if not request.htmx:
        messages.success(request, saved.sentence)
        return redirect("prompts:prompt", team=request.access.team.slug, prompt=found.prompt_id)
    return _saved(request, found, form, saved, is_named=not had_name)


def _refused(request: WorkbenchRequest, draft: Draft, form: EditorForm, why: str) -> HttpResponse:
    form.save_to(draft)
    if not request.htmx:
        problems = [] if form.errors else [Problem("", why)]
        return workbench_page(request, draft, form, problems, status=422)
    toast = f"No version was saved. {why} Your draft keeps what you typed."
    return pieces(request, draft, form, status=422, toast=toast)


def _saved(
    request: WorkbenchRequest, draft: Draft, form: EditorForm, saved: Saved, *, is_named: bool
) -> HttpResponse:
    response = pieces(
        request, draft, form, toast=saved.sentence, is_named=is_named, is_removal_over=True
    )
    response["HX-Replace-Url"] = reverse(
        "prompts:prompt", args=[request.access.team.slug, draft.prompt_id]
    )
    return response
