"""A comment's text as HTML: what was typed, with links and mentions, and no markup of its own."""

from __future__ import annotations

import re
from collections.abc import Collection

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from .mentions import pattern_of

_URL = r"https?://[^\s<>\"'`\\]+"
_AFTER_URL = ".,;:!?)]}"
"""What stands behind an address rather than in it."""


def shown(text: str, mentions: Collection[str]) -> SafeString:
    """``text`` escaped, web addresses as links and ``mentions`` strong; line breaks are kept."""
    parts: list[str] = []
    end = 0
    for match in re.finditer(f"{_URL}|{pattern_of(mentions)}", text):
        parts += [conditional_escape(text[end : match.start()]), _piece(match[0])]
        end = match.end()
    # Each part was escaped on its own.
    return mark_safe("".join([*parts, conditional_escape(text[end:])]))


def _piece(piece: str) -> str:
    if piece.startswith("@"):
        return format_html("<strong>{}</strong>", piece)
    address = piece.rstrip(_AFTER_URL)
    link = format_html('<a href="{0}" rel="noopener noreferrer nofollow">{0}</a>', address)
    return link + conditional_escape(piece[len(address) :])
