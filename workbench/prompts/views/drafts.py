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
from workbench.messages_api import clean_text
from workbench.prompts.editor import EditorForm
from workbench.prompts.history.changes import LONGEST_NOTE, changes_page, closing_dialog
from workbench.prompts.merging.leading import lead_on, lead_to_merge
from workbench.prompts.merging.meeting import NotMerged
from workbench.prompts.models import Archived, Draft
from workbench.prompts.page import pieces, stored_page, workbench_page
from workbench.prompts.posting import is_late, locked_draft, own_draft, posted
from workbench.prompts.saving import Saved, keep_note, save_version

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
    if "show" in request.POST:
        return lead_on(request, found, form)
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
    note = clean_text(request.POST.get("note", "")).strip()
    keep_note(found, note)
    if form.errors:
        return refused(request, found, form, form.errors[0].sentence)
    if len(note) > LONGEST_NOTE:
        form.save_to(found)
        return changes_page(request, found, form, note=note)
    return save_now(request, found, form, note=note)


def save_now(
    request: WorkbenchRequest, draft: Draft, form: EditorForm, *, note: str = ""
) -> HttpResponse:
    """Save the form, which has no errors, as a version of the locked draft's prompt, and say so."""
    had_name = bool(form.name)
    try:
        saved = save_version(form, draft, request.user, note=note)
    except Archived:
        return refused(request, draft, form, ARCHIVED)
    except NotMerged:
        return lead_to_merge(request, draft, form)
    if not request.htmx:
        messages.success(request, saved.sentence)
        return redirect("prompts:prompt", team=request.access.team.slug, prompt=draft.prompt_id)
    return _saved(request, draft, form, saved, is_named=not had_name)


def refused(request: WorkbenchRequest, draft: Draft, form: EditorForm, why: str) -> HttpResponse:
    """Keep a form that cannot be saved as a version as the draft, and say why."""
    form.save_to(draft)
    if not request.htmx:
        problems = [] if form.errors else [Problem("", why)]
        return workbench_page(request, draft, form, problems, status=422)
    toast = f"No version was saved. {why} Your draft keeps what you typed."
    return closing_dialog(pieces(request, draft, form, status=422, toast=toast))


def _saved(
    request: WorkbenchRequest, draft: Draft, form: EditorForm, saved: Saved, *, is_named: bool
) -> HttpResponse:
    response = pieces(
        request,
        draft,
        form,
        toast=saved.sentence,
        is_named=is_named,
        is_removal_over=True,
        is_saved=True,
    )
    response["HX-Replace-Url"] = reverse(
        "prompts:prompt", args=[request.access.team.slug, draft.prompt_id]
    )
    return closing_dialog(response)
