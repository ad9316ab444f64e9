"""What a file is by its first bytes: what the API takes, and the names of common other kinds."""

from __future__ import annotations

import re

TAKEN = "JPEG, PNG, GIF, WebP, PDF and plain text"
ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "application/pdf": "pdf",
    "text/plain": "txt",
}
"""The ending of a file's name by its media type."""

_TAKEN: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), "image/webp"),
    (re.compile(rb"%PDF-"), "application/pdf"),
)
_OTHER: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"MZ"), "a Windows program"),
    (re.compile(rb"\x7fELF|\xcf\xfa\xed\xfe|\xca\xfe\xba\xbe"), "a program"),
    (re.compile(rb"PK\x03\x04"), "a ZIP archive or an Office document"),
    (re.compile(rb"\xd0\xcf\x11\xe0"), "an old Office document"),
    (re.compile(rb"\x1f\x8b|BZh|\xfd7zXZ|7z\xbc\xaf|Rar!"), "an archive"),
    (re.compile(rb"BM"), "a BMP image"),
    (re.compile(rb"II\*\0|MM\0\*"), "a TIFF image"),
    (re.compile(rb".{4}ftyp(?:heic|heix|mif1|msf1)", re.DOTALL), "a HEIC image"),
    (re.compile(rb".{4}ftypavi[fs]", re.DOTALL), "an AVIF image"),
    (re.compile(rb".{4}ftyp|\x1aE\xdf\xa3", re.DOTALL), "a video"),
    (re.compile(rb"ID3|OggS|fLaC|\xff[\xe2-\xfb]|RIFF.{4}WAVE", re.DOTALL), "a sound file"),
    (re.compile(rb"\xff\xfe|\xfe\xff"), "UTF-16 text, which must be saved as UTF-8"),
)
_MARKUP: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?:<\?xml.*?\?>|<!--.*?-->|<!DOCTYPE svg.*?>|\s)*<svg\b", re.S | re.I), "an SVG"),
    (
        re.compile(r"(?:<!--.*?-->|\s)*<(?:!doctype html|html|head|body|script)\b", re.S | re.I),
        "HTML",
    ),
    (re.compile(r"\s*<\?xml\b"), "XML"),
)
_NO_TEXT_NAME = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|bmp|tiff?|heic|avif|ico|pdf|docx?|xlsx?|pptx?|zip|exe|mp[34])$",
    re.IGNORECASE,
)


def taken_type(head: bytes) -> str | None:
    """The media type of an image or PDF file by its first bytes; None for everything else."""
    return next((name for pattern, name in _TAKEN if pattern.match(head)), None)


def other_kind(head: bytes) -> str:
    """In words what a file is that is neither of those types nor text."""
    found = (name for pattern, name in _OTHER if pattern.match(head))
    return next(found, "data of another kind")


def text_kind(text: str) -> str:
    """In words what kind of text this is."""
    head = text[:4_096]
    return next((name for pattern, name in _MARKUP if pattern.match(head)), "plain text")


def is_named_as_text(name: str) -> bool:
    """False for a name that promises a picture, a PDF or another file that is no text."""
    return not _NO_TEXT_NAME.search(name)
