"""The pages on which two texts are merged, and who else has a prompt open."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.prompts.editor import EditorForm
from workbench.prompts.models import Draft, DraftCopy
from workbench.prompts.page import newer_version
from workbench.prompts.posting import locked_draft

from .conflict import Decision
from .copies import in_state
from .decisions import TakenLine, fields_of, posted_decisions, texts_left_over
from .meeting import Meeting, with_copy, with_newer_version
from .presence import others_at, say_present

NOTHING = "There is nothing to merge any more."
CHANGED = "The texts have changed since this page was made. Look at them again, then merge."
OF_VERSION = "Your draft now holds both texts and begins from v{}. Look at it, then save."
OF_COPY = "Your draft now holds the texts of both pages."


@rule("prompt.edit")
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def merge(request: WorkbenchRequest, draft: int) -> HttpResponse:
    """The draft and the newer version of its prompt: what to decide. A POST stores the result."""
    found = _draft(request, draft)
    return _answer(request, found, with_newer_version(found))


@rule("prompt.edit")
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def merge_copy(request: WorkbenchRequest, draft: int, copy: int) -> HttpResponse:
    """The draft and what was typed on another page of it."""
    found = _draft(request, draft)
    typed = request.access.get(DraftCopy, pk=copy, draft=found)
    return _answer(request, found, with_copy(found, typed))


@rule("prompt.edit")
@require_safe
def presence(request: WorkbenchRequest, draft: int) -> HttpResponse:
    """Say that the member has the draft open; answers who else has its prompt open."""
    rows = request.access.rows(Draft).select_related("prompt").defer("content", "values")
    mine = get_object_or_404(rows, pk=draft, user=request.user)
    say_present(mine)
    newer = newer_version(mine)
    is_told = newer is None or request.GET.get("newer") == str(newer.number)
    context = {
        "draft": mine,
        "others": others_at(mine.prompt, request.user),
        "newer": newer,
        "is_newer_stale": not is_told,
    }
    return render(request, "prompts/merging/_presence_answer.html", context)


def _draft(request: WorkbenchRequest, draft: int) -> Draft:
    if request.method == "POST":
        return locked_draft(request, draft)
    return request.access.get(Draft, pk=draft, user=request.user)


def _answer(request: WorkbenchRequest, draft: Draft, meeting: Meeting | None) -> HttpResponse:
    if meeting is None:
        messages.info(request, NOTHING)
        return redirect("prompts:draft", team=request.access.team.slug, draft=draft.pk)
    if request.method != "POST":
        return _page(request, draft, meeting)
    decisions = posted_decisions(request.POST, meeting.merged().conflicts)
    if request.POST.get("seen") != meeting.digest:
        return _page(request, draft, meeting, problem=CHANGED)
    _store(draft, meeting, decisions)
    messages.success(request, OF_VERSION.format(meeting.number) if meeting.number else OF_COPY)
    return redirect("prompts:draft", team=request.access.team.slug, draft=draft.pk)


def _page(
    request: WorkbenchRequest, draft: Draft, meeting: Meeting, problem: str = ""
) -> HttpResponse:
    merged = meeting.merged()
    context = {
        "draft": draft,
        "meeting": meeting,
        "problem": problem,
        "fields": fields_of(merged, request.POST),
        "left_over": texts_left_over(request.POST, merged.conflicts),
        "taken": [TakenLine(each) for each in merged.taken if each.side != "mine"],
        "kept": list(dict.fromkeys(each.part for each in merged.taken if each.side == "mine")),
    }
    return render(request, "prompts/merging/merge.html", context, status=409 if problem else 200)


def _store(draft: Draft, meeting: Meeting, decisions: list[Decision]) -> None:
    """Keep the merged text as the draft; open pages of it are merged with it in their turn."""
    merged = meeting.merged(decisions)
    if meeting.number is not None:
        draft.base_number = meeting.number
    EditorForm.of(in_state(draft, merged.state)).save_to(draft)
    draft.save(update_fields=["base_number"])
    if meeting.copy is not None:
        sequence = meeting.copy.base.get("sequence", 0)
        meeting.copy.base = meeting.mine | {"sequence": sequence}
        meeting.copy.typed = None
        meeting.copy.save()
