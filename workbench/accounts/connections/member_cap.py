"""The page of what one member may spend in a month."""

from __future__ import annotations

from decimal import Decimal

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from workbench.accounts import audit
from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.models import Membership
from workbench.accounts.teams.spent import spent_by_members

from .forms import MemberCapForm, cap_text


@rule("member.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def member_cap(request: WorkbenchRequest, member: int) -> HttpResponse:
    """The form of a member's cap; POST sets it."""
    team = request.access.team
    found = request.access.get(Membership, pk=member)
    is_sent = request.method == "POST"
    form = MemberCapForm(request.POST) if is_sent else MemberCapForm.of(found)
    if not is_sent or not form.is_valid():
        spent = spent_by_members(team.pk).get(found.user_id, Decimal(0))
        context = {"form": form, "member": found, "spent": spent}
        status = 422 if is_sent else 200
        return render(request, "accounts/connections/member_cap.html", context, status=status)
    cap = form.cleaned_data["cap_usd"]
    with transaction.atomic():
        request.access.rows(Membership).filter(pk=found.pk).update(cap_usd=cap)
        audit.record_in_team(request, "member.cap", str(found.user), cap_usd=cap_text(cap))
    messages.success(request, f"What {found.user} may spend is changed.")
    return redirect("accounts:members", team=team.slug)
