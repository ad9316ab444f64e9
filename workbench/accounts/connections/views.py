"""The pages of a team's connections: adding one, changing it, trying its key, deleting it."""

from __future__ import annotations

from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib import messages
from django.db import connections as databases
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from workbench.accounts import audit
from workbench.accounts.access import rule
from workbench.accounts.encryption import Unreadable
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.models import Connection, Team
from workbench.accounts.teams.roles import lock_team

from .forms import ConnectionForm, KeyForm, MoneyForm, SettingsForm, cap_text
from .keys import is_readable, opened, put_key
from .trying import State, Tried, tried

GONE = "This server has no upstream “{}” any more, so the key cannot be tried."
UNREADABLE = "The key of “{}” cannot be read any more: enter it again."
# What an async view hands on: the connection whose key is to be tried, or an answer already.
Step = tuple[Connection, str] | HttpResponse


@rule("connection.read")
@require_safe
def connections(request: WorkbenchRequest) -> HttpResponse:
    """The team's connections, what may be spent, and for admins the forms."""
    return _page(request)


@rule("connection.edit")
@require_POST
async def addition(request: WorkbenchRequest) -> HttpResponse:
    """Add a connection and try its key; it is kept whatever comes out."""
    return await _tried(request, await sync_to_async(_added)(request))


