"""One prompt's details, and what can be done with the prompt as a whole."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.prompts.labels.protection import Protected
from workbench.prompts.models import Archived, Prompt, PromptVersion

from .authors import latest_authors
from .deleting import NotArchived, delete, loss_of, may_delete
from .details import DetailsForm, archive, describe
from .duplicating import duplicate
from .locking import Busy
from .moving import Moved, move, other_teams

BUSY = "Somebody is working with “{}” at this moment. Nothing was changed; try again."
NOT_ARCHIVED = "“{}” is not archived. Archive it before you delete it for ever."
IS_ARCHIVED = "“{}” is archived. Restore it before you change it."
NO_TEAM = "Choose a team in which you are an editor; the prompt stays where it is."


@rule("prompt.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def details(request: WorkbenchRequest, prompt: int) -> HttpResponse:
    """Name, description and tags as a form, and the ways to arrange the prompt."""
    found = request.access.get(Prompt, pk=prompt)
    if request.method != "POST":
        return _page(request, found, DetailsForm.of(found))
    form = DetailsForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        said = describe(request, prompt, form.cleaned_data)
    except Archived:
        messages.error(request, IS_ARCHIVED.format(found.name))
    else:
        messages.success(request, f"The details of “{said.name}” were saved.")
    return _to_details(request, prompt)


def _page(
    request: WorkbenchRequest,
    prompt: Prompt,
    form: DetailsForm,
    *,
    team_error: str = "",
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "prompt": prompt,
        "form": form,
        "labels": prompt.labels.select_related("version").defer("version__content"),
        "latest_author": latest_authors(request.access, [prompt.pk]).get(prompt.pk),
        "is_starred": prompt.stars.filter(user=request.user).exists(),
        "teams": other_teams(request.access),
        "team_error": team_error,
        "may_delete": bool(prompt.archived_at) and may_delete(request.access, prompt),
    }
    return render(request, "prompts/library/details.html", context, status=status)


@rule("prompt.edit")
@require_POST
def archive_prompt(request: WorkbenchRequest, prompt: int) -> HttpResponse:
    """Take a prompt out of the list."""
    found = archive(request, prompt, now=timezone.now())
    messages.success(request, f"“{found.name}” is archived. It can be read, and restored here.")
    return _to_details(request, prompt)


@rule("prompt.edit")
@require_POST
def restore_prompt(request: WorkbenchRequest, prompt: int) -> HttpResponse:
    """Put an archived prompt back into the list."""
    found = archive(request, prompt, now=None)
    messages.success(request, f"“{found.name}” is back in the library.")
    return redirect("prompts:prompt", request.access.team.slug, prompt)


@rule("prompt.edit")
@require_POST
def copy(request: WorkbenchRequest, prompt: int) -> HttpResponse:
    """Duplicate a prompt, with its ``history`` or its latest version alone."""
    found = request.access.get(Prompt, pk=prompt)
    try:
        made = duplicate(request, found, with_history=request.POST.get("history") == "1")
    except PromptVersion.DoesNotExist:
        raise Http404("no such prompt") from None
    messages.success(request, f"This is the copy of “{found.name}”. Give it a name of its own.")
    return _to_details(request, made.pk)


@rule("prompt.edit")
@require_POST
def transfer(request: WorkbenchRequest, prompt: int) -> HttpResponse:
    """Move a prompt to another ``team`` of the member."""
    found = request.access.get(Prompt, pk=prompt)
    wanted = request.POST.get("team", "")
    team = next((each for each in other_teams(request.access) if each.slug == wanted), None)
    if team is None:
        form = DetailsForm.of(found)
        return _page(request, found, form, team_error=NO_TEAM, status=422)
    try:
        moved = move(request, prompt, team)
    except Protected as refusal:
        form = DetailsForm.of(found)
        return _page(request, found, form, team_error=str(refusal), status=422)
    except Busy:
        messages.error(request, BUSY.format(found.name))
        return _to_details(request, prompt)
    messages.success(request, _moved(moved))
    return redirect("prompts:details", team.slug, prompt)


def _moved(moved: Moved) -> str:
    sentence = f"“{moved.prompt.name}” is in {moved.prompt.team.name} now."
    if moved.drafts_left:
        count = moved.drafts_left
        whose = "A draft of a person who does" if count == 1 else f"{count} drafts of people who do"
        stayed = "stayed behind as a draft of its own" if count == 1 else "stayed behind"
        sentence += f" {whose} not edit there {stayed}."
    return sentence


@rule("prompt.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def deletion(request: WorkbenchRequest, prompt: int) -> HttpResponse:
    """Say what deleting an archived prompt for ever means; a POST does it."""
    found = request.access.get(Prompt, pk=prompt)
    try:
        if not found.archived_at:
            raise NotArchived
        if request.method != "POST":
            if not may_delete(request.access, found):
                request.access.require("prompt.delete")
            context = {"prompt": found, "loss": loss_of(found)}
            return render(request, "prompts/library/delete.html", context)
        name = delete(request, prompt)
    except NotArchived:
        messages.error(request, NOT_ARCHIVED.format(found.name))
        return _to_details(request, prompt)
    except Busy:
        messages.error(request, BUSY.format(found.name))
        return _to_details(request, prompt)
    messages.success(request, f"“{name}” was deleted for ever.")
    return redirect("prompts:library", request.access.team.slug)


def _to_details(request: WorkbenchRequest, prompt: int) -> HttpResponse:
    return redirect("prompts:details", request.access.team.slug, prompt)
