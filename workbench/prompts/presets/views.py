"""The team's presets: the list, the page of one, and what can be done with it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.messages_api import clean_text
from workbench.prompts.models import Preset

from .lines import lines_of
from .listing import Row, presets_page
from .saving import Refused, delete, make_default, rename


@rule("prompt.read")
@require_safe
def presets(request: WorkbenchRequest) -> HttpResponse:
    """The list; htmx gets the next rows alone."""
    after = clean_text(request.GET.get("after", ""))
    context = {"page": presets_page(request.access, after), "after": after}
    is_next = request.htmx and after
    return render(request, "prompts/presets/list.html" + ("#rows" if is_next else ""), context)


@rule("prompt.read")
@require_safe
def preset(request: WorkbenchRequest, preset: int) -> HttpResponse:
    """One preset with its parameters."""
    return _page(request, _found(request, preset))


@rule("prompt.edit")
@require_POST
def details(request: WorkbenchRequest, preset: int) -> HttpResponse:
    """Change name and description."""
    found = _found(request, preset)
    name, description = request.POST.get("name", ""), request.POST.get("description", "")
    try:
        rename(request, found, name, description)
    except Refused as refused:
        found.description = clean_text(description)
        return _page(request, found, typed=clean_text(name), error=str(refused), status=422)
    messages.success(request, "Saved.")
    return _to(request, found)


@rule("prompt.edit")
@require_POST
def default(request: WorkbenchRequest, preset: int) -> HttpResponse:
    """Let new prompts begin with it (``is_default``), or no longer."""
    found = _found(request, preset)
    is_default = bool(request.POST.get("is_default"))
    make_default(request, found, is_default=is_default)
    how = "begin with" if is_default else "no longer begin with"
    messages.success(request, f"New prompts of {request.access.team.name} {how} “{found.name}”.")
    return _to(request, found)


@rule("prompt.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def deletion(request: WorkbenchRequest, preset: int) -> HttpResponse:
    """Ask whether to delete it; a POST that is ``decided`` does."""
    found = _found(request, preset)
    if "decided" not in request.POST:
        return render(request, "prompts/presets/deletion.html", {"preset": found})
    delete(request, found)
    messages.success(request, f"The preset “{found.name}” was deleted.")
    return redirect("prompts:presets", team=request.access.team.slug)


def _found(request: WorkbenchRequest, preset: int) -> Preset:
    return request.access.get(Preset, pk=preset)


def _to(request: WorkbenchRequest, preset: Preset) -> HttpResponse:
    return redirect("prompts:preset", team=request.access.team.slug, preset=preset.pk)


def _page(
    request: WorkbenchRequest,
    preset: Preset,
    *,
    typed: str | None = None,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "preset": preset,
        "row": Row.of(preset),
        "lines": lines_of(preset.parameters),
        "name": preset.name if typed is None else typed,
        "error": error,
        "can_edit": request.access.can("prompt.edit"),
    }
    return render(request, "prompts/presets/preset.html", context, status=status)
