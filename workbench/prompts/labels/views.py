"""Labels of a prompt: one address to set, move and remove them, from two pages."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.numbers import is_number
from workbench.messages_api import clean_text
from workbench.prompts.history.pages import history_page, version_page
from workbench.prompts.models import Prompt

from .moving import IsProtected, NotMoved, move

NO_NUMBER = "Give the number of a version, such as 3."


@rule("label.move")
@require_POST
def labels(request: WorkbenchRequest, prompt: int) -> HttpResponse:
    """Point the label ``name`` to version ``number``, or ``remove`` it.

    ``from`` is the version at which the page showed it, ``page`` the number of the version whose
    page it was, nothing for the history of the prompt.
    """
    found = request.access.get(Prompt, pk=prompt)
    name = clean_text(request.POST.get("name", "")).strip()
    try:
        said = move(request, found, name, to=_target(request), shown=_number(request, "from"))
    except NotMoved as refusal:
        typed = {"name": name[:200], "number": request.POST.get("number", "")[:20]}
        more = {"label_error": str(refusal), "is_proposable": isinstance(refusal, IsProtected)}
        return _page(request, found, 422, label_typed=typed, **more)
    if request.htmx:
        answer = _page(request, found, 200, label_moved=name.lower())
        answer["HX-Trigger"] = json.dumps({"toast": {"text": said, "kind": "ok"}})
        return answer
    messages.success(request, said)
    return _back(request, found)


def _target(request: WorkbenchRequest) -> int | None:
    """The version to point to, None for removal; raises ``NotMoved`` when none is named."""
    if "remove" in request.POST:
        return None
    if number := _number(request, "number"):
        return number
    raise NotMoved(NO_NUMBER)


def _number(request: WorkbenchRequest, field: str) -> int | None:
    text = request.POST.get(field, "").strip().removeprefix("v")
    return int(text) if is_number(text) else None


def _page(request: WorkbenchRequest, prompt: Prompt, status: int, **context: Any) -> HttpResponse:
    """The page that the form stands on, or for htmx the part of it that shows labels."""
    if number := _number(request, "page"):
        return version_page(request, prompt, number, status=status, **context)
    return history_page(request, prompt, status=status, **context)


def _back(request: WorkbenchRequest, prompt: Prompt) -> HttpResponse:
    slug = request.access.team.slug
    if number := _number(request, "page"):
        return redirect("prompts:version", slug, prompt.pk, number)
    return redirect("prompts:history", slug, prompt.pk)
