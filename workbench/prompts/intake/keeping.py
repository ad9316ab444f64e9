"""A reading between its preview and the import: kept for its person, without keys."""

from __future__ import annotations

from dataclasses import replace

from django.core.files.base import ContentFile

from workbench.accounts.access import Access
from workbench.intake.keys import without_keys
from workbench.intake.reading import FoundPrompt, Kind, Reading, Remark
from workbench.messages_api import clean_text
from workbench.prompts.files.uploads import keep_upload, opened
from workbench.prompts.media.store import extracted
from workbench.prompts.models import LibraryUpload

from .fitting import fitted
from .stored import packed, unpacked

MOST_PROMPTS = 1_000
LONGEST_KIND = 100
PASTED = "Pasted text"
TOO_MANY = (
    f"{{:,}} prompts were found; the first {MOST_PROMPTS:,} are shown, more are not imported at "
    "once. Take the file apart to import the rest."
)


def keep_text(access: Access, text: str, reading: Reading) -> LibraryUpload:
    """Keep what a pasted text was read as, and the text without keys."""
    cleaned, _ = without_keys(clean_text(text))
    return _keep(access, reading, PASTED, cleaned)


def keep_file(access: Access, name: str, reading: Reading) -> LibraryUpload:
    """Keep what a file was read as."""
    return _keep(access, reading, name, "")


def reading_of(upload: LibraryUpload) -> tuple[Reading, str]:
    """What was kept of a text, and the text without keys; of a file "" for its text."""
    with opened(upload) as file:
        return unpacked(file.read())


def _keep(access: Access, reading: Reading, name: str, text: str) -> LibraryUpload:
    remarks = reading.remarks
    if len(reading.prompts) > MOST_PROMPTS:
        remarks = (Remark(Kind.LEFT_OUT, TOO_MANY.format(len(reading.prompts))), *remarks)
    prompts = tuple(_with_kept_media(access, each) for each in reading.prompts[:MOST_PROMPTS])
    content = packed(replace(reading, prompts=prompts, remarks=remarks), text)
    file = ContentFile(content, name=name)
    return keep_upload(access, file, None, kind=reading.kind[:LONGEST_KIND] or "text")


def _with_kept_media(access: Access, prompt: FoundPrompt) -> FoundPrompt:
    body = extracted(dict(prompt.request.body), access.team)
    return fitted(replace(prompt, request=replace(prompt.request, body=body)))
