"""The verbs of value sets in the variables panel."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from workbench.accounts import audit
from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.numbers import is_id
from workbench.messages_api import clean_text
from workbench.prompts.editor import EditorForm
from workbench.prompts.models import Draft, Prompt, ValueSet
from workbench.prompts.page import pieces, workbench_page
from workbench.prompts.posting import locked_draft, posted

from .filling import fill, filled_sentence, merged, put_back
from .panel import value_sets_context

LONGEST_NAME = 200
MOST = 500
NOT_SAVED = "Save the prompt first; value sets are kept with it."
NO_SET = "This set of values is not there any more."
NO_NAME = "Give the set of values a name."
NAME_TOO_LONG = f"A name has at most {LONGEST_NAME} characters; shorten this one."
NO_VALUES = "Give a variable a value first; a set keeps what is filled in."
TOO_MANY = f"A prompt has at most {MOST} sets of values; delete one first."


class Refused(Exception):
    """What was asked cannot be done; the sentence says why. ``asks``: may be done after all."""

    def __init__(self, sentence: str, *, asks: bool = False) -> None:
        self.asks = asks
        super().__init__(sentence)


@rule("prompt.edit")
@require_POST
@transaction.atomic
def values(request: WorkbenchRequest, draft: int) -> HttpResponse:
    """``fill`` from the chosen set, ``keep`` the values under a name, ``replace`` the set of that
    name, ``rename`` or ``delete`` the chosen set, ``restore`` the deleted one, or ``put-back`` the
    values from before. The whole form is stored with it.
    """
    found = locked_draft(request, draft)
    form = posted(request, found)
    try:
        with transaction.atomic():
            parts = _change(request, found, form)
    except Refused as error:
        form.save_to(found)
        return _refused(request, found, form, error)
    form.save_to(found)
    if not request.htmx:
        if parts.get("toast"):
            messages.success(request, parts["toast"])
        return redirect("prompts:draft", team=request.access.team.slug, draft=draft)
    left = value_sets_context(found, chosen=parts.pop("chosen", 0))
    return pieces(request, found, form, are_sets_stale=True, **left, **parts)


def _refused(
    request: WorkbenchRequest, draft: Draft, form: EditorForm, error: Refused
) -> HttpResponse:
    chosen = request.POST.get("value-set", "")
    left = value_sets_context(
        draft,
        chosen=int(chosen) if is_id(chosen) else 0,
        name=clean_text(request.POST.get("value-set-name", "")),
        sentence=str(error),
        asks=error.asks,
    )
    if not request.htmx:
        return workbench_page(request, draft, form, status=422, **left)
    return pieces(request, draft, form, 422, are_sets_stale=True, **left)


def _change(request: WorkbenchRequest, draft: Draft, form: EditorForm) -> dict[str, Any]:
    if "put-back" in request.POST:
        return {"are_values_stale": put_back(form)}
    _prompt_of(draft)
    if "keep" in request.POST or "replace" in request.POST:
        return _keep(request, draft, form)
    if "restore" in request.POST:
        return _restore(request, draft, form)
    chosen = _chosen(request, draft)
    if "rename" in request.POST:
        return _rename(request, draft, chosen)
    if "delete" in request.POST:
        return _delete(request, draft, form, chosen)
    count = fill(form, chosen.values)
    sentence = filled_sentence(form, chosen.name, chosen.values, count)
    return {"are_values_stale": True, "toast": sentence, "chosen": chosen.pk}


def _prompt_of(draft: Draft) -> Prompt:
    """The prompt that keeps the sets; refuses when there is none yet."""
    if draft.prompt is None:
        raise Refused(NOT_SAVED)
    return draft.prompt


def _sets(request: WorkbenchRequest, draft: Draft) -> Any:
    return request.access.rows(ValueSet).filter(prompt=_prompt_of(draft))


def _chosen(request: WorkbenchRequest, draft: Draft) -> ValueSet:
    pk = request.POST.get("value-set", "")
    # Locked: another member may be about to rename or delete it.
    rows = _sets(request, draft).select_for_update()
    found: ValueSet | None = rows.filter(pk=int(pk)).first() if is_id(pk) else None
    if found is None:
        raise Refused(NO_SET)
    return found


def _name(request: WorkbenchRequest) -> str:
    name = " ".join(clean_text(request.POST.get("value-set-name", "")).split())
    if not name:
        raise Refused(NO_NAME)
    if len(name) > LONGEST_NAME:
        raise Refused(NAME_TOO_LONG)
    return name


def _keep(request: WorkbenchRequest, draft: Draft, form: EditorForm) -> dict[str, Any]:
    name = _name(request)
    if not form.values:
        raise Refused(NO_VALUES)
    found = _sets(request, draft).select_for_update().filter(name=name).first()
    if found and "replace" not in request.POST:
        raise Refused(
            f"There is a set “{name}” already: replace it, or type another name.", asks=True
        )
    if found is None:
        found = _make(request, draft, name, form.values)
    else:
        found.values = merged(form, found.values)
        found.save(update_fields=["values", "updated_at"])
    _record(request, draft, "value-set.save", name)
    return {"toast": f"Kept as “{name}”.", "chosen": found.pk, "focus": "value-set"}


def _make(request: WorkbenchRequest, draft: Draft, name: str, kept: dict[str, str]) -> ValueSet:
    if _sets(request, draft).count() >= MOST:
        raise Refused(TOO_MANY)
    try:
        with transaction.atomic():
            return ValueSet.objects.create(
                team_id=draft.team_id,
                prompt=_prompt_of(draft),
                name=name,
                values=kept,
                created_by=request.user,
            )
    except IntegrityError:
        raise Refused(
            f"There is a set “{name}” already: replace it, or type another name.", asks=True
        ) from None


def _rename(request: WorkbenchRequest, draft: Draft, chosen: ValueSet) -> dict[str, Any]:
    name = _name(request)
    if _sets(request, draft).filter(name=name).exclude(pk=chosen.pk).exists():
        raise Refused(f"There is a set “{name}” already: type another name.")
    old, chosen.name = chosen.name, name
    try:
        with transaction.atomic():
            chosen.save(update_fields=["name", "updated_at"])
    except IntegrityError:
        raise Refused(f"There is a set “{name}” already: type another name.") from None
    _record(request, draft, "value-set.rename", name, before=old)
    return {"toast": f"“{old}” is now “{name}”.", "chosen": chosen.pk, "focus": "value-set"}


def _delete(
    request: WorkbenchRequest, draft: Draft, form: EditorForm, chosen: ValueSet
) -> dict[str, Any]:
    form.before["value_set"] = {"name": chosen.name, "values": chosen.values}
    chosen.delete()
    _record(request, draft, "value-set.delete", chosen.name)
    return {"toast": f"Deleted the set “{chosen.name}”.", "focus": "deleted-set"}


def _restore(request: WorkbenchRequest, draft: Draft, form: EditorForm) -> dict[str, Any]:
    kept = form.before.get("value_set")
    if kept is None:
        raise Refused(NO_SET)
    made = _make(request, draft, kept["name"], kept["values"])
    del form.before["value_set"]
    _record(request, draft, "value-set.save", made.name)
    return {"chosen": made.pk, "focus": "value-set"}


def _record(request: WorkbenchRequest, draft: Draft, action: str, name: str, **detail: str) -> None:
    target = draft.prompt.name if draft.prompt else ""
    audit.record_in_team(request, action, target, name=name, **detail)
