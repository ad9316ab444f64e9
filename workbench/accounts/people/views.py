"""The page of all accounts, for the people who look after the installation."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from workbench.accounts import shown_once
from workbench.accounts.access import instance_admin
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.models import User
from workbench.accounts.second_factor.codes import apps_of
from workbench.accounts.teams.forms import one_line

from .accounts import OwnersWanted, Refused, remove_second_factor, reset_path, set_active
from .handing_over import Left

PAGE = 100
NEW = "new_reset_link"
CHOICES = {"enabled": True, "disabled": False}
UNKNOWN_STATE = "Choose whether the account is enabled or disabled."


@instance_admin
@require_safe
def people(request: WorkbenchRequest) -> HttpResponse:
    """List the accounts by e-mail, with words to look for, page by page."""
    return _page(request)


@instance_admin
@require_POST
def state(request: WorkbenchRequest, person: int) -> HttpResponse:
    """Enable or disable an account; disabling ends its sessions."""
    wanted = CHOICES.get(request.POST.get("state", ""))
    if wanted is None:
        return _page(request, UNKNOWN_STATE)
    try:
        found = set_active(request, person, is_active=wanted, owners=request.POST.dict())
    except Refused as refusal:
        return _page(request, str(refusal))
    except OwnersWanted as wants:
        return _owners_page(request, person, wants.left)
    if found.is_active:
        messages.success(request, f"{found.email} can sign in again.")
    else:
        messages.success(request, f"{found.email} is disabled, and every session has ended.")
    if found.pk == request.user.pk and not found.is_active:
        return redirect("accounts:sign-in")
    return redirect("accounts:people")


@instance_admin
@require_POST
def reset_link(request: WorkbenchRequest, person: int) -> HttpResponse:
    """Make a link with which a person chooses a new password; the next page shows it once."""
    try:
        found, path = reset_path(request, person)
    except Refused as refusal:
        return _page(request, str(refusal))
    shown_once.keep(request, NEW, f"{found.email} {path}")
    return redirect("accounts:people")


@instance_admin
@require_POST
def second_factor(request: WorkbenchRequest, person: int) -> HttpResponse:
    """Remove the second factor of somebody who has lost it; the password alone signs in then."""
    found, was_on = remove_second_factor(request, person)
    if was_on:
        messages.success(request, f"{found.email} signs in without a code now.")
    return redirect("accounts:people")


def _owners_page(request: WorkbenchRequest, person: int, left: list[Left]) -> HttpResponse:
    """Ask who owns the teams that somebody leaves without an owner."""
    context = {"person": User.objects.get(pk=person), "left": left}
    return render(request, "accounts/people/owners.html", context, status=422)


def _page(request: WorkbenchRequest, refusal: str = "") -> HttpResponse:
    words = one_line(request.GET.get("q", ""))[:200]
    after = one_line(request.GET.get("after", ""))[:254]
    rows = User.objects.filter(email__gt=after).annotate(
        teams=Count("memberships"), has_second_factor=Exists(apps_of(OuterRef("pk")))
    )
    if words:
        rows = rows.filter(Q(email__icontains=words) | Q(name__icontains=words))
    found = list(rows.order_by("email")[: PAGE + 1])
    new = shown_once.take(request, NEW)
    email, _, path = new.partition(" ")
    context = {
        "people": found[:PAGE],
        "next": found[PAGE - 1].email if len(found) > PAGE else "",
        "q": words,
        "after": after,
        "refusal": refusal,
        "new_email": email,
        "new_url": settings.SITE_URL + path if path else "",
    }
    status = 422 if refusal else 200
    return render(request, "accounts/people/list.html", context, status=status)
