"""What the team has spent this month: a page, and the fragment on the page of connections."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest

from .scopes import month_of
from .sums import month_sums


@rule("connection.read")
@require_safe
def spending(request: WorkbenchRequest) -> HttpResponse:
    """What was spent and is held back by team, connection and member, beside their caps."""
    month = month_sums(request.access.team.pk, month_of(timezone.now()))
    template = "runs/spending/_sums.html" if request.htmx else "runs/spending/page.html"
    return render(request, template, {"month": month})
