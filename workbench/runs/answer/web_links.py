"""Links to pages of the web that an answer names outside its Markdown: results and citations."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

from markdown_it.common.normalize_url import normalizeLink

from workbench.messages_api import clean_text

from .markdown import LINK_REL, escaped, is_web_address

MAX_ADDRESS = 2_000
"""Longer addresses are no links; what is shown of them is cut like other words."""

MAX_WORDS = 300


def web_link(address: object, words: object = "") -> str:
    """Return a link that shows its host, or text where `address` does not lead to the web.

    `words` stand for the address; both may be anything. "" if there is nothing to show.
    """
    target = clean_text(address) if isinstance(address, str) else ""
    shown = in_isolation(words) or in_isolation(target)
    normal = normalizeLink(target) if 0 < len(target) <= MAX_ADDRESS else ""
    if not is_web_address(normal):
        is_said = shown == in_isolation(target)
        return shown if is_said else f"{shown} {in_isolation(target)}".rstrip()
    host = escaped(urlsplit(normal).hostname or "")
    link = f'<a href="{escape(normal)}" rel="{LINK_REL}">{shown}</a>'
    return f'{link} <span class="host">({host})</span>'


def in_isolation(words: object, most: int = MAX_WORDS) -> str:
    """Return one line of foreign text, escaped; it cannot turn the direction of what follows."""
    text = " ".join(clean_text(words[: 2 * most]).split()) if isinstance(words, str) else ""
    cut = f"{text[:most]}…" if len(text) > most else text
    return f"<bdi>{escaped(cut)}</bdi>" if cut else ""
