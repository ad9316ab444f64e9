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
    if not request.htmx:
        return redirect(url)
    response = HttpResponseClientRedirect(url)
    response["HX-Trigger"] = json.dumps({"draft-saved": ""})
    return response
