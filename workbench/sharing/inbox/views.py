"""The inbox: what concerns one member in a team, unread first."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.numbers import id_in, is_id
from workbench.accounts.pages import newest
from workbench.sharing.comments.subjects import place
from workbench.sharing.models import Notice

from .names import with_names

PAGE_SIZE = 50


@rule("team.read")
@require_safe
def inbox(request: WorkbenchRequest) -> HttpResponse:
    """The newest unread notices, then those that were read, page by page."""
    before = id_in(request.GET.get("before", ""))
    rows = _with_names(_own(request))
    read, older = newest(rows.exclude(read_at=None), before, PAGE_SIZE)
    unread, more = ([], 0) if before else newest(rows.filter(read_at=None), 0, PAGE_SIZE)
    context = {
        "unread_rows": unread,
        "has_more_unread": bool(more),
        "read_rows": read,
        "older": older,
        "before": before,
    }
    return render(request, "sharing/inbox/inbox.html", context)


@rule("team.read")
@require_POST
def read_all(request: WorkbenchRequest) -> HttpResponse:
    """Mark what is in one's inbox as read, up to the notice ``newest`` that the page showed."""
    rows, newest = _own(request).filter(read_at=None), request.POST.get("newest", "")
    if is_id(newest):
        rows = rows.filter(pk__lte=int(newest))
    rows.update(read_at=timezone.now())
    messages.success(request, "All is marked as read.")
    return redirect("sharing:inbox", request.access.team.slug)


@rule("team.read")
@require_POST
def reading(request: WorkbenchRequest, notice: int) -> HttpResponse:
    """Mark one notice as read."""
    _mark(request, notice)
    return redirect("sharing:inbox", request.access.team.slug)


@rule("team.read")
@require_POST
def opening(request: WorkbenchRequest, notice: int) -> HttpResponse:
    """Mark one notice as read, and lead to what it is about."""
    found = _mark(request, notice)
    if found.comment:
        return redirect(place(request.access, found.comment))
    if found.proposal_id:
        return redirect("sharing:proposal", request.access.team.slug, found.proposal_id)
    if found.kind == Notice.Kind.WEBHOOK and request.access.can("webhook.edit"):
        return redirect("sharing:webhooks", request.access.team.slug)
    return redirect("sharing:inbox", request.access.team.slug)


def _own(request: WorkbenchRequest) -> QuerySet[Notice]:
    return request.access.rows(Notice).filter(user=request.user)


def _with_names(rows: QuerySet[Notice]) -> QuerySet[Notice]:
    """Together with what the notices are about; of prompts the names alone."""
    return with_names(rows.select_related("comment")).annotate(
        label=Coalesce("comment__proposal__label", "proposal__label"),
        to_number=Coalesce("comment__proposal__to_number", "proposal__to_number"),
        proposal_state=F("proposal__state"),
    )


def _mark(request: WorkbenchRequest, notice: int) -> Notice:
    found = request.access.get(Notice, pk=notice, user=request.user)
    _own(request).filter(pk=notice, read_at=None).update(read_at=timezone.now())
    return found
