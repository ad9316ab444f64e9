"""Export and import: the page, the files to download, and an upload from preview to import."""

from __future__ import annotations

import tempfile
from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from workbench.accounts import audit
from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.numbers import is_id
from workbench.messages_api import clean_text
from workbench.prompts.intake.arriving import TooLarge, foreign_file, foreign_text
from workbench.prompts.intake.keeping import keep_file, keep_text
from workbench.prompts.models import Archived, LibraryUpload, Prompt, PromptVersion

from .archive import version_text, write_archive
from .importing import preview, run_import
from .problems import Problems, Refused, Unusable
from .response import ArchiveResponse, text_response
from .single import add_single, read_single
from .sources import ZipSource
from .text import write_version
from .uploads import LARGEST, is_archive, keep_upload, opened
from .work import Mode

BOTH = "There is a file and a text: take one of them away, then preview the other."
NOTHING = "There is nothing to read: paste a text or choose a file."
PASTED_FILE = "pasted.prompt.md"
NO_FILE = "No file was chosen: choose an archive or a version's file, then upload it."
TOO_LARGE = (
    f"This file is larger than the {LARGEST // 1024**2} MB that this page takes. Import it on the "
    "server instead: manage.py library import FILE --team TEAM."
)
ARCHIVED = "“{}” is archived: restore it, then import the version."
MODES = {
    Mode.COPIES: "As copies",
    Mode.UPDATE: "Bring up to date",
}


@rule("prompt.read")
@require_safe
def page(request: WorkbenchRequest) -> HttpResponse:
    """What can be exported and imported; with ``?prompt=`` a version file goes to that prompt."""
    return _page(request, _prompt(request, request.GET.get("prompt", "")))


@rule("prompt.read")
@require_safe
def archive(request: WorkbenchRequest) -> HttpResponseBase:
    """The whole library as a ZIP archive, or the prompts of ``?prompt=`` (several times)."""
    chosen = [_id(text) for text in request.GET.getlist("prompt")]
    return _archive(request, f"{request.access.team.slug}-library.zip", chosen or None)


@rule("prompt.read")
@require_safe
def prompt_archive(request: WorkbenchRequest, prompt: int) -> HttpResponseBase:
    """All versions of one prompt as a ZIP archive."""
    found = request.access.get(Prompt, pk=prompt)
    return _archive(request, f"{found.slug}.zip", [found.pk], target=found.name)


@rule("prompt.read")
@require_safe
def version_file(request: WorkbenchRequest, prompt: int, number: int) -> HttpResponse:
    """One version as a text file."""
    found = request.access.get(Prompt, pk=prompt)
    version = request.access.get(PromptVersion, prompt=found, number=number)
    text = write_version(version_text(version, found.name))
    return text_response(text, f"{found.slug}-v{number:04d}.prompt.md")


@rule("prompt.edit")
@require_POST
def uploads(request: WorkbenchRequest) -> HttpResponse:
    """Keep a file or a pasted text and go to its preview."""
    prompt = _prompt(request, request.POST.get("prompt", ""))
    text = "" if prompt else clean_text(request.POST.get("text", ""))
    file = request.FILES.get("file")
    if file is None or not file.size:
        if text.strip():
            return _to_preview(request, _kept_text(request, text))
        return _page(request, prompt, NO_FILE if prompt else NOTHING, status=422)
    if text.strip():
        return _page(request, prompt, BOTH, status=422)
    if file.size > LARGEST:
        return _page(request, prompt, TOO_LARGE, status=422)
    try:
        return _to_preview(request, _kept_file(request, file, prompt))
    except TooLarge as error:
        return _page(request, prompt, str(error), status=422)


def _kept_text(request: WorkbenchRequest, text: str) -> LibraryUpload:
    reading = foreign_text(text)
    if reading is not None:
        return keep_text(request.access, text, reading)
    return keep_upload(request.access, ContentFile(text.encode(), name=PASTED_FILE), None)


def _kept_file(
    request: WorkbenchRequest, file: UploadedFile[Any], prompt: Prompt | None
) -> LibraryUpload:
    """Keep a file, or what was read in one that is not of ours; raises ``TooLarge``."""
    reading = None if prompt else foreign_file(file)
    if reading is not None:
        return keep_file(request.access, file.name or "", reading)
    return keep_upload(request.access, file, prompt)


def _to_preview(request: WorkbenchRequest, upload: LibraryUpload) -> HttpResponse:
    name = "prompts:found" if upload.kind else "prompts:upload"
    url = reverse(name, args=[request.access.team.slug, upload.pk])
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


@rule("prompt.edit")
@require_safe
def upload(request: WorkbenchRequest, upload: int) -> HttpResponse:
    """What importing the upload would do; ``?mode=`` as in ``Mode``."""
    found = _upload(request, upload)
    return _preview(request, found, _mode(request.GET.get("mode", "")))


