"""The page of a team's members: who is in it, with which role."""

from __future__ import annotations

from decimal import Decimal

from django.contrib import messages
from django.db.models import Case, IntegerField, Value, When
from django.db.models.functions import Lower
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.models import Membership, Role

from .roles import Refused, change_role, leave, may_change, remove, roles_given_by
from .spent import spent_by_members


@rule("team.read")
@require_safe
def members(request: WorkbenchRequest) -> HttpResponse:
    """List who is in the team, owners first."""
    return _page(request)


@rule("member.edit")
@require_POST
def role(request: WorkbenchRequest, member: int) -> HttpResponse:
    """Give a member another role."""
    try:
        changed = change_role(request, member, request.POST.get("role", ""))
    except Refused as refusal:
        return _page(request, str(refusal))
    label = Role(changed.role).label
    messages.success(request, f"{changed.user} has the role {label} from now on.")
    return redirect("accounts:members", team=request.access.team.slug)


@rule("member.edit")
@require_POST
def removal(request: WorkbenchRequest, member: int) -> HttpResponse:
    """Take somebody out of the team."""
    try:
        removed = remove(request, member)
    except Refused as refusal:
        return _page(request, str(refusal))
    messages.success(request, f"{removed.user} is not in the team any more.")
    return redirect("accounts:members", team=request.access.team.slug)


@rule("team.read")
@require_POST
def departure(request: WorkbenchRequest) -> HttpResponse:
    """Leave the team."""
    try:
        leave(request)
    except Refused as refusal:
        return _page(request, str(refusal))
    messages.success(request, f"You have left “{request.access.team.name}”.")
    return redirect("accounts:teams")


def _page(request: WorkbenchRequest, refusal: str = "") -> HttpResponse:
    access = request.access
    rank = Case(
        *(When(role=role, then=Value(role.rank)) for role in Role), output_field=IntegerField()
    )
    rows = access.rows(Membership).select_related("user")
    people = list(rows.order_by(rank.desc(), Lower("user__name"), "pk"))
    spent = spent_by_members(access.team.pk) if access.can("connection.read") else {}
    context = {
        "members": [
            (member, may_change(access, member), spent.get(member.user_id, Decimal(0)))
            for member in people
        ],
        "roles": roles_given_by(access.role),
        "refusal": refusal,
    }
    status = 422 if refusal else 200
    return render(request, "accounts/teams/members.html", context, status=status)
