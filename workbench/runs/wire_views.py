"""What went over the wire, whole: for copying, for programs; and how two requests differ."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.numbers import is_id

from . import differences as compared
from . import pages
from .models import Run
from .wire import event_lines, sent_request, whole_json

NO_OTHER = "Choose the run to compare with."


@rule("run.read")
@require_safe
def request_tab(request: WorkbenchRequest, run: int) -> HttpResponse:
    """The request exactly as it was sent."""
    return pages.tab(request, run, "request")


@rule("run.read")
@require_safe
def log_tab(request: WorkbenchRequest, run: int) -> HttpResponse:
    """The upstream's events with the time each came."""
    return pages.tab(request, run, "log")


@rule("run.read")
@require_safe
def headers_tab(request: WorkbenchRequest, run: int) -> HttpResponse:
    """Request and response headers, the key left out."""
    return pages.tab(request, run, "headers")


@rule("run.read")
@require_safe
def message_tab(request: WorkbenchRequest, run: int) -> HttpResponse:
    """The assembled message as JSON."""
    return pages.tab(request, run, "message")


@rule("run.read")
@require_safe
def request_body(request: WorkbenchRequest, run: int) -> HttpResponse:
    """The body exactly as it was sent, byte for byte."""
    wanted = request.access.get(Run, pk=run)
    return _file(sent_request(wanted).json_bytes(), f"run-{run}-request.json")


@rule("run.read")
@require_safe
def message_body(request: WorkbenchRequest, run: int) -> HttpResponse:
    """The assembled message; of a run that goes on, as far as it is stored."""
    message = pages.message_of(request.access.get(Run, pk=run))
    return _file(whole_json(message), f"run-{run}-message.json")


@rule("run.read")
@require_safe
def event_log(request: WorkbenchRequest, run: int) -> HttpResponse:
    """All stored events as JSON lines."""
    lines = event_lines(pages.events_of(request.access.get(Run, pk=run)))
    return HttpResponse(b"".join(lines), "text/plain; charset=utf-8")


@rule("run.read")
@require_safe
def choose_other(request: WorkbenchRequest, run: int) -> HttpResponse:
    """Lead to the differences with the run that ``?with=`` names."""
    wanted = request.access.get(Run, pk=run)
    other = request.GET.get("with", "").strip()
    slug = request.access.team.slug
    if is_id(other) and request.access.rows(Run).filter(pk=int(other)).exists():
        return redirect("runs:differences", slug, wanted.pk, int(other))
    context = {"run": wanted, "sentence": NO_OTHER, "others": pages.others_of(wanted)}
    return render(request, "runs/differences.html", context, status=422 if other else 200)


@rule("run.read")
@require_safe
def differences(request: WorkbenchRequest, run: int, other: int) -> HttpResponse:
    """How the request of ``run`` differs from that of ``other``."""
    after = request.access.get(Run, pk=run)
    before = request.access.get(Run, pk=other)
    found = compared.of_requests(before, after)
    context: dict[str, Any] = {
        "run": after,
        "other": before,
        "groups": compared.groups(found),
        "is_same": all(place.kind == "same" for place in found),
        "more": max(0, len(found) - compared.MOST_SHOWN),
        "others": pages.others_of(after),
    }
    return render(request, "runs/differences.html", context)


def _file(body: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(body, "application/json")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
