"""What literals of JavaScript mean: the escapes in texts, and numbers."""

from __future__ import annotations

import re

_ESCAPE = re.compile(
    r"\\(?:u\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|([0-3]?[0-7]{1,2})"
    r"|(\r\n|[\s\S])|\Z)"
)
_NAMED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v"}
_CONTINUED = frozenset({"\n", "\r\n", "\r", "\u2028", "\u2029"})


def unescaped(text: str) -> str:
    """Return what stands between the quotes of a literal, its escapes resolved."""
    return _ESCAPE.sub(_meant, text) if "\\" in text else text


def _meant(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code:
        number = int(code, 16)
        return chr(number) if number < 0x110000 else "\ufffd"
    if match[4]:
        return chr(int(match[4], 8))
    character = match[5] or ""
    return "" if character in _CONTINUED else _NAMED.get(character, character)


def number_of(text: str) -> int | float:
    """Return the number that a literal is; infinity where it is too large."""
    plain = text.replace("_", "").removesuffix("n") if not text.startswith(("0x", "0X")) else text
    try:
        if plain[:2].lower() in ("0x", "0o", "0b"):
            return int(plain.replace("_", "").removesuffix("n"), 0)
        if plain.isdecimal():
            return int(plain)
        value = float(plain)
    except ValueError:
        return float("inf")
    return int(value) if value.is_integer() and abs(value) < 1e21 else value
