"""A team's invitations: making one, seeing its link once, revoking it."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from workbench.accounts import shown_once, throttle
from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.mail import outbox
from workbench.accounts.mail.wording import invitation_mail
from workbench.accounts.models import Invitation, Mail
from workbench.accounts.teams.roles import lock_team

from .forms import MOST, TOO_MANY, InvitationForm
from .links import Wanted, invite, record, state_of

PAST_SHOWN = 50
MAILS_AN_HOUR = 50
TOO_MANY_MAILS = (
    f"A team mails at most {MAILS_AN_HOUR} invitations an hour: leave this empty and send the link "
    "yourself, or try again later."
)
NEW = "new_invitation"


@rule("member.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def invitations(request: WorkbenchRequest) -> HttpResponse:
    """List the team's invitations; POST makes one, whose link the page after it shows once."""
    if request.method != "POST":
        new = shown_once.take(request, NEW)
        return _page(request, InvitationForm(request.access.role), new=new)
    form = InvitationForm(request.access.role, request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    with transaction.atomic():
        lock_team(request.access.team)
        if len(_open(request)) >= MOST:
            form.add_error(None, TOO_MANY)
            return _page(request, form, status=422)
        if not _may_mail(request, form):
            form.add_error("email", TOO_MANY_MAILS)
            return _page(request, form, status=422)
        made, token = invite(request, Wanted(**form.cleaned_data))
        _mail(made, token)
    shown_once.keep(request, NEW, token)
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


def _may_mail(request: WorkbenchRequest, form: InvitationForm) -> bool:
    if not form.cleaned_data["email"] or not outbox.is_on():
        return True
    return throttle.Bucket(f"invite:{request.access.team.pk}", MAILS_AN_HOUR).take()


def _mail(invitation: Invitation, token: str) -> None:
    """Mail the link to whom it is for, if there is such a person and a mail server."""
    if invitation.email and outbox.is_on():
        subject, text = invitation_mail(invitation, token)
        kind = Mail.Kind.INVITATION
        outbox.put(kind, invitation.email, subject, text, invitation=invitation)


def _with_mail(request: WorkbenchRequest) -> list[tuple[Invitation, str, str]]:
    """Each open invitation, the state of its mail or "", and why that did not arrive."""
    rows = Mail.objects.filter(invitation__in=_open_rows(request))
    mails = {mail.invitation_id: mail for mail in rows}
    found = [(row, mails.get(row.pk)) for row in _open(request)]
    return [
        (row, outbox.state_of(mail) if mail else "", mail.error if mail else "")
        for row, mail in found
    ]


def _open(request: WorkbenchRequest) -> list[Invitation]:
    return list(_open_rows(request).select_related("invited_by").order_by("-pk"))


def _open_rows(request: WorkbenchRequest) -> QuerySet[Invitation]:
    return request.access.rows(Invitation).filter(
        revoked_at=None, uses_left__gt=0, expires_at__gt=timezone.now()
    )


def _page(
    request: WorkbenchRequest, form: InvitationForm, *, new: str = "", status: int = 200
) -> HttpResponse:
    still_open = _with_mail(request)
    rows = request.access.rows(Invitation).exclude(pk__in=[row.pk for row, _, _ in still_open])
    past = rows.select_related("invited_by").order_by("-pk")[:PAST_SHOWN]
    context = {
        "form": form,
        "new_url": settings.SITE_URL + reverse("accounts:join", args=[new]) if new else "",
        "invitations": still_open,
        "past": [(row, state_of(row)) for row in past],
    }
    return render(request, "accounts/invitations/list.html", context, status=status)
