"""Leading a person to where two texts are merged, instead of saving one of them."""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from workbench.accounts.http import WorkbenchRequest
from workbench.prompts.editor import EditorForm
from workbench.prompts.models import Draft

LOOK_FIRST = (
    "No version was saved: your text from another page was taken in. Look at it, then save."
)


def lead_to_merge(request: WorkbenchRequest, draft: Draft, form: EditorForm) -> HttpResponse:
    """Keep a form that could not become a version, and lead to what has to be decided first."""
    form.save_to(draft)
    team, sender = request.access.team.slug, form.sender
    url = reverse("prompts:merge", args=[team, draft.pk])
    if sender is not None and sender.copy is not None:
        if sender.is_apart:
            url = reverse("prompts:merge-copy", args=[team, draft.pk, sender.copy.pk])
        else:
            messages.info(request, LOOK_FIRST)
            url = reverse("prompts:draft", args=[team, draft.pk])
    return _to(request, url)


def lead_on(request: WorkbenchRequest, draft: Draft, form: EditorForm) -> HttpResponse:
    """Lead from a stored form to what its button asked to ``show``: a merge, or the page anew."""
    team, sender = request.access.team.slug, form.sender
    if sender is not None and sender.copy is not None and sender.is_apart:
        return _to(request, reverse("prompts:merge-copy", args=[team, draft.pk, sender.copy.pk]))
    name = "prompts:merge" if request.POST["show"] == "merge" else "prompts:draft"
    return _to(request, reverse(name, args=[team, draft.pk]))


def _to(request: WorkbenchRequest, url: str) -> HttpResponse:
    if not request.htmx:
        return redirect(url)
    response = HttpResponseClientRedirect(url)
    response["HX-Trigger"] = json.dumps({"draft-saved": ""})
    return response
