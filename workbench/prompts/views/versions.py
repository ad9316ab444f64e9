"""A prompt as its reader meets it: the editor for members who edit, else the latest version."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.prompts.history.pages import version_page
from workbench.prompts.library.moving import team_of_moved
from workbench.prompts.models import Prompt
from workbench.prompts.opening import draft_of
from workbench.prompts.page import stored_page


@rule("prompt.read")
@require_safe
def prompt(request: WorkbenchRequest, prompt: int) -> HttpResponse:
    """The workbench with the member's draft; for viewers the latest version, read-only.

    So is an archived prompt for all. One that has moved is found at its new address.
    """
    found = request.access.rows(Prompt).filter(pk=prompt).first()
    if found is None:
        return redirect("prompts:prompt", team=team_of_moved(request, prompt), prompt=prompt)
    if found.archived_at or not request.access.can("prompt.edit"):
        return version_page(request, found, found.latest_number)
    return stored_page(request, draft_of(request.access, found))


@rule("prompt.read")
@require_safe
def version(request: WorkbenchRequest, prompt: int, number: int) -> HttpResponse:
    """One version as it was saved, with its labels and "Restore as draft"."""
    return version_page(request, request.access.get(Prompt, pk=prompt), number)