@rule("prompt.edit")
@require_POST
def imports(request: WorkbenchRequest, upload: int) -> HttpResponse:
    """Import the upload, all or nothing."""
    found = _upload(request, upload)
    mode = _mode(request.POST.get("mode", ""))
    try:
        with transaction.atomic(), opened(found) as file:
            # The second of two presses waits here, and then finds nothing to import any more.
            get_object_or_404(LibraryUpload.objects.select_for_update(), pk=found.pk)
            if is_archive(file):
                return _import_archive(request, found, ZipSource(file, Problems()), mode)
            return _import_single(request, found, file.read())
    except Prompt.DoesNotExist:
        raise Http404("no such prompt") from None
    except (Refused, Unusable, Archived):
        # Whatever kept it from being imported is found again by its preview.
        return _preview(request, found, mode, status=422)


def _import_archive(
    request: WorkbenchRequest, upload: LibraryUpload, source: ZipSource, mode: Mode
) -> HttpResponse:
    access = request.access
    report = run_import(source, access.team, access.user, mode)
    audit.record_in_team(request, "library.import", upload.name, mode=str(mode), **report.counts)
    upload.delete()
    messages.success(request, f"Imported: {report.total}.")
    return redirect("prompts:library", team=access.team.slug)


def _import_single(
    request: WorkbenchRequest, upload: LibraryUpload, content: bytes
) -> HttpResponse:
    access = request.access
    single = read_single(content, upload.name, access.team)
    version, is_new = add_single(single, access.team, access.user, _target(request, upload))
    name, number = version.prompt.name, version.number
    if is_new:
        audit.record_in_team(request, "prompt.import", name, version=number)
        messages.success(request, f"Imported as v{number} of “{name}”.")
    else:
        messages.info(request, f"Nothing was imported: v{number} of “{name}” says the same.")
    upload.delete()
    return redirect(
        "prompts:version", team=access.team.slug, prompt=version.prompt_id, number=number
    )


def _page(
    request: WorkbenchRequest, prompt: Prompt | None, problem: str = "", status: int = 200
) -> HttpResponse:
    text = clean_text(request.POST.get("text", ""))
    context = {
        "prompt": prompt,
        "problem": problem,
        "text": text,
        "count": request.access.rows(Prompt).count(),
        "largest": LARGEST // 1024**2,
    }
    template = "prompts/files/_problem.html" if request.htmx else "prompts/files/page.html"
    return render(request, template, context, status=status)


def _preview(
    request: WorkbenchRequest, upload: LibraryUpload, mode: Mode, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"upload": upload, "mode": mode, "modes": MODES.items()}
    try:
        with opened(upload) as file:
            if is_archive(file):
                source = ZipSource(file, Problems())
                report = preview(source, request.access.team, mode)
                context |= {"report": report, "problems": report.problems.sentences}
            else:
                context["target"] = target = _target(request, upload)
                if target and target.archived_at:
                    raise Unusable(ARCHIVED.format(target.name))
                context["single"] = read_single(file.read(), upload.name, request.access.team)
    except Refused as refused:
        context["problems"] = refused.problems.sentences
    except Unusable as unusable:
        context["problems"] = [str(unusable)]
    return render(request, "prompts/files/upload.html", context, status=status)


def _archive(
    request: WorkbenchRequest, name: str, prompts: Collection[int] | None, target: str = ""
) -> HttpResponseBase:
    # Closed, and with that removed, by the answer that sends it.
    file = tempfile.TemporaryFile(prefix="workbench-export-")  # noqa: SIM115
    count = write_archive(file, request.access.team, prompts)
    file.seek(0)
    audit.record_in_team(request, "library.export", target, files=count)
    return ArchiveResponse(file, name)


def _upload(request: WorkbenchRequest, upload: int) -> LibraryUpload:
    """The member's own upload; raises ``Http404`` once it was imported or a day has passed."""
    rows = request.access.rows(LibraryUpload).filter(kind="")
    return get_object_or_404(rows, pk=upload, user=request.user)


def _target(request: WorkbenchRequest, upload: LibraryUpload) -> Prompt | None:
    return request.access.get(Prompt, pk=upload.prompt_id) if upload.prompt_id else None


def _prompt(request: WorkbenchRequest, text: str) -> Prompt | None:
    return request.access.get(Prompt, pk=_id(text)) if text else None


def _id(text: str) -> int:
    if not is_id(text):
        raise BadRequest("Name a prompt by its number.")
    return int(text)


def _mode(text: str) -> Mode:
    return Mode(text) if text in set(Mode) else Mode.COPIES
