"""The preview of what was read in a foreign text, and its import.

Texts and files arrive where those of the library do: see ``files.views.uploads``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from workbench.accounts import audit
from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.intake.reading import Remark
from workbench.messages_api import clean_text
from workbench.prompts.models import LibraryUpload

from .keeping import reading_of
from .making import make_draft, make_prompts
from .showing import Row, details_of, form_of, grouped, rows_of, shown_context

NONE_TICKED = "Tick at least one prompt to import."
ONE_ONLY = "A draft holds one prompt and {:,} are ticked: tick one, or save all of them as prompts."
AT_THE_SAME_MOMENT = "The library was changed by somebody at the same moment: import once more."


@rule("prompt.edit")
@require_safe
def found(request: WorkbenchRequest, reading: int) -> HttpResponse:
    """What was understood in a text, what was changed, what was not understood."""
    return _preview(request, _kept(request, reading))


@rule("prompt.edit")
@require_POST
def imports(request: WorkbenchRequest, reading: int) -> HttpResponse:
    """Make a draft of the one prompt that is ticked (``do=draft``), or save all that are."""
    kept = _kept(request, reading)
    rows = rows_of(reading_of(kept)[0].prompts, request.POST)
    chosen = [row for row in rows if row.is_taken]
    is_draft = request.POST.get("do") == "draft"
    if not chosen or (is_draft and len(chosen) > 1):
        error = ONE_ONLY.format(len(chosen)) if chosen else NONE_TICKED
        return _preview(request, kept, rows, error)
    shared = clean_text(request.POST.get("tags", ""))
    said = [(row, details_of(row, shared)) for row in chosen]
    if is_draft:
        return _drafted(request, kept, rows, said[0])
    for row in chosen:
        row.errors += [problem.sentence for problem in form_of(row).errors]
    if any(row.errors for row in chosen):
        return _preview(request, kept, rows)
    try:
        return _saved(request, kept, said)
    except IntegrityError:
        return _preview(request, kept, rows, AT_THE_SAME_MOMENT)


def _kept(request: WorkbenchRequest, reading: int) -> LibraryUpload:
    """The member's own reading; raises ``Http404`` once it was imported or a day has passed."""
    rows = request.access.rows(LibraryUpload).exclude(kind="")
    return get_object_or_404(rows, pk=reading, user=request.user)


def _drafted(
    request: WorkbenchRequest, kept: LibraryUpload, rows: list[Row], said: tuple[Row, Any]
) -> HttpResponse:
    """A draft takes what is not usable yet, too; only its name must fit."""
    row, details = said
    if "name" not in details:
        return _preview(request, kept, rows)
    draft = make_draft(request.access, row, details["name"])
    return redirect("prompts:draft", team=request.access.team.slug, draft=draft.pk)


@transaction.atomic
def _saved(
    request: WorkbenchRequest, kept: LibraryUpload, said: list[tuple[Row, Any]]
) -> HttpResponse:
    access = request.access
    # The second of two presses waits here, and then finds nothing to import any more.
    get_object_or_404(LibraryUpload.objects.select_for_update(), pk=kept.pk)
    prompts = make_prompts(access, said, f"Imported: {kept.kind}")
    audit.record(
        request,
        "prompt.import-found",
        actor=access.user,
        team=access.team,
        target=prompts[0].name if len(prompts) == 1 else "",
        prompts=len(prompts),
    )
    kept.delete()
    if len(prompts) == 1:
        messages.success(request, f"Imported as v1 of “{prompts[0].name}”.")
        return redirect("prompts:prompt", team=access.team.slug, prompt=prompts[0].pk)
    messages.success(request, f"Imported: {len(prompts):,} prompts.")
    return redirect("prompts:library", team=access.team.slug)


def _preview(
    request: WorkbenchRequest, kept: LibraryUpload, rows: list[Row] | None = None, error: str = ""
) -> HttpResponse:
    """The page; with ``rows`` what was typed into it, and 422."""
    reading, text = reading_of(kept)
    status = 200 if rows is None else 422
    rows = rows_of(reading.prompts) if rows is None else rows
    context: dict[str, Any] = {
        "upload": kept,
        "reading": reading,
        "remarks": grouped(_beside(text, reading.remarks) if not rows else reading.remarks),
        "text": text,
        "tags": clean_text(request.POST.get("tags", "")),
        "error": error,
        "has_errors": any(row.errors for row in rows),
        **shown_context(request.access.team.pk, rows),
    }
    return render(request, "prompts/intake/found.html", context, status=status)


def _beside(text: str, remarks: Iterable[Remark]) -> list[Remark]:
    """The remarks without what they repeat of the text that stands below them."""
    return [
        replace(each, text="") if text.strip().startswith(each.text) else each for each in remarks
    ]
