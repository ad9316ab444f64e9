"""The source of an image or document: whether there is anything in it that can be read.

Sources: vision (read 2026-08-22), Python SDK 2.11.0 (the types of request blocks); base64 is
RFC 4648. How the API takes line breaks in base64 is not stated, so they are let through.
"""

import re
import string

from workbench.catalogue.checks.subject import Block, Problem, Problems, mapping, shown

LARGEST_IMAGE_CHARACTERS = 10 * 1024 * 1024

# What a source of a type must hold; a source of another type is not looked into.
_NEEDED = {"base64": "data", "url": "url", "file": "file_id", "text": "data"}
_URL = re.compile(r"\s*[A-Za-z][A-Za-z0-9+.-]*://[^\s/?#]")
_BASE64_DIGITS = f"{string.ascii_letters}{string.digits}+/".encode()
_BLANKS = string.whitespace.encode()


def source(block: Block) -> Problems:
    """The source must have a type, and something readable in the key that the type needs."""
    held = mapping(block.fields.get("source"))
    path, kind = f"{block.path}.source", held.get("type")
    if not isinstance(kind, str) or not kind.strip():
        yield Problem(path, f"This {block.type} has no source; choose a file or give a URL.")
        return
    needed = _NEEDED.get(kind)
    if needed is None:
        return
    value = held.get(needed)
    if not isinstance(value, str) or not value:
        yield Problem(f"{path}.{needed}", f"The source of this {block.type} is empty; fill it in.")
    elif sentence := _unreadable(block, kind, value):
        yield Problem(f"{path}.{needed}", sentence)


def _unreadable(block: Block, kind: str, value: str) -> str:
    """Why the value of a source cannot be read; "" when it can."""
    if kind == "url" and not _is_url(value):
        return f'The address "{shown(value)}" is no URL; write it out, from https:// on.'
    if kind != "base64":
        return ""
    if block.type == "image" and len(value) > LARGEST_IMAGE_CHARACTERS:
        return "The image is larger than 10 MB; reduce it."
    if not _is_base64(value):
        return f"The data of this {block.type} is no base64; attach the file instead."
    return ""


def _is_url(text: str) -> bool:
    # An estimate is asked for before all variables have a value: their names stand in the text.
    return "{{" in text or bool(_URL.match(text))


def _is_base64(text: str) -> bool:
    """Whether it can be decoded, which is not tried: it may be megabytes."""
    if not text.isascii():
        return False
    packed = text.encode().translate(None, _BLANKS)
    digits = packed.rstrip(b"=")
    is_whole = len(packed) % 4 == 0 and len(packed) - len(digits) <= 2
    return bool(digits) and is_whole and not digits.translate(None, _BASE64_DIGITS)
