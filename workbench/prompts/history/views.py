"""The history of a prompt, the difference of two versions, and what a save would change."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.numbers import is_number
from workbench.prompts.merging.leading import lead_to_merge
from workbench.prompts.merging.meeting import NotMerged
from workbench.prompts.merging.presence import others_at
from workbench.prompts.models import Draft, Prompt, PromptVersion
from workbench.prompts.page import version_since
from workbench.prompts.posting import locked_draft, posted
from workbench.prompts.saving import refuse_unmerged
from workbench.prompts.views.drafts import ARCHIVED, refused, save_now

from .changes import changes_page, is_saved_already
from .pages import history_page
from .showing import shown_difference

DRAFT = "draft"
CHOOSE_TWO = "Choose two versions to compare: one under From, one under To."
NO_DRAFT = "You have no draft of this prompt; open it in the workbench to begin one."


@rule("prompt.read")
@require_safe
def history(request: WorkbenchRequest, prompt: int) -> HttpResponse:
    """All versions, newest first; htmx gets the next rows alone."""
    found = request.access.get(Prompt, pk=prompt)
    return history_page(request, found, request.GET.get("before", ""))


@rule("prompt.read")
@require_safe
def news(request: WorkbenchRequest, prompt: int) -> HttpResponse:
    """Who edits the prompt, and the version saved since a page showed ``?seen=`` as the latest.

    What the page has been told already, ``?told=``, is not said again.
    """
    found = request.access.get(Prompt, pk=prompt)
    seen, told = request.GET.get("seen", ""), request.GET.get("told", "")
    newer = version_since(found, int(seen)) if _is_version(found, seen) else None
    context = {
        "prompt": found,
        "others": others_at(found, request.user),
        "seen": seen,
        "newer": None if newer is None or told == str(newer.number) else newer,
    }
    return render(request, "prompts/history/_news_answer.html", context)


@rule("prompt.read")
@require_safe
def choose(request: WorkbenchRequest, prompt: int) -> HttpResponse:
    """Lead to the difference of the versions that ``?from=`` and ``?to=`` name."""
    found = request.access.get(Prompt, pk=prompt)
    before, after = request.GET.get("from", ""), request.GET.get("to", "")
    slug, numbers = request.access.team.slug, {before, after} - {DRAFT}
    if before == DRAFT or not all(_is_version(found, number) for number in numbers):
        return history_page(request, found, status=422, choice_error=CHOOSE_TWO)
    if after == DRAFT:
        return redirect("prompts:draft-difference", slug, prompt, int(before))
    return redirect("prompts:difference", slug, prompt, int(before), int(after))


@rule("prompt.read")
@require_safe
def versions(request: WorkbenchRequest, prompt: int, number: int, until: int) -> HttpResponse:
    """What has to be done to version ``number`` to get version ``until``."""
    found = request.access.get(Prompt, pk=prompt)
    before = request.access.get(PromptVersion, prompt=found, number=number)
    after = request.access.get(PromptVersion, prompt=found, number=until)
    return _difference_page(request, found, before, after)


@rule("prompt.read")
@require_safe
def draft(request: WorkbenchRequest, prompt: int, number: int) -> HttpResponse:
    """What the member's own draft changes of version ``number``."""
    found = request.access.get(Prompt, pk=prompt)
    before = request.access.get(PromptVersion, prompt=found, number=number)
    own = request.access.rows(Draft).filter(user=request.user, prompt=found).first()
    if own is None:
        messages.info(request, NO_DRAFT)
        return redirect("prompts:history", request.access.team.slug, prompt)
    return _difference_page(request, found, before, own)


@rule("prompt.edit")
@require_POST
@transaction.atomic
def changes(request: WorkbenchRequest, draft: int) -> HttpResponse:
    """Store the form and show what saving it would change; the first version is saved at once.

    So is a form that changes nothing but the name.
    """
    found = locked_draft(request, draft)
    form = posted(request, found)
    if form.errors:
        return refused(request, found, form, form.errors[0].sentence)
    if found.prompt is not None and found.prompt.archived_at:
        return refused(request, found, form, ARCHIVED)
    try:
        refuse_unmerged(form, found)
    except NotMerged:
        return lead_to_merge(request, found, form)
    if found.prompt is None or is_saved_already(form, found.prompt):
        return save_now(request, found, form)
    form.save_to(found)
    return changes_page(request, found, form)


def _difference_page(
    request: WorkbenchRequest, prompt: Prompt, before: PromptVersion, after: PromptVersion | Draft
) -> HttpResponse:
    is_draft = isinstance(after, Draft)
    until = 0 if isinstance(after, Draft) else after.number
    context: dict[str, Any] = {
        "prompt": prompt,
        "before": before,
        "after": after,
        "is_draft": is_draft,
        "is_split": request.GET.get("view") == "split",
        "previous": before.number - 1,
        "next": until + 1 if 0 < until < prompt.latest_number else 0,
        **shown_difference(prompt.team_id, before.parsed, after.parsed),
    }
    return render(request, "prompts/history/difference.html", context)


def _is_version(prompt: Prompt, number: str) -> bool:
    return is_number(number) and 0 < int(number) <= prompt.latest_number
