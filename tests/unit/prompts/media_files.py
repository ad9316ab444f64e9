"""Files of every kind, made for a test."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image
from pypdf import PdfWriter


def picture(file_format: str = "PNG", size: tuple[int, int] = (60, 40), **options: Any) -> bytes:
    """An image with some noise in it."""
    file = io.BytesIO()
    image = Image.effect_noise(size, 60)
    image.convert("P" if file_format == "GIF" else "RGB").save(file, file_format, **options)
    return file.getvalue()


def animation(file_format: str = "GIF") -> bytes:
    """An animated image of two frames."""
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    file = io.BytesIO()
    frames[0].save(file, file_format, save_all=True, append_images=frames[1:])
    return file.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A small PNG file that claims to be of this size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def pdf(pages: int = 1, password: str | None = None) -> bytes:
    """A PDF file of blank pages; with "" as its password it is encrypted and opens without one."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if password is not None:
        writer.encrypt(password, "owner", algorithm="RC4-128")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def _chunk(name: bytes, data: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(name + data))
    return struct.pack(">I", len(data)) + name + data + checksum
