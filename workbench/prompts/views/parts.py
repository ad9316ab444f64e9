"""Adding, moving and removing parts of a draft: turns, variables, parameters.

Each post carries the whole form and stores it. htmx gets the changed parts alone, so that what is
being typed elsewhere on the page stays; without a script the page is loaded again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.messages_api import clean_text
from workbench.prompts.declarations import MOST
from workbench.prompts.editor import EditorForm
from workbench.prompts.page import pieces
from workbench.prompts.parameters import blank_beta, blank_stop
from workbench.prompts.posting import locked_draft, posted
from workbench.prompts.turn_verbs import change_turns

Change = Callable[[EditorForm, dict[str, str]], dict[str, Any]]


@rule("prompt.edit")
@require_POST
def turns(request: WorkbenchRequest, draft: int) -> HttpResponse:
    """The verbs of turns and of their blocks: see ``turn_verbs``."""
    return changed(request, draft, change_turns)


@rule("prompt.edit")
@require_POST
def variables(request: WorkbenchRequest, draft: int) -> HttpResponse:
    """``declare`` a name, ``declare-all``, ``remove`` by key, ``restore`` the last removed.

    ``new-variable-value`` is a name and, from its second line on, the value to declare it with.
    """
    return changed(request, draft, _change_variables)


@rule("prompt.edit")
@require_POST
def parameters(request: WorkbenchRequest, draft: int) -> HttpResponse:
    """Follow a change; ``remove`` a parameter; ``add-`` or ``remove-`` a ``stop`` or ``beta``;
    ``example-format`` for a schema to begin with."""
    return changed(request, draft, _change_parameters)


@transaction.atomic
def changed(request: WorkbenchRequest, draft: int, change: Change) -> HttpResponse:
    """Read the posted form, change it, store it, and answer with what the change brings."""
    found = locked_draft(request, draft)
    form = posted(request, found)
    parts = change(form, request.POST.dict())
    form.save_to(found)
    if not request.htmx:
        return redirect("prompts:draft", team=request.access.team.slug, draft=draft)
    return pieces(request, found, form, **parts)


def _change_variables(form: EditorForm, post: dict[str, str]) -> dict[str, Any]:
    if "remove" in post:
        form.remove_variable(post["remove"])
        return {"gone": _gone("variable", post["remove"]), "are_removed_variables_stale": True}
    if "restore" in post:
        row = form.restore_variable()
        return {"new_rows": [row] if row else [], "are_removed_variables_stale": True}
    if "declare-all" in post:
        return _declared(form, form.candidates)
    name = (post.get("declare") or post.get("new-variable", "")).strip()
    parts = _declared(form, [name]) | {"is_new_variable": True}
    named, _, value = clean_text(post.get("new-variable-value", "")).partition("\n")
    if value and named == name:
        # A selection became the variable: who did that goes on in the text.
        parts["is_focus_kept"] = True
        for row in parts["new_rows"]:
            row.value = value
    return parts


def _declared(form: EditorForm, names: list[str]) -> dict[str, Any]:
    rows = form.declarations.declare(names)
    full = f"A prompt has at most {MOST:,} variables; the other names stay text."
    return {"new_rows": rows, "toast": full if len(form.declarations.rows) >= MOST else ""}


def _change_parameters(form: EditorForm, post: dict[str, str]) -> dict[str, Any]:
    if "add-stop" in post:
        return {"new_stops": [blank_stop()]}
    if "remove-stop" in post:
        key = post["remove-stop"]
        form.stops = [stop for stop in form.stops if stop.key != key]
        return {"gone": _gone("stop", key), "row_gone": "stop"}
    if "add-beta" in post:
        return {"new_betas": [blank_beta()]}
    if "remove-beta" in post:
        key = post["remove-beta"]
        form.betas = [beta for beta in form.betas if beta.key != key]
        return {"gone": _gone("beta", key), "row_gone": "beta"}
    if "remove" in post:
        form.remove_parameter(post["remove"])
        return {"redrawn": list(form.panel.regions), "is_parameter_gone": True}
    if "example-format" in post:
        form.begin_schema()
        return {"redrawn": ["format"], "is_example": True}
    return {}


def _gone(kind: str, key: str) -> list[str]:
    """The id of an element to take off the page; none for a key that no form of ours has."""
    return [f"{kind}-{key}"] if key.isalnum() else []
