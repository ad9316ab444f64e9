"""Words: runs of letters and digits; signs of scripts without spaces stand one by one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from .folding import fold

LONGEST_WORD = 100
"""Characters; longer ones are cut, in documents and queries alike."""

# Chinese, Japanese, Thai, Lao, Khmer, Burmese: where a word ends there, only a dictionary knows.
_SIGNS = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ebd\u0ec0-\u0ece\u1000-\u103f\u1050-\u108f\u1780-\u17d3"
    "\u3005-\u3007\u3021-\u3029\u3041-\u3096\u3099\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    "\u3105-\u312f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_SIGN = re.compile(f"[{_SIGNS}]")
_CODES_WITH_MARKS = range(0x0370, 0x12000)


def _marks() -> Iterator[int]:
    """The vowel signs of Indian scripts and the like: part of a word, though no letters."""
    for code in _CODES_WITH_MARKS:
        if unicodedata.category(chr(code)) in ("Mn", "Mc") and not _SIGN.match(chr(code)):
            yield code


def _as_set(codes: Iterable[int]) -> str:
    """Ascending `codes` as ranges of a pattern's set."""
    ranges: list[list[int]] = []
    for code in codes:
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


_MARKS = _as_set(_marks())
_LETTER = f"[^\\W_{_SIGNS}]"
INNER = f"(?:{_LETTER}|[{_MARKS}])"
"""A character that a word goes on with, as a pattern for folded text."""
BEGIN = f"(?<!{_LETTER})(?<![{_MARKS}])"
END = f"(?!{INNER})"
GAP = f"(?:(?!{INNER})[^{_SIGNS}])"
"""A character between words."""
_WORD = re.compile(f"[{_SIGNS}]|{_LETTER}{INNER}*")


def words(text: str) -> list[str]:
    """The words of `text` in their order, folded and at most `LONGEST_WORD` characters long."""
    return [word[:LONGEST_WORD] for word in _WORD.findall(fold(text))]


def is_sign(word: str) -> bool:
    """Whether a word is one sign of a script without spaces."""
    return _SIGN.fullmatch(word) is not None
