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
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from workbench.accounts import audit
from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.intake.reading import Remark
from workbench.messages_api import clean_text
from workbench.prompts.models import LibraryUpload

from .keeping import reading_of
from .making import make_draft, make_prompts
from .showing import Row, details_of, form_of, grouped, rows_of, shown_context, typed_in

NONE_TICKED = "Tick at least one prompt to import."
ONE_ONLY = "A draft holds one prompt and {:,} are ticked: tick one, or save all of them as prompts."
GONE = (
    "This preview is gone: it is kept for a day, until it is imported or something else is read. "
    "Read the text once more."
)
STAYS = "What you typed stays here."
AT_THE_SAME_MOMENT = "The library was changed by somebody at the same moment: import once more."


@rule("prompt.edit")
@require_safe
def found(request: WorkbenchRequest, reading: int) -> HttpResponse:
    """What was understood in a text, what was changed, what was not understood."""
    try:
        return _preview(request, _kept(request, reading))
    except LibraryUpload.DoesNotExist:
        return _gone(request)


@rule("prompt.edit")
@require_POST
def imports(request: WorkbenchRequest, reading: int) -> HttpResponse:
    """Make a draft of the one prompt that is ticked (``do=draft``), or save all that are."""
    try:
        return _imported(request, _kept(request, reading))
    except LibraryUpload.DoesNotExist:
        return _gone(request)


def _imported(request: WorkbenchRequest, kept: LibraryUpload) -> HttpResponse:
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
    """The member's own reading; raises ``DoesNotExist`` once it was imported or a day is over."""
    rows = request.access.rows(LibraryUpload).exclude(kind="")
    return rows.get(pk=reading, user=request.user)


def _drafted(
    request: WorkbenchRequest, kept: LibraryUpload, rows: list[Row], said: tuple[Row, Any]
) -> HttpResponse:
    """A draft takes what is not usable yet, too; only its name must fit."""
    row, details = said
    if "name" not in details:
        return _preview(request, kept, rows)
    draft = make_draft(request.access, row, details["name"])
    return _led(request, "prompts:draft", draft=draft.pk)


@transaction.atomic
def _saved(
    request: WorkbenchRequest, kept: LibraryUpload, said: list[tuple[Row, Any]]
) -> HttpResponse:
    access = request.access
    # The second of two presses waits here, and then finds nothing to import any more.
    LibraryUpload.objects.select_for_update().get(pk=kept.pk)
    prompts = make_prompts(access, said, f"Imported: {kept.kind}")
    audit.record_in_team(
        request,
        "prompt.import-found",
        prompts[0].name if len(prompts) == 1 else "",
        prompts=len(prompts),
    )
    kept.delete()
    if len(prompts) == 1:
        messages.success(request, f"Imported as v1 of “{prompts[0].name}”.")
        return _led(request, "prompts:prompt", prompt=prompts[0].pk)
    messages.success(request, f"Imported: {len(prompts):,} prompts.")
    return _led(request, "prompts:library")


def _led(request: WorkbenchRequest, name: str, **where: int) -> HttpResponse:
    url = reverse(name, kwargs={"team": request.access.team.slug, **where})
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def _gone(request: WorkbenchRequest) -> HttpResponse:
    """404 with the reason; the page that htmx has asked from stays as it is."""
    if request.htmx:
        return HttpResponse(f"{GONE} {STAYS}", "text/plain; charset=utf-8", 404)
    context = {"sentence": GONE, "typed": typed_in(request.POST)}
    return render(request, "prompts/intake/gone.html", context, status=404)


def _preview(
    request: WorkbenchRequest, kept: LibraryUpload, rows: list[Row] | None = None, error: str = ""
) -> HttpResponse:
    """The page; with ``rows`` what was typed into it, and 422."""
    reading, text = reading_of(kept)
    is_typed = rows is not None
    rows = rows_of(reading.prompts) if rows is None else rows
    context: dict[str, Any] = {
        "upload": kept,
        "reading": reading,
        "remarks": grouped(_beside(text, reading.remarks) if not rows else reading.remarks),
        "text": text,
        "tags": clean_text(request.POST.get("tags", "")),
        "error": error,
        "is_typed": is_typed,
        "has_errors": any(row.errors for row in rows),
        **shown_context(request.access.team.pk, rows),
    }
    template = "prompts/intake/_found.html" if request.htmx else "prompts/intake/found.html"
    return render(request, template, context, status=422 if is_typed else 200)


def _beside(text: str, remarks: Iterable[Remark]) -> list[Remark]:
    """The remarks without what they repeat of the text that stands below them."""
    return [
        replace(each, text="") if text.strip().startswith(each.text) else each for each in remarks
    ]
