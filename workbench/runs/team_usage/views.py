"""The page of a team's usage, and the same as a CSV file."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest

from .chart import chart_of
from .csv_file import csv_text
from .filters import GROUPS, MEASURES, UsageFilter
from .sums import MOST_ROWS, choices_of, rows_of, total_of


@rule("usage.read")
@require_safe
def usage(request: WorkbenchRequest) -> HttpResponse:
    """Runs, tokens and cost of the team, added up by day, member, prompt or model."""
    wanted = UsageFilter.from_query(request.GET.dict())
    rows = rows_of(request.access, wanted)
    total = total_of(request.access, wanted)
    used = [row for row in rows if row.runs]
    is_by_day = wanted.group == "day"
    context = {
        "filter": wanted,
        "groups": GROUPS,
        "measures": MEASURES,
        "choices": choices_of(request.access, wanted),
        "rows": list(reversed(used)) if is_by_day else used,
        "chart": chart_of(rows, wanted.measure) if is_by_day else None,
        "total": total,
        "measured": float(total.measured(wanted.measure)),
        "is_cut": len(rows) == MOST_ROWS and not is_by_day,
        "most_rows": MOST_ROWS,
    }
    return render(request, "runs/team_usage/usage.html", context)


@rule("usage.read")
@require_safe
def usage_csv(request: WorkbenchRequest) -> HttpResponse:
    """All rows of what the page with the same query shows, as a file."""
    wanted = UsageFilter.from_query(request.GET.dict())
    rows = rows_of(request.access, wanted, most=None)
    response = HttpResponse(csv_text(rows, wanted.group), "text/csv; charset=utf-8")
    name = f"usage-by-{wanted.group}-{wanted.first}-{wanted.last}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
