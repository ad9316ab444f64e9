"""A team's invitations: making one, seeing its link once, revoking it."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from workbench.accounts import shown_once
from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.models import Invitation
from workbench.accounts.teams.roles import lock_team

from .forms import MOST, TOO_MANY, InvitationForm
from .links import Wanted, invite, record, state_of

PAST_SHOWN = 50
NEW = "new_invitation"


@rule("member.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def invitations(request: WorkbenchRequest) -> HttpResponse:
    """List the team's invitations; POST makes one, whose link the page after it shows once."""
    if request.method != "POST":
        new = shown_once.take(request, NEW, _owner(request))
        return _page(request, InvitationForm(request.access.role), new=new)
    form = InvitationForm(request.access.role, request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    with transaction.atomic():
        lock_team(request.access.team)
        if len(_open(request)) >= MOST:
            form.add_error(None, TOO_MANY)
            return _page(request, form, status=422)
        _, token = invite(request, Wanted(**form.cleaned_data))
    shown_once.keep(request, NEW, token, _owner(request))
    return redirect("accounts:invitations", team=request.access.team.slug)


@rule("member.edit")
@require_POST
def revocation(request: WorkbenchRequest, invitation: int) -> HttpResponse:
    """Revoke an invitation: from now on nobody joins by it."""
    found = request.access.get(Invitation, pk=invitation)
    with transaction.atomic():
        lock_team(request.access.team)
        good = request.access.rows(Invitation).filter(pk=found.pk, revoked_at=None)
        if good.update(revoked_at=timezone.now()):
            record(request, "invitation.revoke", found, request.user)
    messages.success(request, "The invitation is revoked: nobody joins by its link any more.")
    return redirect("accounts:invitations", team=request.access.team.slug)


def _open(request: WorkbenchRequest) -> list[Invitation]:
    rows = request.access.rows(Invitation).filter(
        revoked_at=None, uses_left__gt=0, expires_at__gt=timezone.now()
    )
    return list(rows.select_related("invited_by").order_by("-pk"))


def _owner(request: WorkbenchRequest) -> str:
    return f"team:{request.access.team.pk}/new-invitation-of:{request.user.pk}"


def _page(
    request: WorkbenchRequest, form: InvitationForm, *, new: str = "", status: int = 200
) -> HttpResponse:
    still_open = _open(request)
    rows = request.access.rows(Invitation).exclude(pk__in=[row.pk for row in still_open])
    past = rows.select_related("invited_by").order_by("-pk")[:PAST_SHOWN]
    context = {
        "form": form,
        "new_url": settings.SITE_URL + reverse("accounts:join", args=[new]) if new else "",
        "invitations": still_open,
        "past": [(row, state_of(row)) for row in past],
    }
    return render(request, "accounts/invitations/list.html", context, status=status)
