"""The retirement watch: every ending model in use, and the switch of a prompt to the successor."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.prompts.models import Prompt, PromptVersion

from .successor import open_switched, switch_of
from .watch import SHOWN, watch

IS_NEWER = "Somebody saved a newer version meanwhile; this is what the switch changes in it."


@rule("prompt.read")
@require_safe
def retirements(request: WorkbenchRequest) -> HttpResponse:
    """The models that go, and what of the team uses them."""
    context = {"watch": watch(request.access), "shown": SHOWN}
    return render(request, "prompts/retirements/list.html", context)


@rule("prompt.read")
@require_safe
def successor(request: WorkbenchRequest, prompt: int) -> HttpResponse:
    """What the latest version becomes with the successor of its model; nothing is changed."""
    version = _latest(request, prompt)
    context = {
        "prompt": version.prompt,
        "version": version,
        "pending": switch_of(version),
        "can_edit": request.access.can("prompt.edit"),
    }
    return render(request, "prompts/retirements/successor.html", context)


@rule("prompt.edit")
@require_POST
def successor_draft(request: WorkbenchRequest, prompt: int) -> HttpResponse:
    """Open the latest version as a draft with the successor; ``accept`` names replacements."""
    version, team = _latest(request, prompt), request.access.team.slug
    pending = switch_of(version)
    if pending is None:
        return redirect("prompts:successor", team=team, prompt=prompt)
    if request.POST.get("number") != str(version.number):
        messages.warning(request, IS_NEWER)
        return redirect("prompts:successor", team=team, prompt=prompt)
    open_switched(request.access, version, request.POST.getlist("accept"))
    told = f"This is v{version.number} with {pending.to}, not saved yet: look at it, run it, save."
    messages.success(request, told)
    return redirect("prompts:prompt", team=team, prompt=prompt)


def _latest(request: WorkbenchRequest, prompt: int) -> PromptVersion:
    found = request.access.get(Prompt, pk=prompt)
    request.access.get(PromptVersion, prompt=found, number=found.latest_number)
    versions = request.access.rows(PromptVersion).select_related("prompt")
    return versions.get(prompt=found, number=found.latest_number)
