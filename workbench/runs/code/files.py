"""Code as files to keep: one alone, several as an archive, the same bytes each time."""

from __future__ import annotations

import io

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.text import slugify

from workbench.export.source import CodeFile
from workbench.prompts.files.zip_writer import zip_archive

from .page import Shown


def download(code: Shown, path: str = "") -> HttpResponse:
    """The file ``path`` of the code, without one all of it; raises ``Http404``."""
    files = code.export.files if code.export else ()
    if path:
        files = tuple(file for file in files if file.path == path)
    if not files:
        raise Http404("no such file")
    if len(files) == 1:
        return _answer(files[0].data, files[0].path.rpartition("/")[2], "application/octet-stream")
    name = f"{slugify(code.subject.title)[:60] or 'prompt'}-{code.choice.target.key}"
    return _answer(_archive(files, name), f"{name}.zip", "application/zip")


def _archive(files: tuple[CodeFile, ...], folder: str) -> bytes:
    content = io.BytesIO()
    with zip_archive(content) as archive:
        for file in files:
            archive.add(f"{folder}/{file.path}", file.data)
    return content.getvalue()


def _answer(content: bytes, name: str, content_type: str) -> HttpResponse:
    disposition = content_disposition_header(as_attachment=True, filename=name)
    headers = {
        "Content-Disposition": disposition or "attachment",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type=content_type, headers=headers)
