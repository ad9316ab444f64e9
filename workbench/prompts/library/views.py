"""The library: the team's prompts, a member's unsaved drafts, and the ways to a new one."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.prompts.models import Draft, Prompt, PromptVersion
from workbench.prompts.opening import example_draft, new_draft, open_version
from workbench.prompts.posting import locked_draft, own_draft
from workbench.prompts.presets.starting import warning as start_warning

from .choices import choices
from .details import star
from .filters import SORTS, PromptFilter
from .listing import prompts_page
from .unsaved import unsaved_drafts

RESULTS = "library-results"
"""The id of the part of the page that follows from the filter."""
DRAFTS_OPEN = 5
"""How many unsaved drafts stand before the prompts; the older ones are folded away."""
ARCHIVED = "“{}” is archived: restore it to open it as a draft."


@rule("prompt.read")
@require_safe
def library(request: WorkbenchRequest) -> HttpResponse:
    """The list; htmx gets the next rows alone, or what follows from another filter."""
    chosen, before = PromptFilter.from_query(request.GET), request.GET.get("before", "")
    context = {
        "page": prompts_page(request.access, chosen, before),
        "filter": chosen,
        "before": before,
    }
    if request.htmx and before:
        return render(request, "prompts/library/list.html#rows", context)
    found = choices(request.access, chosen)
    context |= {
        "choices": found,
        "set_filters": vars(chosen),
        "chips": chosen.chips(found),
        "sorts": SORTS,
        "everything": PromptFilter(archived=chosen.archived, sort=chosen.sort).query(),
        "search_url": _search_url(request, chosen),
    }
    if request.htmx and request.htmx.target == RESULTS:
        response = render(request, "prompts/library/list.html#results", context)
        response["HX-Push-Url"] = f"{request.path}?{chosen.query()}".rstrip("?")
        return response
    if request.access.can("prompt.edit") and not chosen.archived:
        drafts = list(unsaved_drafts(request.access))
        context["drafts"], context["older_drafts"] = drafts[:DRAFTS_OPEN], drafts[DRAFTS_OPEN:]
    return render(request, "prompts/library/list.html", context)


def _search_url(request: WorkbenchRequest, chosen: PromptFilter) -> str:
    """Where all texts are searched for the words of the filter; "" without words."""
    if not chosen.q:
        return ""
    url = reverse("search:page", args=[request.access.team.slug])
    return f"{url}?{PromptFilter(q=chosen.q).query()}"


@rule("prompt.edit")
@require_POST
def new(request: WorkbenchRequest) -> HttpResponse:
    """Begin a draft: blank, the ``example``, or of version ``number`` of ``prompt``."""
    if not request.POST.get("prompt") or request.POST.get("example"):
        draft = _first_draft(request)
    else:
        version = _version(request)
        if version.prompt.archived_at:
            messages.error(request, ARCHIVED.format(version.prompt.name))
            return redirect("prompts:prompt", request.access.team.slug, version.prompt_id)
        draft = open_version(request.access, version)
    return redirect("prompts:draft", team=request.access.team.slug, draft=draft.pk)


def _first_draft(request: WorkbenchRequest) -> Draft:
    if request.POST.get("example"):
        return example_draft(request.access)
    if sentence := start_warning(request.access):
        messages.warning(request, sentence)
    return new_draft(request.access)


def _version(request: WorkbenchRequest) -> PromptVersion:
    try:
        prompt, number = int(request.POST["prompt"]), int(request.POST.get("number", ""))
    except ValueError:
        raise BadRequest("Name a prompt and a version by their numbers.") from None
    versions = request.access.rows(PromptVersion).select_related("prompt")
    return get_object_or_404(versions, prompt=prompt, number=number)


@rule("prompt.read")
@require_POST
def set_star(request: WorkbenchRequest, prompt: int) -> HttpResponse:
    """Give the prompt the member's star (``starred=1``) or take it away."""
    found = request.access.get(Prompt, pk=prompt)
    is_starred = request.POST.get("starred") == "1"
    star(request, found, is_starred=is_starred)
    if request.htmx:
        context = {"prompt": found, "is_starred": is_starred}
        return render(request, "prompts/library/_star.html", context)
    back = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = reverse("prompts:library", args=[request.access.team.slug])
    return redirect(back)


@rule("prompt.edit")
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def delete_draft(request: WorkbenchRequest, draft: int) -> HttpResponse:
    """Ask whether a draft shall go with all that no version has; a POST removes it."""
    if request.method != "POST":
        context = {"draft": own_draft(request, draft)}
        return render(request, "prompts/library/delete_draft.html", context)
    found = locked_draft(request, draft)
    found.delete()
    messages.success(request, f"The draft “{found}” was removed.")
    return redirect("prompts:library", request.access.team.slug)
