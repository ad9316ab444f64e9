"""Beside the system prompt of a draft: the library to copy from, to update from and to save to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from workbench.accounts import audit
from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.numbers import is_number
from workbench.messages_api import clean_text
from workbench.prompts.editor import EditorForm
from workbench.prompts.models import Draft, SystemPromptVersion
from workbench.prompts.page import pieces
from workbench.prompts.posting import locked_draft, posted

from .differences import difference
from .forms import LONGEST_NAME, NAME_TOO_LONG, NO_NAME
from .listing import SystemPromptFilter
from .origin import origin_of
from .saving import Details, make
from .verbs import is_empty, note_copy, put_back, put_before, put_behind, replace_with, text_in

PREVIEW = 20_000
"""Characters of a text that are shown before it is inserted."""
CHOOSE, COMPARE = "choose", "compare"
ASK = "The system prompt has a text already: choose what becomes of it."
NO_TEXT = "Only a system prompt that is one text can be saved; this one has several blocks."

Insertion = Callable[[EditorForm, SystemPromptVersion], None]
INSERTIONS: dict[str, Insertion] = {
    "insert": replace_with,
    "replace": replace_with,
    "before": put_before,
    "behind": put_behind,
}


@rule("prompt.edit")
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def system_prompt(request: WorkbenchRequest, draft: int) -> HttpResponse:
    """The library beside the editor: a list with a preview, or with ``compare`` a newer version.

    A POST stores the whole form. ``library`` and ``compare`` open the dialog of that name;
    ``insert``, ``replace``, ``before`` and ``behind`` put in the version that they name by slug and
    number; ``save`` makes a system prompt of the text; ``put-back`` exchanges the text with the one
    from before.
    """
    if request.method != "POST":
        found = request.access.get(Draft, pk=draft, user=request.user)
        view = COMPARE if COMPARE in request.GET else CHOOSE
        return _dialog(request, found, EditorForm.of(found), view)
    found = locked_draft(request, draft)
    form = posted(request, found)
    return _changed(request, found, form)


def _changed(request: WorkbenchRequest, draft: Draft, form: EditorForm) -> HttpResponse:
    """Do what the pressed button says; the answer shows the form as it is then."""
    verb = next((verb for verb in INSERTIONS if verb in request.POST), "")
    if verb == "insert" and not is_empty(form):
        chosen = request.POST[verb].partition(" ")[0]
        return _dialog(request, draft, form, CHOOSE, sentence=ASK, chosen=chosen)
    if verb:
        version = _named(request, request.POST[verb])
        INSERTIONS[verb](form, version)
        return _done(request, draft, form, toast=f"Inserted {version}.", focus="system")
    if "save" in request.POST:
        return _save(request, draft, form)
    if "put-back" in request.POST:
        put_back(form)
        return _done(request, draft, form, focus="system")
    return _dialog(request, draft, form, COMPARE if COMPARE in request.POST else CHOOSE)


def _named(request: WorkbenchRequest, name: str) -> SystemPromptVersion:
    """The version that "slug number" names; raises ``Http404`` when the team has none such."""
    slug, _, number = name.partition(" ")
    if not is_number(number):
        raise Http404("no such version")
    versions = request.access.rows(SystemPromptVersion).select_related("system_prompt")
    found = versions.filter(system_prompt__slug=clean_text(slug), number=int(number)).first()
    if found is None:
        raise Http404("no such version")
    return found


def _save(request: WorkbenchRequest, draft: Draft, form: EditorForm) -> HttpResponse:
    """Make a system prompt of the text of the draft, which then is a copy of it."""
    name = " ".join(clean_text(request.POST.get("system-prompt-name", "")).split())
    text = text_in(form)
    sentence = NO_TEXT if text is None else "" if name else NO_NAME
    sentence = NAME_TOO_LONG if len(name) > LONGEST_NAME else sentence
    if sentence or not text:
        said = {"save_sentence": sentence or "Write a system prompt first.", "save_name": name}
        return _dialog(request, draft, form, CHOOSE, status=422, **said)
    made = make(request.access.team.pk, Details(name), text, request.user)
    audit.record_in_team(request, "system-prompt.create", name)
    note_copy(form, made.versions.select_related("system_prompt").get(number=made.latest_number))
    return _done(request, draft, form, toast=f"Saved as the system prompt “{name}”.")


def _done(request: WorkbenchRequest, draft: Draft, form: EditorForm, **parts: Any) -> HttpResponse:
    form.save_to(draft)
    if not request.htmx:
        return redirect("prompts:draft", team=request.access.team.slug, draft=draft.pk)
    parts |= {"is_system_stale": True, "is_dialog_over": True}
    return pieces(request, draft, form, **parts)


def _dialog(
    request: WorkbenchRequest,
    draft: Draft,
    form: EditorForm,
    view: str,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """A dialog over the editor; without a script, and for what needs no form, a page."""
    is_post = request.method == "POST"
    is_over = is_post and bool(request.htmx)
    if is_post:
        form.save_to(draft)
    if is_post and not is_over and not more:
        url = reverse("prompts:choose-system-prompt", args=[request.access.team.slug, draft.pk])
        return redirect(f"{url}?compare=1" if view == COMPARE else url)
    make_context = _comparison if view == COMPARE else _choice
    context = make_context(request, draft, form, **more)
    if is_over:
        template = f"prompts/system_prompts/_{view}.html"
        return pieces(request, draft, form, status, dialog=template, is_over=True, **context)
    context |= {"draft": draft, "is_over": bool(request.htmx)}
    template = "_choice" if request.htmx and view == CHOOSE else view
    return render(request, f"prompts/system_prompts/{template}.html", context, status=status)


def _choice(
    request: WorkbenchRequest, draft: Draft, form: EditorForm, chosen: str = "", **more: Any
) -> dict[str, Any]:
    """The list that the search finds, and the text of the chosen one, the first unless named."""
    query = request.GET.dict() if request.method != "POST" else {}
    found = SystemPromptFilter.from_query(query)
    page = found.page(request.access)
    chosen = chosen or clean_text(query.get("chosen", ""))
    rows = [row.system_prompt for row in page.rows]
    versions = request.access.rows(SystemPromptVersion).select_related("system_prompt")
    row = next((row for row in rows if row.slug == chosen), rows[0] if rows else None)
    version = versions.get(system_prompt=row, number=row.latest_number) if row else None
    return {
        "filter": found,
        "choices": rows,
        "more_query": page.next_query,
        "chosen": version,
        "preview": version.text[:PREVIEW] if version else "",
        "rest": max(0, len(version.text) - PREVIEW) if version else 0,
        "is_empty": is_empty(form),
        "can_save": bool(text_in(form)),
        **more,
    }


def _comparison(
    request: WorkbenchRequest, draft: Draft, form: EditorForm, **more: Any
) -> dict[str, Any]:
    """The copied version, the newest one and the text of the draft, by their differences."""
    origin = origin_of(draft.team_id, form.content)
    if origin is None or origin.version is None:
        return {"origin": origin, **more}
    copied, text = origin.version, text_in(form)
    latest = copied.system_prompt.versions.select_related("system_prompt").get(
        number=copied.system_prompt.latest_number
    )
    return {
        "origin": origin,
        "copied": copied,
        "latest": latest,
        "their_difference": difference(copied.text, latest.text),
        "own_difference": None if text is None else difference(copied.text, text),
        "is_several": text is None,
        **more,
    }
