"""Opens images and PDF files, in a process of its own: ``python -I look.py image/png a.png …``.

A hostile file can at worst end this process: it has no secrets in its environment, at most
``MEMORY`` bytes, and ``SECONDS`` for each file. It prints one line of JSON per file, in order; a
file whose line is missing is the one at which it ended.
"""

from __future__ import annotations

import contextlib
import json
import resource
import signal
import sys
from collections.abc import Callable
from typing import Any

from PIL import Image
from pypdf import PdfReader

SECONDS = 10
MEMORY = 1024**3
LONGEST_SIDE = 8_000  # pixels, as the API has it (docs, vision, 2026-08)
MOST_SCANS = 200
"""Of a progressive JPEG; ordinary ones have about ten, and each is as much work as the image."""

Image.MAX_IMAGE_PIXELS = LONGEST_SIDE**2  # twice as many are refused before anything is decoded


def main(arguments: list[str]) -> None:
    """Print what each of the (media type, path) pairs turns out to be."""
    with contextlib.suppress(ValueError, OSError):  # where the system has no such limit
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for media_type, path in zip(arguments[::2], arguments[1::2], strict=True):
        signal.alarm(SECONDS)  # its default action ends the process even inside C code
        print(json.dumps(look(media_type, path)), flush=True)


def look(media_type: str, path: str) -> dict[str, Any]:
    """The measures of a file, or its ``problem``: "large", "encrypted", "empty" or "broken"."""
    try:
        return _LOOKS[media_type](path)
    except Image.DecompressionBombError:
        return {"problem": "large"}
    except Exception:  # whatever the libraries make of a file that is none of theirs
        return {"problem": "broken"}


def _pdf(path: str) -> dict[str, Any]:
    reader = PdfReader(path)
    if reader.is_encrypted:
        return {"problem": "encrypted"}
    pages = len(reader.pages)
    return {"pages": pages} if pages else {"problem": "empty"}


def _jpeg(path: str) -> dict[str, Any]:
    with open(path, "rb") as file:
        if file.read().count(b"\xff\xda") > MOST_SCANS:
            return {"problem": "broken"}
    return _image(path, "JPEG", _read_an_eighth)


def _png(path: str) -> dict[str, Any]:
    # The checksum of each chunk; nothing is decoded.
    return _image(path, "PNG", lambda image: image.verify())


def _gif(path: str) -> dict[str, Any]:
    return _image(path, "GIF", lambda image: image.load())


def _webp(path: str) -> dict[str, Any]:
    return _image(path, "WEBP", lambda image: image.load())


def _image(path: str, file_format: str, read: Callable[[Image.Image], Any]) -> dict[str, Any]:
    """The measures by the header; then ``read`` finds out whether the rest is there."""
    with Image.open(path, formats=[file_format]) as image:
        measures: dict[str, Any] = {"width": image.width, "height": image.height}
        if max(image.size) > LONGEST_SIDE:
            return measures | {"problem": "large"}
        measures["is_animated"] = bool(getattr(image, "is_animated", False))
        read(image)
        return measures


def _read_an_eighth(image: Image.Image) -> None:
    """Decode a JPEG at an eighth of its size: that comes to the end of the file as well."""
    image.draft(image.mode, (image.width // 8, image.height // 8))
    image.load()


_LOOKS: dict[str, Callable[[str], dict[str, Any]]] = {
    "application/pdf": _pdf,
    "image/jpeg": _jpeg,
    "image/png": _png,
    "image/gif": _gif,
    "image/webp": _webp,
}

if __name__ == "__main__":
    main(sys.argv[1:])
