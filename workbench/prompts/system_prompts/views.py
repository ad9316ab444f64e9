"""The pages of system prompts: the list, one with its edit form, its versions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from workbench.accounts import audit
from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.numbers import is_number
from workbench.prompts.models import SystemPrompt, SystemPromptVersion

from .differences import difference
from .forms import SystemPromptForm
from .listing import SystemPromptFilter, count_users, tags_of, users_of
from .saving import NewerVersion, archive, make, save

VERSIONS_SHOWN = 100


@rule("prompt.read")
@require_safe
def system_prompts(request: WorkbenchRequest) -> HttpResponse:
    """The list; htmx gets the next rows alone."""
    chosen = SystemPromptFilter.from_query(request.GET.dict())
    context: dict[str, Any] = {"filter": chosen, "page": chosen.page(request.access)}
    if request.htmx and chosen.before:
        return render(request, "prompts/system_prompts/list.html#rows", context)
    context["tags"] = tags_of(request.access)
    return render(request, "prompts/system_prompts/list.html", context)


@rule("prompt.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: WorkbenchRequest) -> HttpResponse:
    """The form of a new one; a POST makes it with its first version."""
    form = SystemPromptForm.posted(request.POST) if request.method == "POST" else SystemPromptForm()
    if not form.is_bound or not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "prompts/system_prompts/new.html", {"form": form}, status=status)
    text, note = form.cleaned_data["text"], form.cleaned_data["note"]
    with transaction.atomic():
        made = make(request.access.team.pk, form.details, text, request.user, note)
        audit.record_in_team(request, "system-prompt.create", made.name)
    messages.success(request, "Saved as v1.")
    return _to_page(request, made)


@rule("prompt.read")
@require_safe
def system_prompt(request: WorkbenchRequest, system: str) -> HttpResponse:
    """The latest text; for members who edit in a form, with the text of ``restore`` if named."""
    found = request.access.get(SystemPrompt, slug=system)
    latest = _version(request, found, found.latest_number)
    shown = latest
    if (number := _number(request, "restore")) is not None:
        shown = _version(request, found, number)
    form = SystemPromptForm.of(found, shown)
    return _page(request, found, form, latest=latest, restored=shown if shown != latest else None)


@rule("prompt.edit")
@require_POST
def text(request: WorkbenchRequest, system: str) -> HttpResponse:
    """Save what was typed as the next version; when a newer one came meanwhile, ask first."""
    found = request.access.get(SystemPrompt, slug=system)
    form = SystemPromptForm.posted(request.POST)
    base = _number(request, "base") or 0
    if not form.is_valid():
        return _page(request, found, form, base=base, status=422)
    typed, note = form.cleaned_data["text"], form.cleaned_data["note"]
    try:
        with transaction.atomic():
            saved = save(found, form.details, typed, request.user, base=base, note=note)
            found.refresh_from_db()
            action = "system-prompt.save" if saved else "system-prompt.describe"
            audit.record_in_team(request, action, found.name, number=found.latest_number)
    except NewerVersion as error:
        return _conflict(request, found, form, error.version)
    said = f"Saved as v{saved.number}." if saved else _unchanged(found)
    messages.success(request, said)
    return _to_page(request, found)


def _unchanged(system_prompt: SystemPrompt) -> str:
    return f"The text did not change: it stays v{system_prompt.latest_number}."


def _conflict(
    request: WorkbenchRequest,
    system_prompt: SystemPrompt,
    form: SystemPromptForm,
    newer: SystemPromptVersion,
) -> HttpResponse:
    """What was typed, beside what the newer version has: the form now begins from that one."""
    changes = difference(newer.text, form.cleaned_data["text"])
    system_prompt.refresh_from_db()
    return _page(request, system_prompt, form, newer=newer, difference=changes, status=422)


def _page(
    request: WorkbenchRequest,
    system_prompt: SystemPrompt,
    form: SystemPromptForm,
    *,
    base: int = 0,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    access, slug = request.access, system_prompt.slug
    more.setdefault("latest", _version(request, system_prompt, system_prompt.latest_number))
    context = {
        "system_prompt": system_prompt,
        "form": form,
        "base": base or system_prompt.latest_number,
        "next_number": system_prompt.latest_number + 1,
        "users": users_of(access, slug),
        "user_count": count_users(access, [slug]).get(slug, 0),
        **more,
    }
    return render(request, "prompts/system_prompts/one.html", context, status=status)


@rule("prompt.read")
@require_safe
def versions(request: WorkbenchRequest, system: str) -> HttpResponse:
    """All versions, newest first, without their texts."""
    found = request.access.get(SystemPrompt, slug=system)
    rows = request.access.rows(SystemPromptVersion).filter(system_prompt=found).defer("text")
    if (before := _number(request, "before")) is not None:
        rows = rows.filter(number__lt=before)
    listed = list(rows.order_by("-number")[: VERSIONS_SHOWN + 1])
    context = {
        "system_prompt": found,
        "versions": listed[:VERSIONS_SHOWN],
        "older": listed[VERSIONS_SHOWN - 1].number if len(listed) > VERSIONS_SHOWN else 0,
    }
    return render(request, "prompts/system_prompts/versions.html", context)


@rule("prompt.read")
@require_safe
def version(request: WorkbenchRequest, system: str, number: int) -> HttpResponse:
    """One version as it was saved; with ``against`` what changed since that version."""
    found = request.access.get(SystemPrompt, slug=system)
    shown = _version(request, found, number)
    context: dict[str, Any] = {
        "system_prompt": found,
        "version": shown,
        "older_number": number - 1,
        "newer_number": number + 1 if number < found.latest_number else 0,
    }
    if (against := _number(request, "against")) is not None:
        other = _version(request, found, against)
        context |= {"other": other, "difference": difference(other.text, shown.text)}
    return render(request, "prompts/system_prompts/version.html", context)


@rule("prompt.edit")
@require_POST
def archived(request: WorkbenchRequest, system: str) -> HttpResponse:
    """Archive it; with ``restore`` bring it back."""
    found = request.access.get(SystemPrompt, slug=system)
    is_archived = "restore" not in request.POST
    with transaction.atomic():
        archive(found, is_archived=is_archived)
        audit.record_in_team(
            request, f"system-prompt.{'archive' if is_archived else 'restore'}", found.name
        )
    messages.success(request, "Archived." if is_archived else "Back in the library.")
    return _to_page(request, found)


def _version(
    request: WorkbenchRequest, system_prompt: SystemPrompt, number: int
) -> SystemPromptVersion:
    """A version of ``system_prompt``; raises ``Http404`` when it has no such number."""
    return request.access.get(SystemPromptVersion, system_prompt=system_prompt, number=number)


def _number(request: WorkbenchRequest, name: str) -> int | None:
    """A number of a version from the query or the post, None when it is not there or empty."""
    text = request.POST.get(name, "") or request.GET.get(name, "")
    if not text:
        return None
    if not is_number(text):
        raise BadRequest("Name a version by its number.")
    return int(text)


def _to_page(request: WorkbenchRequest, system_prompt: SystemPrompt) -> HttpResponse:
    slug = request.access.team.slug
    return redirect("prompts:system-prompt", team=slug, system=system_prompt.slug)
