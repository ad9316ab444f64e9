"""The page on which an owner says how long runs and audit events are kept."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from workbench.accounts import audit
from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.models import Team

from .forms import RetentionForm

NAMES = ("run_days", "audit_days")


@rule("team.own")
@require_http_methods(["GET", "HEAD", "POST"])
def retention(request: WorkbenchRequest) -> HttpResponse:
    """Show both numbers; POST stores them, the sweep of the next hour acts on them."""
    if request.method != "POST":
        return _page(request, RetentionForm(initial=_kept(request.access.team)))
    with transaction.atomic():
        team = Team.objects.select_for_update().get(pk=request.access.team.pk)
        before = _kept(team)
        form = RetentionForm(request.POST, initial=before)
        if not form.is_valid():
            return _page(request, form, status=422)
        after = {name: form.cleaned_data[name] for name in NAMES}
        if after != before:
            Team.objects.filter(pk=team.pk).update(**after)
            audit.record_in_team(request, "retention.edit", team.name, before=before, after=after)
    messages.success(request, "Saved. What is too old is deleted within the next hour.")
    return redirect("accounts:retention", team=request.access.team.slug)


def _kept(team: Team) -> dict[str, int | None]:
    return {name: getattr(team, name) for name in NAMES}


def _page(request: WorkbenchRequest, form: RetentionForm, status: int = 200) -> HttpResponse:
    return render(request, "accounts/retention/form.html", {"form": form}, status=status)
