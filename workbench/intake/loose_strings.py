"""A text between quotes of any kind, as people and word processors write them."""

from __future__ import annotations

import re
from typing import NamedTuple

from .mendings import Mendings

_CLOSING = {
    '"': '"',
    "'": "'",
    "`": "`",
    "“": "”“",
    "”": "”“",
    "„": "“”",
    "‘": "’‘",
    "’": "’‘",
}
OPENING = frozenset(_CLOSING)
_ESCAPES = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "b": "\b",
    "f": "\f",
    "/": "/",
    "\\": "\\",
    '"': '"',
    "'": "'",
    "`": "`",
    "\n": "",
}
_STOPS = {opening: re.compile(rf"[\\\n{closing}]") for opening, closing in _CLOSING.items()}
_HEX = re.compile(r"u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})")
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
# What may stand behind a closing quote; a member without its comma counts too.
_BEHIND = re.compile(
    r"""[ \t\u00a0]*(?:[,:}\]=\n`]|\Z|//|\#|/\*|["'“‘][^"'“”‘’\n]{1,60}["'”’‘“][ \t]*:)"""
)
# The next member, or a closing bracket alone on its line: then the quote was forgotten.
_NEXT_MEMBER = re.compile(
    r"""\n[ \t]*(?:(["“'‘])[^"“”'‘’\n]{1,60}["”“'’‘][ \t]*:[ \t]*\S|[}\]][}\], \t]*(?:\n|\Z))"""
)
_KINDS = {
    '"': "",
    "'": "Single quotes were read as double quotes.",
    "`": "Backticks were read as double quotes.",
}
_CURLY = "Curly quotes were read as straight ones."


class LooseString(NamedTuple):
    """The text, and the place behind it."""

    text: str
    end: int


def read_string(text: str, begin: int, mendings: Mendings) -> LooseString:
    """Return what stands between the quote at `begin` and the one that closes it."""
    opening = text[begin]
    if sentence := _KINDS.get(opening, _CURLY):
        mendings.say(begin, sentence)
    stops, parts, at = _STOPS[opening], [], begin + 1
    while stop := stops.search(text, at):
        place = stop.start()
        parts.append(text[at:place])
        if stop[0] == "\\":
            piece, at = _escaped(text, place, mendings)
            parts.append(piece)
        elif stop[0] == "\n":
            if opening != "`" and _is_forgotten(text, place):
                mendings.say(
                    place, "A text without its closing quote was closed at its line's end."
                )
                whole = _with_whole_pairs("".join(parts))
                return LooseString(whole.rstrip(" \t,"), place)
            if opening != "`":
                mendings.say(place, "A line end inside a text was kept.")
            parts.append("\n")
            at = place + 1
        elif _BEHIND.match(text, place + 1):
            return LooseString(_with_whole_pairs("".join(parts)), place + 1)
        else:
            mendings.say(place, "A quote inside a text was taken as part of it.")
            parts.append(stop[0])
            at = place + 1
    mendings.cut(begin, "a text that has no end was closed there")
    return LooseString(_with_whole_pairs("".join([*parts, text[at:]])), len(text))


def _with_whole_pairs(text: str) -> str:
    """The text with each character that two escapes wrote as one."""
    return _PAIR.sub(
        lambda match: match[0].encode("utf-16", "surrogatepass").decode("utf-16"), text
    )


def _is_forgotten(text: str, line_end: int) -> bool:
    return _NEXT_MEMBER.match(text, line_end) is not None


def _escaped(text: str, place: int, mendings: Mendings) -> tuple[str, int]:
    """What the backslash at `place` and the characters behind it mean, and the place behind."""
    follows = text[place + 1 : place + 2]
    if follows in _ESCAPES and follows:
        return _ESCAPES[follows], place + 2
    if match := _HEX.match(text, place + 1):
        return chr(int(match[1] or match[2], 16)), match.end()
    mendings.say(place, "A backslash that escapes nothing was kept.")
    return "\\", place + 1
