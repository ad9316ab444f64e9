"""An upload between its arrival and the confirmation, kept in pieces of a megabyte."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import IO, Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from workbench.accounts.access import Access
from workbench.prompts.media.check import shown_name
from workbench.prompts.models import LibraryUpload, Prompt, UploadPart

LARGEST = 100 * 1024 * 1024
LIFETIME = timedelta(days=1)
PIECE = 1024 * 1024
_ARCHIVE = (b"PK\3\4", b"PK\5\6")


@transaction.atomic
def keep_upload(
    access: Access,
    file: UploadedFile[Any] | ContentFile[bytes],
    prompt: Prompt | None,
    kind: str = "",
) -> LibraryUpload:
    """Keep a file for its person; earlier ones of theirs and those of yesterday go.

    ``kind`` is what a foreign text was read as, "" for a file of ours.
    """
    _clear(LibraryUpload.objects.filter(created_at__lt=timezone.now() - LIFETIME))
    _clear(access.rows(LibraryUpload).filter(user=access.user))
    upload = LibraryUpload.objects.create(
        team=access.team,
        user=access.user,
        prompt=prompt,
        name=shown_name(file.name or ""),
        kind=kind,
        size=file.size or 0,
    )
    for number, piece in enumerate(file.chunks(PIECE)):
        UploadPart.objects.create(team=access.team, upload=upload, number=number, bytes=piece)
    return upload


def _clear(uploads: QuerySet[LibraryUpload]) -> None:
    """Delete uploads, but for one that is being imported or deleted: it goes by itself.

    An upload is locked before its parts are, as by an import.
    """
    found = uploads.select_for_update(skip_locked=True).values_list("pk", flat=True)
    LibraryUpload.objects.filter(pk__in=list(found)).delete()


@contextmanager
def opened(upload: LibraryUpload) -> Iterator[IO[bytes]]:
    """The bytes of an upload as a file."""
    with tempfile.TemporaryFile(prefix="workbench-import-") as file:
        parts = UploadPart.objects.filter(upload=upload).order_by("number")
        for piece in parts.values_list("bytes", flat=True).iterator(chunk_size=1):
            file.write(piece)
        file.seek(0)
        yield file


def is_archive(file: IO[bytes]) -> bool:
    """Whether a file begins as ZIP archives do."""
    head = file.read(4)
    file.seek(0)
    return head in _ARCHIVE
