"""The library: the team's prompts, a member's unsaved drafts, and the ways to a new one."""

from __future__ import annotations

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.prompts.models import Draft, PromptVersion
from workbench.prompts.opening import example_draft, new_draft, open_version

from .listing import prompts_page
from .unsaved import unsaved_drafts


@rule("prompt.read")
@require_safe
def library(request: WorkbenchRequest) -> HttpResponse:
    """The list; htmx gets the next rows alone."""
    before = request.GET.get("before", "")
    context = {"page": prompts_page(request.access, before), "before": before}
    if request.htmx and before:
        return render(request, "prompts/library/list.html#rows", context)
    if request.access.can("prompt.edit"):
        context["drafts"] = unsaved_drafts(request.access)
    return render(request, "prompts/library/list.html", context)


@rule("prompt.edit")
@require_POST
def new(request: WorkbenchRequest) -> HttpResponse:
    """Begin a draft: blank, the ``example``, or of version ``number`` of ``prompt``."""
    draft = _begun(request)
    return redirect("prompts:draft", team=request.access.team.slug, draft=draft.pk)


def _begun(request: WorkbenchRequest) -> Draft:
    if request.POST.get("example"):
        return example_draft(request.access)
    if not request.POST.get("prompt"):
        return new_draft(request.access)
    try:
        prompt, number = int(request.POST["prompt"]), int(request.POST.get("number", ""))
    except ValueError:
        raise BadRequest("Name a prompt and a version by their numbers.") from None
    versions = request.access.rows(PromptVersion).select_related("prompt")
    version = request.access.get(PromptVersion, prompt=prompt, number=number)
    return open_version(request.access, versions.get(pk=version.pk))
