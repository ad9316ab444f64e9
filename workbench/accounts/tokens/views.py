"""The page of a team's tokens: making one, seeing it once, revoking it."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from workbench.accounts import audit, shown_once
from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.models import ApiToken
from workbench.accounts.teams.roles import lock_team
from workbench.accounts.unguessable import digest, new_secret

from .forms import TokenForm

PREFIX = "wbk_"
"""Tells people, logs and scanners of source code what this text is."""
REVOKED_SHOWN = 50
NEW = "new_api_token"
"""The kind of the secret that the next page shows once, to who made it in this team."""


@rule("token.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: WorkbenchRequest) -> HttpResponse:
    """List the team's tokens; POST makes one, which the page after it shows once."""
    if request.method != "POST":
        new = shown_once.take(request, NEW)
        return _page(request, TokenForm(request.access.team), new=new)
    token = new_secret(PREFIX)
    with transaction.atomic():
        # One at a time: two at once would both find their name free.
        lock_team(request.access.team)
        form = TokenForm(request.access.team, request.POST)
        if not form.is_valid():
            return _page(request, form, status=422)
        _keep(request, form.cleaned_data["name"], token)
    shown_once.keep(request, NEW, token)
    return redirect("accounts:tokens", team=request.access.team.slug)


@rule("token.edit")
@require_POST
def revocation(request: WorkbenchRequest, api_token: int) -> HttpResponse:
    """Revoke a token: from now on nothing reads with it."""
    found = request.access.get(ApiToken, pk=api_token)
    with transaction.atomic():
        good = request.access.rows(ApiToken).filter(pk=found.pk, revoked_at=None)
        if good.update(revoked_at=timezone.now()):
            audit.record_in_team(request, "token.revoke", found.name, token=found.pk)
    messages.success(request, f"“{found.name}” is revoked: nothing reads with it any more.")
    return redirect("accounts:tokens", team=request.access.team.slug)


def _keep(request: WorkbenchRequest, name: str, token: str) -> None:
    made = ApiToken.objects.create(
        team=request.access.team,
        name=name,
        token_hash=digest(token),
        last4=token[-4:],
        created_by=request.user,
    )
    audit.record_in_team(request, "token.create", made.name, token=made.pk)


def _page(
    request: WorkbenchRequest, form: TokenForm, *, new: str = "", status: int = 200
) -> HttpResponse:
    rows = request.access.rows(ApiToken).select_related("created_by")
    context = {
        "form": form,
        "new": new,
        "tokens": rows.filter(revoked_at=None).order_by("name", "pk"),
        "revoked": rows.exclude(revoked_at=None).order_by("-revoked_at")[:REVOKED_SHOWN],
        "site_url": settings.SITE_URL,
    }
    return render(request, "accounts/tokens/list.html", context, status=status)
