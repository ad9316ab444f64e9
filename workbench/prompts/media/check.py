"""What a file is by its content, and whether the API takes it; its name decides nothing.

Limits: messages-api reference of 2026-08 (docs: vision, pdf-support, errors).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any, NamedTuple

from workbench.catalogue import LARGEST_BODY_BYTES, LARGEST_IMAGE_CHARACTERS
from workbench.messages_api import clean_text

from .kinds import TAKEN, is_named_as_text, other_kind, taken_type, text_kind
from .look import LONGEST_SIDE

MOST_PAGES = 600
LONGEST_NAME = 120

_LOOK = Path(__file__).with_name("look.py")
_PATIENCE = 30.0
"""Seconds for the files of one request together; each has a clock of its own in ``look.py``."""
_KINDS = {
    "application/pdf": "PDF",
    "image/jpeg": "JPEG image",
    "image/png": "PNG image",
    "image/gif": "GIF image",
    "image/webp": "WebP image",
}
_ENOUGH = 65_536
"""Bytes at the beginning of a file by which its encoding is judged."""
_READABLE = 0.95
"""Of the characters of a text; of compressed or random bytes it is about 0.85."""
_FIRST_FRAME = "The model sees only the first frame of this animation."


class Unusable(ValueError):
    """The API would not take the file; ``sentence`` says why and what it takes."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that the API takes. Width and height in pixels; ``remark`` is a sentence or ""."""

    media_type: str
    bytes: bytes
    width: int | None = None
    height: int | None = None
    pages: int | None = None
    remark: str = ""


class File(NamedTuple):
    """A file on disk; ``name`` is what its owner calls it, for sentences."""

    name: str
    path: Path


def check(content: bytes, name: str = "This file") -> Checked:
    """What ``content`` is; raises ``Unusable``."""
    (found,) = check_contents([content], name)
    if isinstance(found, Unusable):
        raise found
    return found


def check_contents(contents: Sequence[bytes], name: str = "This file") -> list[Checked | Unusable]:
    """``check_all`` for files that are in memory."""
    with tempfile.TemporaryDirectory(prefix="workbench-check-") as directory:
        files = [File(name, Path(directory, str(number))) for number in range(len(contents))]
        for file, content in zip(files, contents, strict=True):
            file.path.write_bytes(content)
        return check_all(files)


def check_all(files: Sequence[File]) -> list[Checked | Unusable]:
    """What each file is. Images and PDF files are opened by another process, see ``look.py``."""
    files = [File(shown_name(file.name), file.path) for file in files]
    types = [_type(file) for file in files]
    opened = [
        (media_type, file.path)
        for file, media_type in zip(files, types, strict=True)
        if isinstance(media_type, str) and media_type != "text/plain"
    ]
    looks = iter(_looks(opened))
    return [_checked(file, kind, looks) for file, kind in zip(files, types, strict=True)]


def shown_name(name: str) -> str:
    """The last part of a file's name, without control characters, for titles and sentences."""
    last = clean_text(name).replace("\\", "/").rstrip("/").rpartition("/")[2]
    printable = "".join(character for character in last if character.isprintable())
    return " ".join(printable.split())[:LONGEST_NAME] or "This file"


def as_base64(size: int) -> int:
    """The characters that ``size`` bytes make as base64."""
    return (size + 2) // 3 * 4


def megabytes(size: int) -> str:
    """``size`` in bytes as "12.5 MB", rounded up, so that what is too much looks like it."""
    return f"{ceil(size / 100_000) / 10:.1f} MB".replace(".0 MB", " MB")


def _type(file: File) -> str | Unusable:
    """The media type that the first bytes tell, before the file is opened."""
    size = file.path.stat().st_size
    if size == 0:
        return Unusable(f"{file.name} is empty.")
    sent = as_base64(size)
    if sent > LARGEST_BODY_BYTES:
        return Unusable(
            f"{file.name} has {megabytes(size)}, which makes {megabytes(sent)} as it is sent; "
            f"the API takes {megabytes(LARGEST_BODY_BYTES)} in one request."
        )
    with file.path.open("rb") as opened:
        media_type = taken_type(opened.read(64))
    if media_type and media_type.startswith("image/") and sent > LARGEST_IMAGE_CHARACTERS:
        return Unusable(
            f"{file.name} has {megabytes(size)}, which makes {megabytes(sent)} as it is sent; "
            f"the API takes {megabytes(LARGEST_IMAGE_CHARACTERS)} for an image. Save it smaller."
        )
    return media_type or "text/plain"


