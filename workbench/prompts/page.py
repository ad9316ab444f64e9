"""What the Workbench page and its out-of-band pieces are rendered from."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render

from workbench.accounts.http import WorkbenchRequest
from workbench.catalogue import API_VERSIONS, Problem

from .editor import EditorForm, is_changed
from .models import Draft, PromptVersion
from .parameters import blank_stop, model_groups
from .slots import mark_problems, problem_slots
from .turns import Turn

CANDIDATES_SHOWN = 60


def workbench_page(
    request: WorkbenchRequest,
    draft: Draft,
    form: EditorForm,
    problems: Iterable[Problem] = (),
    status: int = 200,
) -> HttpResponse:
    """The whole page; ``problems`` stand beside their fields, after what the form itself found."""
    context = workbench_context(draft, form, problems)
    return render(request, "prompts/workbench.html", context, status=status)


def workbench_context(
    draft: Draft, form: EditorForm, problems: Iterable[Problem] = ()
) -> dict[str, Any]:
    """The context of ``prompts/workbench.html``."""
    versions = (form.kept.api_version, *API_VERSIONS)
    return _state(draft, form) | {
        "draft": draft,
        "form": form,
        "run": draft.runs.order_by("-id").first(),
        "errors": mark_problems([*form.errors, *problems], form),
        "groups": model_groups(),
        "api_versions": sorted(set(versions), reverse=True),
        "upstreams": settings.UPSTREAMS.values(),
        "blank_stop": blank_stop(),
        "page": secrets.token_hex(6),
    }


def pieces(
    request: WorkbenchRequest, draft: Draft, form: EditorForm, status: int = 200, **parts: Any
) -> HttpResponse:
    """The pieces that follow from a stored form, each swapped in by its id; never a field.

    ``parts`` are what the action added (``new_turns``, ``new_rows``, ``new_stops``), the ids it
    took away (``gone``) and a ``toast``. The page is told that its text is stored.
    """
    shown = request.POST.get("sampling-shown")
    context = _state(draft, form) | {
        "draft": draft,
        "form": form,
        "slots": problem_slots(form.errors, form),
        "is_sampling_stale": shown is not None and shown != form.choice.mark,
        **parts,
    }
    response = render(request, "prompts/_pieces.html", context, status=status)
    if "X-Autosave" not in request.headers:
        events: dict[str, Any] = {"draft-saved": ""}
        if parts.get("toast"):
            kind = "ok" if status < 400 else "error"
            events["toast"] = {"text": parts["toast"], "kind": kind}
        response["HX-Trigger"] = json.dumps(events)
    return response


def turn_place(form: EditorForm, turn: Turn) -> str:
    """Where htmx puts ``turn`` on the page: before the turn that follows it, or at the end."""
    following = form.turns[(form.place_of(turn.key) or 0) + 1 :]
    return f"beforebegin:#turn-{following[0].key}" if following else "beforeend:#turns"


def _state(draft: Draft, form: EditorForm) -> dict[str, Any]:
    candidates = form.candidates
    return {
        "is_changed": is_changed(draft, form.content, form.name),
        "newer": _newer_version(draft),
        "candidates": candidates[:CANDIDATES_SHOWN],
        "candidate_count": len(candidates),
    }


def _newer_version(draft: Draft) -> PromptVersion | None:
    """The latest version, when somebody saved it after this draft was begun."""
    if draft.prompt is None or draft.prompt.latest_number <= (draft.base_number or 0):
        return None
    versions = PromptVersion.objects.filter(prompt=draft.prompt, number=draft.prompt.latest_number)
    return versions.select_related("author").defer("content").first()
