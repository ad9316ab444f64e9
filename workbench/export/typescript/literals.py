"""Texts, keys and numbers as TypeScript has them, every character kept."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Mapping
from decimal import Decimal

from workbench.export.filling import pieces
from workbench.export.typescript.layout import LITERAL, Doc, join

_NAMED = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f", "\v": "\\v"}
_INVISIBLE = frozenset(("Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"))
_FIRST_IN_NAMES = frozenset(("Lu", "Ll", "Lt", "Lm", "Lo", "Nl"))
_IN_NAMES = _FIRST_IN_NAMES | {"Mn", "Mc", "Nd", "Pc"}
_UNSEEN = re.compile(r"[^\x20-\x7e]")
_UNSEEN_IN_TEMPLATE = re.compile(r"[^\x20-\x7e\n\t]")
_JOINERS = "\u200c\u200d"
_ASCII_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_BLANK_AT_END = re.compile(r"[ \t](?=\n|\Z)")
_LARGEST_EXACT = 2**53


def text_doc(text: str, names: Mapping[str, str] | None = None) -> Doc:
    """``text`` as a literal; ``names`` has the identifier of each variable that is an argument.

    A text of several lines, or with arguments inside, becomes a template literal; a text that is
    one marker alone becomes the identifier.
    """
    parts = list(pieces(text, names or {}))
    if len(parts) == 1:
        return _template([(text, "")]) if "\n" in text.strip("\n") else quoted(text)
    named = [(part, (names or {}).get(name, "")) for part, name in parts]
    if len(parts) == 2 and not parts[0][0] and not parts[1][0]:
        return named[0][1]
    return _template(named)


def quoted(text: str) -> str:
    """``text`` in the quotes that need fewer escapes: double ones unless it has more of them."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    text = text.replace("\\", "\\\\").replace(quote, f"\\{quote}")
    return quote + _UNSEEN.sub(_escaped, text) + quote


def key_of(key: str) -> str:
    """A key of an object, in quotes only when it needs them."""
    if key == "__proto__":
        return '["__proto__"]'  # without brackets it would set the prototype
    if _ASCII_NAME.fullmatch(key):
        return key
    if key.isascii() or not _may_be_name(key):
        return quoted(key)
    if _is_old_name(key):
        return key
    # Whether a name with these letters needs quotes depends on the formatter's Unicode tables:
    # with an escape in it, it keeps them.
    return "".join(_unicode_escape(c) if not c.isascii() else c for c in quoted(key))


def number(value: int | float) -> str:
    """A number that JavaScript reads as exactly ``value``; see ``is_exact``."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return "0" if value == 0 else str(int(value))
    text = repr(value).replace("e+", "e")
    return re.sub(r"e(-?)0+(?=\d)", r"e\1", text)


def is_exact(value: int | float) -> bool:
    """Whether JavaScript sends the same number again after it has read it."""
    if isinstance(value, float) or abs(value) <= _LARGEST_EXACT:
        return True
    try:
        return Decimal(repr(float(value))) == value
    except OverflowError:
        return False


def keys_are_moved(keys: Collection[str]) -> bool:
    """Whether JavaScript changes the order of ``keys``: it puts whole numbers first, sorted."""
    indexes = [key for key in keys if key.isdecimal() and key.isascii() and str(int(key)) == key]
    in_order = sorted(indexes, key=int)
    return list(keys)[: len(indexes)] != in_order


def exact_number(value: int) -> str:
    """The JSON of a number for ``rawJSON``."""
    return json.dumps(json.dumps(value))


def _template(parts: list[tuple[str, str]]) -> Doc:
    body = "".join(_in_template(text) + (f"${{{name}}}" if name else "") for text, name in parts)
    body = _BLANK_AT_END.sub(lambda blank: "\\t" if blank[0] == "\t" else "\\x20", body)
    return join(f"`{body}`".split("\n"), LITERAL)


def _in_template(text: str) -> str:
    text = text.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${")
    return _UNSEEN_IN_TEMPLATE.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    """The character itself unless it cannot be seen."""
    character = match[0]
    if character in _NAMED:
        return _NAMED[character]
    if character in _JOINERS or unicodedata.category(character) not in _INVISIBLE:
        return character
    return _unicode_escape(character)


def _unicode_escape(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\u{{{code:x}}}"


def _may_be_name(key: str) -> bool:
    """Whether the key is a name by today's Unicode, with characters of 16 bits alone."""
    return all(
        character in "$_" or unicodedata.category(character) in _IN_NAMES
        for character in key.replace("\u200c", "_").replace("\u200d", "_")
    ) and (
        (key[0] in "$_" or unicodedata.category(key[0]) in _FIRST_IN_NAMES)
        and max(key) < "\U00010000"
    )


def _is_old_name(key: str) -> bool:
    """Whether the key was a name already in Unicode 3.2."""
    old = unicodedata.ucd_3_2_0
    return all(c.isascii() or old.category(c) == unicodedata.category(c) for c in key)
