"""Attaching files to a turn, and the kept files themselves."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.models import Team
from workbench.catalogue import LARGEST_BODY_BYTES, Problem
from workbench.prompts.media.check import (
    Checked,
    File,
    Unusable,
    as_base64,
    check_all,
    megabytes,
    shown_name,
)
from workbench.prompts.media.kinds import ENDINGS
from workbench.prompts.media.measures import kept_media
from workbench.prompts.media.sources import kept_source, places
from workbench.prompts.media.store import keep
from workbench.prompts.models import Media
from workbench.prompts.page import pieces, workbench_page
from workbench.prompts.posting import locked_draft, posted
from workbench.prompts.slots import problem_slots
from workbench.prompts.turn_page import blocks_added

POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"
CONTENT_TYPES = {"text/plain": "text/plain; charset=utf-8"}
NOTHING = "No file was chosen: choose one and attach it again."
NO_TURN = "The turn for these files is not there any more: attach them to another one."
TOO_MUCH = (
    "{name} was left out: with it the files make {size} as they are sent; the API takes "
    f"{megabytes(LARGEST_BODY_BYTES)} in one request."
)
TOASTED = 3
"""Sentences said in the toast; all of them stand at the turn."""

Found = tuple[str, Checked | Unusable]
"""The name of a file and what it is."""


@rule("prompt.read")
@require_safe
def media(request: WorkbenchRequest, sha256: str) -> HttpResponse:
    """The bytes of a kept file, which never change. Browsers may show images and run nothing."""
    return file_response(request, request.access.rows(Media).filter(sha256=sha256))


def file_response(request: HttpRequest, rows: QuerySet[Media]) -> HttpResponse:
    """The file of ``rows``, which hold one at most; raises ``Http404``."""
    found = rows.values_list("sha256", "media_type").first()
    if found is None:
        raise Http404("no such file")
    sha256, media_type = found
    etag = f'"{sha256}"'
    if request.headers.get("If-None-Match") == etag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        content = bytes(rows.values_list("bytes", flat=True).get())
        response = HttpResponse(content, content_type=CONTENT_TYPES.get(media_type, media_type))
        shown = "inline" if media_type.startswith("image/") else "attachment"
        name = f"{sha256[:12]}.{ENDINGS.get(media_type, 'bin')}"
        response["Content-Disposition"] = f'{shown}; filename="{name}"'
        response["Content-Security-Policy"] = POLICY
        response["X-Content-Type-Options"] = "nosniff"
    response["ETag"] = etag
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


@rule("prompt.edit")
@require_POST
def attachments(request: WorkbenchRequest, draft: int) -> HttpResponse:
    """Check the posted files, keep the good ones and add each as a block to the content ``to``.

    ``to`` is the name of a turn's fields, or of those of a tool result in it; the files come as
    ``files`` or ``<to>-files``. The whole form comes along and is stored. Opening the files
    takes longest, so it is done before the draft is locked.
    """
    to = request.POST.get("to", "")
    files = [*request.FILES.getlist("files"), *request.FILES.getlist(f"{to}-files")]
    names = [shown_name(file.name or "") for file in files]
    checked = check_all([_on_disk(file) for file in files])
    return _attached(request, draft, to, list(zip(names, checked, strict=True)))


@transaction.atomic
def _attached(
    request: WorkbenchRequest, draft: int, to: str, files: Sequence[Found]
) -> HttpResponse:
    found = locked_draft(request, draft)
    form = posted(request, found)
    parts: dict[str, Any] = {}
    contents = form.contents_named(to) if to.startswith("turn-") else None
    files = _within_one_request(files, _size_of_kept(form.content.body, request.access.team.pk))
    path = next((path for path, name in form.places.items() if name == to), "")
    refused = [Problem(path, each.sentence) for _, each in files if isinstance(each, Unusable)]
    if contents is None or not (contents.is_string or contents.is_list):
        refused = [Problem(path, NO_TURN)]
    elif not files:
        refused = [Problem(path, NOTHING)]
    else:
        taken = [(name, each) for name, each in files if isinstance(each, Checked)]
        is_unwritten = contents.is_string and not contents.text and "-block-" not in to
        added = [contents.add(_block(request.access.team, *each)) for each in taken]
        if taken and is_unwritten:  # what is asked about the files wants a place
            contents.add({"type": "text", "text": ""})
        # Files may come from a drop while somebody types: the focus stays where it is.
        parts = blocks_added(form, contents, added) | {"focus": ""}
    form.save_to(found)
    if request.htmx:
        slots = problem_slots([*form.errors, *refused], form)
        said = " ".join(_said(files, refused))
        status = 422 if refused else 200
        return pieces(request, found, form, status, slots=slots, toast=said, **parts)
    if refused:
        return workbench_page(request, found, form, refused, status=422)
    return redirect("prompts:draft", team=request.access.team.slug, draft=draft)


def _said(files: Sequence[Found], refused: Sequence[Problem]) -> list[str]:
    """The sentences of the toast: what was refused, and what is to be known of the others."""
    remarks = [
        f"{name}: {each.remark}"
        for name, each in files
        if isinstance(each, Checked) and each.remark
    ]
    return [*(problem.sentence for problem in refused), *remarks][:TOASTED]


def _size_of_kept(body: dict[str, Any], team_id: int) -> int:
    """What the files that ``body`` names make as they are sent, in characters."""
    rows = kept_media(body, team_id)
    return sum(as_base64(rows[place.kept].size) for place in places(body) if place.kept in rows)


def _within_one_request(files: Sequence[Found], total: int) -> list[Found]:
    """The files; those refused that would not fit behind the ``total`` characters before them."""
    kept = []
    for name, each in files:
        if isinstance(each, Checked):
            size = total + as_base64(len(each.bytes))
            if size > LARGEST_BODY_BYTES:
                each = Unusable(TOO_MUCH.format(name=name, size=megabytes(size)))
            else:
                total = size
        kept.append((name, each))
    return kept


def _block(team: Team, name: str, checked: Checked) -> dict[str, Any]:
    """The content block of a file, which the team keeps from now on."""
    row = keep(team, checked)
    source = kept_source(row.sha256, row.media_type)
    if row.media_type.startswith("image/"):
        return {"type": "image", "source": source}
    return {"type": "document", "source": source, "title": name}


def _on_disk(file: UploadedFile[Any]) -> File:
    # The settings name the one upload handler that writes every file to disk.
    assert isinstance(file, TemporaryUploadedFile)
    return File(file.name or "", Path(file.temporary_file_path()))
