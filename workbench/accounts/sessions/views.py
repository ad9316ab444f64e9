"""The page of a person's own sessions."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from workbench.accounts import audit
from workbench.accounts.access import signed_in
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.models import Session

from .devices import device_of


@dataclass(frozen=True)
class Row:
    """A session as its owner sees it; ``name`` stands for its key, which is a secret."""

    session: Session
    name: str
    device: str
    is_this: bool


@signed_in
@require_safe
def sessions(request: WorkbenchRequest) -> HttpResponse:
    """List where the person is signed in, this browser first."""
    key = request.session.session_key
    rows = [
        Row(each, name_of(each.session_key), device_of(each.user_agent), each.session_key == key)
        for each in _good(request).order_by("-seen_at")
    ]
    rows.sort(key=lambda row: not row.is_this)
    return render(request, "accounts/sessions/list.html", {"rows": rows})


@signed_in
@require_POST
def end(request: WorkbenchRequest, session: str) -> HttpResponse:
    """End one session; what it has open closes within ten seconds."""
    found = next((each for each in _good(request) if name_of(each.session_key) == session), None)
    if found is None:
        raise Http404("no such session")
    with transaction.atomic():
        found.delete()
        audit.record(request, "session.end", actor=request.user, count=1)
    messages.success(request, f"The session in {device_of(found.user_agent)} has ended.")
    return redirect("accounts:sessions")


@signed_in
@require_POST
def end_others(request: WorkbenchRequest) -> HttpResponse:
    """End every session of the person but this one."""
    others = _good(request).exclude(session_key=request.session.session_key)
    with transaction.atomic():
        count, _ = others.delete()
        audit.record(request, "session.end", actor=request.user, count=count)
    messages.success(request, "Every other session has ended.")
    return redirect("accounts:sessions")


def name_of(session_key: str) -> str:
    """What pages and addresses call a session: whoever sees it cannot take the session over."""
    return hashlib.sha256(b"workbench session\0" + session_key.encode()).hexdigest()[:32]


def _good(request: WorkbenchRequest) -> QuerySet[Session]:
    return Session.objects.filter(user_id=request.user.pk, expire_date__gt=timezone.now())
