"""Folding: "Über", "UBER" and "uber" become the same text."""

from __future__ import annotations

import re
import unicodedata

# Marks that a person who searches leaves out: accents (of Latin, Greek and Cyrillic), the vowel
# points of Hebrew and Arabic with the tatweel; and what cannot be seen: soft hyphen, joiners,
# variation selectors, the key cap's frame.
_LEFT_OUT = re.compile(
    "[\u0300-\u036f"
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u0610-\u061a\u0640\u064b-\u065f\u0670"
    "\u00ad\u200b-\u200f\u2060\u20e3\ufe00-\ufe0f\ufeff]"
)


class _Folds(dict[int, str]):
    """What each character becomes, filled in as they come: `str.translate` asks it."""

    def __missing__(self, code: int) -> str:
        text = _without_marks(chr(code)).casefold()
        self[code] = folded = unicodedata.normalize("NFC", _without_marks(text))
        return folded


_FOLDS = _Folds()


def composed(text: str) -> str:
    """`text` with each letter and its accents as one character, where there is one (NFC).

    `fold` goes character by character from there; what is shown of a text is composed too.
    """
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """`text` in compatible small letters without accents; each character for itself."""
    if text.isascii():
        return text.lower()
    return composed(text).translate(_FOLDS)


def places(text: str, folded: str) -> list[int] | None:
    """For each character of `folded` the place in the composed `text` that it comes from.

    None when each character became exactly one: the places are the same then.
    """
    if all(len(_FOLDS[ord(character)]) == 1 for character in set(text)):
        return None
    return [place for place, character in enumerate(text) for _ in _FOLDS[ord(character)]]


def _without_marks(text: str) -> str:
    return _LEFT_OUT.sub("", unicodedata.normalize("NFKD", text))
