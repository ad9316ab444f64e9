"""The audit events of a team and of the installation, and the first as a file."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from workbench.accounts import audit
from workbench.accounts.access import instance_admin, rule
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.models import AuditEvent

from .filters import AuditFilter, choices_of
from .lines import csv_lines, json_lines


@rule("audit.read")
@require_safe
def events(request: WorkbenchRequest) -> HttpResponse:
    """What was done in the team, the newest first."""
    team = request.access.team
    file_url = reverse("accounts:audit-file", args=[team.slug])
    can_export = request.access.can("team.own")
    return _page(request, request.access.rows(AuditEvent), file_url if can_export else "")


@rule("team.own")
@require_safe
def file(request: WorkbenchRequest) -> StreamingHttpResponse:
    """All events that the page with the same query lists; itself an event.

    As lines of JSON, or as CSV with ``as=csv``.
    """
    access, wanted = request.access, AuditFilter.from_query(request.GET.dict())
    audit.record_in_team(request, "audit.export", query=wanted.query)
    found = wanted.apply(access.rows(AuditEvent))
    is_csv = request.GET.get("as") == "csv"
    kind, ending = (
        ("text/csv; charset=utf-8", "csv") if is_csv else ("application/x-ndjson", "jsonl")
    )
    body = csv_lines(found) if is_csv else json_lines(found)
    response = StreamingHttpResponse(body, content_type=kind)
    name = f"audit-{access.team.slug}-{timezone.now():%Y-%m-%d}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@instance_admin
@require_safe
def installation(request: WorkbenchRequest) -> HttpResponse:
    """What was done in no team: sign-ins, passwords, accounts; for instance admins alone."""
    return _page(request, AuditEvent.objects.filter(team=None))


def _page(
    request: WorkbenchRequest, events: QuerySet[AuditEvent], file_url: str = ""
) -> HttpResponse:
    wanted = AuditFilter.from_query(request.GET.dict())
    template = "accounts/audit_log/events.html"
    context = {"filter": wanted, "page": wanted.page(events), "file_url": file_url}
    if request.htmx:
        return render(request, f"{template}#rows", context)
    return render(request, template, context | {"choices": choices_of(events)})
