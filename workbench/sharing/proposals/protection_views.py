"""The page of a team's protected labels."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.messages_api import clean_text
from workbench.prompts.models import ProtectedLabel

from .protecting import NotProtected, lift, names_to_protect, protect


@rule("team.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def protected(request: WorkbenchRequest) -> HttpResponse:
    """List the names that the team protects; POST protects the label ``name``."""
    if request.method != "POST":
        return _page(request)
    name = clean_text(request.POST.get("name", "")).strip()
    try:
        made = protect(request, name)
    except NotProtected as refusal:
        return _page(request, status=422, error=str(refusal), typed=name[:200])
    messages.success(request, f"“{made.name}” moves by an approved proposal alone now.")
    return redirect("sharing:protected", request.access.team.slug)


@rule("team.edit")
@require_POST
def lifting(request: WorkbenchRequest) -> HttpResponse:
    """Let every editor move the label ``name`` again."""
    name = clean_text(request.POST.get("name", "")).strip()[:200]
    if lift(request, name):
        messages.success(request, f"“{name}” is not protected any more: every editor moves it.")
    else:
        messages.info(request, "This label was not protected.")
    return redirect("sharing:protected", request.access.team.slug)


def _page(
    request: WorkbenchRequest, *, status: int = 200, error: str = "", typed: str = ""
) -> HttpResponse:
    rows = request.access.rows(ProtectedLabel).select_related("protected_by").order_by("name")
    context = {
        "rows": rows,
        "offered": names_to_protect(request.access),
        "error": error,
        "typed": typed,
    }
    return render(request, "sharing/proposals/protected.html", context, status=status)