def _checked(
    file: File, media_type: str | Unusable, looks: Iterator[dict[str, Any]]
) -> Checked | Unusable:
    if isinstance(media_type, Unusable):
        return media_type
    content = file.path.read_bytes()
    if media_type == "text/plain":
        return _text(file.name, content)
    look = next(looks)
    if problem := _problem(media_type, look):
        return Unusable(f"{file.name} {problem}")
    return Checked(
        media_type,
        content,
        look.get("width"),
        look.get("height"),
        look.get("pages"),
        _FIRST_FRAME if media_type == "image/gif" and look["is_animated"] else "",
    )


def _text(name: str, content: bytes) -> Checked | Unusable:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        if is_named_as_text(name) and _is_text_of_another_encoding(content):
            return Unusable(f"{name} is text, but not UTF-8. Save it as UTF-8 and attach it again.")
        text = "\0"
    if "\0" in text:
        return Unusable(f"{name} is {other_kind(content[:64])}; the API takes {TAKEN}.")
    if not is_named_as_text(name):
        return Unusable(
            f"{name} is {text_kind(text)}, not what its name says; the API takes {TAKEN}."
        )
    return Checked("text/plain", clean_text(text).encode())


def _is_text_of_another_encoding(content: bytes) -> bool:
    """Whether ``content`` reads as text of one byte per character, as far as a look can tell."""
    if b"\0" in content or content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    text = content[:_ENOUGH].decode("cp1252", "replace")
    readable = sum((char.isprintable() and char != "\ufffd") or char.isspace() for char in text)
    return readable >= _READABLE * len(text)


def _problem(media_type: str, look: dict[str, Any]) -> str:
    """What follows the file's name in a sentence about a look that went wrong; else ""."""
    kind = _KINDS[media_type]
    match look.get("problem"):
        case "large":
            side = f"{LONGEST_SIDE:,}"
            measures = f"{look['width']:,} × {look['height']:,}" if "width" in look else "too many"
            return f"has {measures} pixels; the API takes at most {side} × {side}. Save it smaller."
        case "encrypted":
            return "is an encrypted PDF, which the API refuses. Save it without a password."
        case "empty":
            return "is a PDF without a page."
        case "broken":
            return f"is a damaged {kind}: it cannot be opened. Save or export it anew."
        case "time":
            return f"is a {kind} that cannot be opened in reasonable time. Save or export it anew."
    if (look.get("pages") or 0) > MOST_PAGES:
        return f"has {look['pages']:,} pages; the API takes at most {MOST_PAGES}. Split it."
    return ""


def _looks(files: Sequence[tuple[str, Path]]) -> list[dict[str, Any]]:
    """What ``look.py`` says about each (media type, path); a file that ends it is passed over."""
    found: list[dict[str, Any]] = []
    ends_at = time.monotonic() + _PATIENCE
    while len(found) < len(files) and (left := ends_at - time.monotonic()) > 0:
        found += _one_process(files[len(found) :], left)
        if len(found) < len(files):
            found.append({"problem": "time"})
    return found + [{"problem": "time"}] * (len(files) - len(found))


def _one_process(files: Sequence[tuple[str, Path]], seconds: float) -> list[dict[str, Any]]:
    """What the process says until it is done, is ended by a file, or ``seconds`` are over."""
    arguments = [text for media_type, path in files for text in (media_type, str(path))]
    # Without the environment, which holds keys; the loader's path may be needed to start at all.
    environment = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
    try:
        said = subprocess.run(
            [sys.executable, "-I", str(_LOOK), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            timeout=seconds,
        ).stdout
    except subprocess.TimeoutExpired as error:
        said = error.stdout or b""
    lines = said.decode("ascii").splitlines(keepends=True)
    return [json.loads(line) for line in lines if line.endswith("\n")]
