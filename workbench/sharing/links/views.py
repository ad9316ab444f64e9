"""What members do with links: make one, see it once, list and revoke them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from workbench.accounts import shown_once
from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.numbers import id_in
from workbench.accounts.pages import newest
from workbench.prompts.models import Prompt as PromptRow
from workbench.prompts.models import PromptVersion
from workbench.runs.models import Comparison, Run
from workbench.sharing.models import ShareLink

from .forms import LinkForm
from .making import TOO_MANY, Subject, TooMany, make, revoke
from .rights import refusal

NEW = "new_share_link"
PAGE_SIZE = 50

pages = require_http_methods(["GET", "HEAD", "POST"])


@rule("link.edit")
@pages
def share_prompt(request: WorkbenchRequest, prompt: int) -> HttpResponse:
    """A link to a prompt as it is: its latest version, or always the latest."""
    found = request.access.get(PromptRow, pk=prompt)
    return _making(request, _of_prompt(request, found, found.latest_number))


@rule("link.edit")
@pages
def share_version(request: WorkbenchRequest, prompt: int, number: int) -> HttpResponse:
    """A link to one version, or always the latest."""
    found = request.access.get(PromptRow, pk=prompt)
    request.access.get(PromptVersion, prompt=found, number=number)
    return _making(request, _of_prompt(request, found, number))


@rule("link.edit")
@pages
def share_run(request: WorkbenchRequest, run: int) -> HttpResponse:
    """A link to a run: what was asked and what was answered."""
    found = request.access.get(Run, pk=run)
    back = reverse("runs:run", args=[request.access.team.slug, run])
    return _making(request, Subject(found, f"Run {run}", back))


@rule("link.edit")
@pages
def share_comparison(request: WorkbenchRequest, comparison: int) -> HttpResponse:
    """A link to the answers of a comparison, side by side."""
    found = request.access.get(Comparison, pk=comparison)
    back = reverse("runs:comparison", args=[request.access.team.slug, comparison])
    return _making(request, Subject(found, f"Comparison {comparison}", back))


@rule("link.edit")
@require_safe
def links(request: WorkbenchRequest) -> HttpResponse:
    """All links of the team, newest first; the one that was just made is shown once."""
    before = id_in(request.GET.get("before", ""))
    rows = request.access.rows(ShareLink).select_related("created_by", "prompt")
    # Alone the names: a run's own row holds its whole request and answer.
    rows = rows.annotate(run_name=F("run__prompt_name"), comparison_name=F("comparison__name"))
    found, older = newest(rows, before, PAGE_SIZE)
    new = shown_once.take(request, NEW)
    context = {
        "links": found,
        "older": older,
        "before": before,
        "new_url": _address(new) if new else "",
        "now": timezone.now(),
        "may_revoke_any": request.access.can("link.edit-any"),
    }
    return render(request, "sharing/links/list.html", context)


@rule("link.edit")
@require_POST
def revocation(request: WorkbenchRequest, link: int) -> HttpResponse:
    """Revoke a link: from now on nobody reads by it."""
    revoke(request, request.access.get(ShareLink, pk=link))
    messages.success(request, "The link is revoked: nobody reads by it any more.")
    return redirect("sharing:links", team=request.access.team.slug)


def _of_prompt(request: WorkbenchRequest, prompt: PromptRow, number: int) -> Subject:
    back = reverse("prompts:version", args=[request.access.team.slug, prompt.pk, number])
    return Subject(prompt, prompt.name, back, number)


def _making(request: WorkbenchRequest, subject: Subject) -> HttpResponse:
    """The choices of a link, as a page or for htmx as a dialog; POST makes it."""
    if request.method != "POST":
        return _page(request, subject, LinkForm(subject.number))
    form = LinkForm(subject.number, request.POST)
    if not form.is_valid():
        return _page(request, subject, form, status=422)
    try:
        token = make(request, subject, form)
    except TooMany:
        form.add_error(None, TOO_MANY)
        return _page(request, subject, form, status=422)
    if request.htmx:
        return render(request, "sharing/links/_made.html", {"new_url": _address(token)})
    shown_once.keep(request, NEW, token)
    return redirect("sharing:links", team=request.access.team.slug)


def _page(
    request: WorkbenchRequest, subject: Subject, form: LinkForm, *, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "subject": subject,
        "form": form,
        "share_url": request.path,
        "refusal": refusal(request.access, subject.row),
    }
    template = "page" if not request.htmx else "_form" if request.method == "POST" else "_dialog"
    return render(request, f"sharing/links/{template}.html", context, status=status)


def _address(token: str) -> str:
    return settings.SITE_URL + reverse("sharing:shared", args=[token])
