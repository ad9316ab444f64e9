"""Answers that are files to keep."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import IO

from asgiref.sync import sync_to_async
from django.http import FileResponse, HttpResponse
from django.utils.http import content_disposition_header

BLOCK = 256 * 1024


class ArchiveResponse(FileResponse):
    """An archive on disk, sent in pieces; Django itself would first read all of it into memory."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        super().__init__(file, as_attachment=True, filename=name, content_type="application/zip")
        self._file = file

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while block := await sync_to_async(self._file.read)(BLOCK):
            yield block


def text_response(text: str, name: str) -> HttpResponse:
    """A text file to keep."""
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return HttpResponse(
        text,
        content_type="text/markdown; charset=utf-8",
        headers={"Content-Disposition": disposition or "attachment"},
    )
