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
from workbench.prompts.declarations import MOST
from workbench.prompts.editor import EditorForm
from workbench.prompts.page import pieces, turn_place
from workbench.prompts.parameters import blank_stop
from workbench.prompts.posting import locked_draft, posted
from workbench.prompts.turns import Turn

Change = Callable[[EditorForm, dict[str, str]], dict[str, Any]]


@rule("prompt.edit")
@require_POST
def turns(request: WorkbenchRequest, draft: int) -> HttpResponse:
    """``add`` a pair; ``remove``, ``up``, ``down`` a turn by key; ``restore`` the last removed."""
    return _changed(request, draft, _change_turns)


@rule("prompt.edit")
@require_POST
def variables(request: WorkbenchRequest, draft: int) -> HttpResponse:
    """``declare`` a name, ``declare-all``, ``remove`` by key, ``restore`` the last removed."""
    return _changed(request, draft, _change_variables)


@rule("prompt.edit")
@require_POST
def parameters(request: WorkbenchRequest, draft: int) -> HttpResponse:
    """Follow another model; ``remove`` a number, ``add-stop`` or ``remove-stop`` a row."""
    return _changed(request, draft, _change_parameters)


@transaction.atomic
def _changed(request: WorkbenchRequest, draft: int, change: Change) -> HttpResponse:
    found = locked_draft(request, draft)
    form = posted(request, found)
    parts = change(form, request.POST.dict())
    form.save_to(found)
    if not request.htmx:
        return redirect("prompts:draft", team=request.access.team.slug, draft=draft)
    return pieces(request, found, form, **parts)


def _change_turns(form: EditorForm, post: dict[str, str]) -> dict[str, Any]:
    if "add" in post:
        return {"new_turns": form.add_turns(), "turn_place": "beforeend:#turns"}
    if "remove" in post:
        form.remove_turn(post["remove"])
        return {"gone": _gone("turn", post["remove"]), "are_removed_turns_stale": True}
    if "restore" in post:
        return _placed(form, form.restore_turn()) | {"are_removed_turns_stale": True}
    key = post.get("up") or post.get("down") or ""
    moved = form.move_turn(key, -1 if "up" in post else 1)
    return _placed(form, moved) | {"gone": _gone("turn", key)} if moved else {}


def _placed(form: EditorForm, turn: Turn | None) -> dict[str, Any]:
    return {"new_turns": [turn], "turn_place": turn_place(form, turn)} if turn else {}


def _change_variables(form: EditorForm, post: dict[str, str]) -> dict[str, Any]:
    if "remove" in post:
        form.remove_variable(post["remove"])
        return {"gone": _gone("variable", post["remove"]), "are_removed_variables_stale": True}
    if "restore" in post:
        row = form.restore_variable()
        return {"new_rows": [row] if row else [], "are_removed_variables_stale": True}
    if "declare-all" in post:
        return _declared(form, form.candidates)
    name = post.get("declare") or post.get("new-variable", "")
    return _declared(form, [name.strip()]) | {"is_new_variable": True}


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
        return {"gone": _gone("stop", key)}
    if "remove" in post:
        form.remove_parameter(post["remove"])
    return {"is_sampling_stale": True}


def _gone(kind: str, key: str) -> list[str]:
    """The id of an element to take off the page; none for a key that no form of ours has."""
    return [f"{kind}-{key}"] if key.isalnum() else []
