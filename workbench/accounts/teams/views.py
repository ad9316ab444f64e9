"""The pages of teams: mine, a new one, the settings of one, and its end."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from workbench.accounts import audit, throttle
from workbench.accounts.access import rule, signed_in
from workbench.accounts.forms import WRONG_PASSWORD
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.models import Role, Team

from .deleting import delete_team
from .forms import DeletionForm, NewTeamForm, TeamForm
from .roles import lock_team, make_team

pages = require_http_methods(["GET", "HEAD", "POST"])


@signed_in
@pages
def teams(request: WorkbenchRequest) -> HttpResponse:
    """List the person's teams, alone for the menu of the navigation; POST makes a new one."""
    if request.method != "POST":
        name = "accounts/teams/_mine.html" if request.htmx else "accounts/teams/list.html"
        return render(request, name, {"form": NewTeamForm()})
    form = NewTeamForm(request.POST)
    if not form.is_valid():
        return render(request, "accounts/teams/list.html", {"form": form}, status=422)
    with transaction.atomic():
        team = make_team(request, form.cleaned_data["name"], request.user)
    messages.success(request, f"“{team.name}” is made, and you own it.")
    return redirect("accounts:members", team=team.slug)


@rule("team.edit")
@pages
def settings(request: WorkbenchRequest) -> HttpResponse:
    """Show and change the name (owners) and the settings of the team."""
    team = request.access.team
    form = TeamForm(
        request.POST if request.method == "POST" else None,
        is_owner=request.access.role == Role.OWNER,
        initial={"name": team.name, "editors_share": team.editors_share},
    )
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "accounts/teams/settings.html", {"form": form}, status=status)
    _save(request, form)
    messages.success(request, "The settings of the team are saved.")
    return redirect("accounts:team", team=team.slug)


@transaction.atomic
def _save(request: WorkbenchRequest, form: TeamForm) -> None:
    """Store what was changed, each change with what was there before it."""
    lock_team(request.access.team)
    team = Team.objects.get(pk=request.access.team.pk)
    changed = {name: form.cleaned_data[name] for name in form.changed_data}
    before = {name: getattr(team, name) for name in changed}
    Team.objects.filter(pk=team.pk).update(**changed)
    if "name" in changed:
        after = changed.pop("name")
        audit.record_in_team(request, "team.rename", after, before=before.pop("name"), after=after)
    if changed:
        audit.record_in_team(request, "team.settings", team.name, before=before, after=changed)


@rule("team.own")
@pages
@sensitive_post_parameters("current_password")
def deletion(request: WorkbenchRequest) -> HttpResponse:
    """Ask for the team's name and the password, offer an export, then delete the team."""
    team = request.access.team
    form = DeletionForm(team, request.user, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _deletion_page(request, form)
    if "current_password" in form.fields:
        bucket = throttle.password_bucket(request.user.pk)
        if not bucket.take():
            return throttle.too_many(request, bucket)
        if not request.user.check_password(form.cleaned_data["current_password"]):
            form.add_error("current_password", WRONG_PASSWORD)
            return _deletion_page(request, form)
        bucket.give_back()
    delete_team(request)
    messages.success(request, f"“{team.name}” is deleted with everything that was in it.")
    return redirect("accounts:teams")


def _deletion_page(request: WorkbenchRequest, form: DeletionForm) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, "accounts/teams/deletion.html", {"form": form}, status=status)