@rule("connection.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def connection(request: WorkbenchRequest, connection: int) -> HttpResponse:
    """What can be changed about a connection; POST changes its name, API version and cap."""
    team = request.access.team
    with transaction.atomic():
        found = _locked(request, connection)
        if request.method != "POST":
            return _one(request, found)
        form = SettingsForm(team, request.POST, connection=found)
        if not form.is_valid():
            return _one(request, found, form=form)
        for name, value in form.cleaned_data.items():
            setattr(found, name, value)
        found.save(update_fields=list(form.cleaned_data))
        cap = cap_text(found.cap_usd)
        _record(request, "connection.update", found, cap_usd=cap, api_version=found.api_version)
    messages.success(request, f"“{found.name}” is changed.")
    return redirect("accounts:connections", team=team.slug)


@rule("connection.edit")
@require_POST
async def key(request: WorkbenchRequest, connection: int) -> HttpResponse:
    """Put a new key in the place of the old one, and try it."""
    return await _tried(request, await sync_to_async(_rotated)(request, connection))


@rule("connection.edit")
@require_POST
async def trial(request: WorkbenchRequest, connection: int) -> HttpResponse:
    """Try the key of a connection once more."""
    return await _tried(request, await sync_to_async(_stored)(request, connection))


@rule("connection.edit")
@require_POST
def choice(request: WorkbenchRequest, connection: int) -> HttpResponse:
    """Make a connection the one that requests to its upstream use."""
    with transaction.atomic():
        found = _locked(request, connection)
        if not found.is_default:
            _others(request, found).update(is_default=False)
            request.access.rows(Connection).filter(pk=found.pk).update(is_default=True)
            _record(request, "connection.default", found)
    messages.success(request, f"Requests use “{found.name}” from now on.")
    return redirect("accounts:connections", team=request.access.team.slug)


@rule("connection.edit")
@require_POST
def deletion(request: WorkbenchRequest, connection: int) -> HttpResponse:
    """Delete a connection; the oldest other one of its upstream takes its place."""
    with transaction.atomic():
        found = _locked(request, connection)
        _record(request, "connection.delete", found)
        heir = _others(request, found).order_by("pk").first() if found.is_default else None
        found.delete()
        if heir is not None:
            request.access.rows(Connection).filter(pk=heir.pk).update(is_default=True)
    said = f"“{found.name}” is deleted, and its key with it."
    messages.success(request, f"{said} Requests use “{heir.name}” from now on." if heir else said)
    return redirect("accounts:connections", team=request.access.team.slug)


@rule("connection.edit")
@require_POST
def money(request: WorkbenchRequest) -> HttpResponse:
    """Say what the team spends in a month at most, and who may spend."""
    form = MoneyForm(request.POST)
    if not form.is_valid():
        return _page(request, money=form)
    with transaction.atomic():
        team = Team.objects.select_for_update().get(pk=request.access.team.pk)
        team.cap_usd = form.cleaned_data["cap_usd"]
        team.spend_role = form.cleaned_data["spend_role"]
        team.save(update_fields=["cap_usd", "spend_role"])
        audit.record_in_team(
            request,
            "team.money",
            team.name,
            cap_usd=cap_text(team.cap_usd),
            spend_role=team.spend_role,
        )
    messages.success(request, "What the team may spend is changed.")
    return redirect("accounts:connections", team=team.slug)


# Steps of the async views: none holds a database connection while an upstream is asked ---------


async def _tried(request: WorkbenchRequest, step: Step) -> HttpResponse:
    if isinstance(step, HttpResponse):
        return step
    found, text = step
    upstream = settings.UPSTREAMS.get(found.upstream)
    if upstream is None:
        came = Tried(State.UNTESTED, GONE.format(found.upstream))
    else:
        came = await tried(upstream, text)
    return await sync_to_async(_noted)(request, found, came)


def _added(request: WorkbenchRequest) -> Step:
    team = request.access.team
    try:
        with transaction.atomic():
            # One at a time: two at once would both find their name free, and no default.
            lock_team(team)
            form = ConnectionForm(team, request.POST)
            if not form.is_valid():
                return _page(request, form=form)
            text = form.cleaned_data.pop("key")
            made = Connection(team=team, created_by=request.user, **form.cleaned_data)
            made.is_default = not _others(request, made).exists()
            made.save()
            put_key(made, text)
            _record(request, "connection.create", made, cap_usd=cap_text(made.cap_usd))
        return made, text
    finally:
        databases.close_all()


def _rotated(request: WorkbenchRequest, pk: int) -> Step:
    try:
        with transaction.atomic():
            found = _locked(request, pk)
            form = KeyForm(request.POST)
            if not form.is_valid():
                return _one(request, found, key=form)
            put_key(found, form.cleaned_data["key"])
            _record(request, "connection.rotate", found)
        return found, form.cleaned_data["key"]
    finally:
        databases.close_all()


def _stored(request: WorkbenchRequest, pk: int) -> Step:
    try:
        found = request.access.get(Connection, pk=pk)
        try:
            return found, opened(found)
        except Unreadable:
            messages.error(request, UNREADABLE.format(found.name))
            return _back(request)
    finally:
        databases.close_all()


def _noted(request: WorkbenchRequest, found: Connection, came: Tried) -> HttpResponse:
    """Keep what the trial said, unless the key was changed meanwhile, and say it."""
    row = request.access.rows(Connection).filter(pk=found.pk, key_ciphertext=found.key_ciphertext)
    if came.state != State.UNTESTED:
        refused_at = None if came.works else timezone.now()
        row.update(state=came.state, refused_at=refused_at, tested_at=timezone.now())
    say = messages.success if came.works else messages.warning
    say(request, f"“{found.name}”: {came.sentence}")
    return _back(request)


# Small things ---------------------------------------------------------------------------------


def _locked(request: WorkbenchRequest, pk: int) -> Connection:
    """The team's connection; whoever else changes the team's connections waits."""
    lock_team(request.access.team)
    return get_object_or_404(request.access.rows(Connection).select_for_update(), pk=pk)


def _others(request: WorkbenchRequest, found: Connection) -> Any:
    rows = request.access.rows(Connection).filter(upstream=found.upstream)
    return rows.exclude(pk=found.pk)


def _record(request: WorkbenchRequest, action: str, found: Connection, **detail: Any) -> None:
    detail |= {"connection": found.pk, "upstream": found.upstream, "last4": found.last4}
    audit.record_in_team(request, action, found.name, **detail)


def _back(request: WorkbenchRequest) -> HttpResponse:
    return redirect("accounts:connections", team=request.access.team.slug)


def _page(
    request: WorkbenchRequest,
    *,
    form: ConnectionForm | None = None,
    money: MoneyForm | None = None,
) -> HttpResponse:
    """The list; 422 with a form that could not be read."""
    team = request.access.team
    rows = list(
        request.access.rows(Connection)
        .select_related("created_by")
        .order_by("upstream", "-is_default", "name")
    )
    context = {
        "form": form or ConnectionForm(team),
        "money": money or MoneyForm.of(team),
        "connections": [
            {"row": row, "state": row.State(row.state if is_readable(row) else "unreadable")}
            for row in rows
        ],
        "upstreams": settings.UPSTREAMS,
        "operator_pays": settings.OPERATOR_KEY_FOR_TEAMS
        and any(each.api_key and not each.is_simulator for each in settings.UPSTREAMS.values()),
    }
    status = 422 if form or money else 200
    return render(request, "accounts/connections/list.html", context, status=status)


def _one(
    request: WorkbenchRequest,
    found: Connection,
    *,
    form: SettingsForm | None = None,
    key: KeyForm | None = None,
) -> HttpResponse:
    """The page of one connection; 422 with a form that could not be read."""
    values = {name: getattr(found, name) for name in ("name", "api_version", "cap_usd")}
    context = {
        "connection": found,
        "state": found.State(found.state if is_readable(found) else "unreadable"),
        "form": form or SettingsForm(request.access.team, initial=values, connection=found),
        "key_form": key or KeyForm(),
    }
    status = 422 if form or key else 200
    return render(request, "accounts/connections/connection.html", context, status=status)
