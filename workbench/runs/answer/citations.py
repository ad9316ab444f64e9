"""The sources an answer cites, numbered across the whole answer.

The list stands below the answer; each source has the id `run-42-source-1`, which the marks in the
text lead to. Kinds of citations: https://platform.claude.com/docs/en/build-with-claude/citations
(read 2026-11); the ends of all ranges are exclusive.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .json_text import pretty, raw_box
from .markdown import escaped
from .swaps import add, patch
from .texts import count_of, cut, text_of
from .web_links import in_isolation, web_link

MAX_SOURCES = 1_000
"""Sources beyond this many are neither listed nor marked in the text."""

_MORE = f'<p class="answer-note">Only the first {MAX_SOURCES:,} sources are listed.</p>'
_CITED_CHARACTERS = 20_000


class Sources:
    """The list of sources below one answer, while it grows."""

    def __init__(self, name: str) -> None:
        """Begin an empty list; `name` is the id of the answer's element."""
        self.name = f"{name}-source-"
        self._list = f"{name}-sources"
        self._answer = name
        self._numbers: dict[int, range] = {}
        self._items: list[str] = []
        self._shown: list[str] = []
        self._has_more = False

    @property
    def is_shown(self) -> bool:
        """True once the list stands on the page."""
        return bool(self._shown)

    @property
    def element(self) -> str:
        """The id of the list's element."""
        return self._list

    def begin_again(self) -> None:
        """Forget the numbers: the blocks are about to be counted in their final order."""
        self._numbers, self._items, self._has_more = {}, [], False

    def take(self, position: int, block: Mapping[str, Any]) -> range:
        """Return the numbers of the sources that the text block at `position` cites."""
        if position not in self._numbers:
            first = len(self._items) + 1
            citations = _citations(block)
            room = MAX_SOURCES - len(self._items)
            self._has_more = self._has_more or len(citations) > room
            for number, citation in enumerate(citations[:room], first):
                self._items.append(_item(f"{self.name}{number}", citation))
            self._numbers[position] = range(first, len(self._items) + 1)
        return self._numbers[position]

    def update(self) -> list[str]:
        """Return the pieces that bring the list up to date."""
        before, self._shown = self._shown, list(self._items)
        if before == self._shown:
            return []
        if not before:
            return [add(self._answer, self.html)]
        if self._shown[: len(before)] == before and not self._has_more:
            return [add(f"{self._list}-list", "".join(self._shown[len(before) :]))]
        return [patch(self._list, self._inner)]

    @property
    def html(self) -> str:
        """The whole element as of the last update; "" without sources."""
        return f'<div class="sources" id="{self._list}">{self._inner}</div>' if self._shown else ""

    @property
    def _inner(self) -> str:
        items = "".join(self._shown)
        more = _MORE if self._has_more else ""
        heading = '<p class="answer-label">Sources</p>'
        return f'{heading}<ol id="{self._list}-list">{items}</ol>{more}'


def _citations(block: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    citations = block.get("citations")
    found = citations if isinstance(citations, list) else []
    return [one for one in found if isinstance(one, Mapping)]


def _item(name: str, citation: Mapping[str, Any]) -> str:
    place = _place(citation)
    where = f' <span class="muted">{place}</span>' if place else ""
    file_id = in_isolation(citation.get("file_id"))
    file = f' <span class="muted">file <code>{file_id}</code></span>' if file_id else ""
    return f'<li id="{name}">{_origin(citation)}{where}{file}{_passage(citation)}</li>'


def _origin(citation: Mapping[str, Any]) -> str:
    """Return what is cited: a page with its link, or the document's title or number."""
    address = text_of(citation, "url") or text_of(citation, "source")
    title = text_of(citation, "title") or text_of(citation, "document_title")
    if address:
        return f"<cite>{web_link(address, title)}</cite>"
    if title:
        return f"<cite>{in_isolation(title)}</cite>"
    for field, word in (("document_index", "Document"), ("search_result_index", "Search result")):
        if (number := count_of(citation, field)) is not None:
            return f"<cite>{word} {number + 1}</cite>"
    return f"<cite>{in_isolation(citation.get('type')) or 'Source'}</cite>"


def _place(citation: Mapping[str, Any]) -> str:
    """Return where the passage stands, in words; "" if the citation does not say."""
    kind = citation.get("type")
    if kind == "page_location":
        return _range(citation, "page", "start_page_number", "end_page_number", base=1)
    if kind == "char_location":
        return _range(citation, "character", "start_char_index", "end_char_index")
    if kind in ("content_block_location", "search_result_location"):
        return _range(citation, "block", "start_block_index", "end_block_index")
    return ""


def _range(citation: Mapping[str, Any], word: str, start: str, end: str, base: int = 0) -> str:
    """Return a range in words that counts from 1, from fields that count from `base`."""
    first, behind = count_of(citation, start), count_of(citation, end)
    if first is None:
        return ""
    first += 1 - base
    last = first if behind is None else behind - base
    return f"{word} {first:,}" if last <= first else f"{word}s {first:,} to {last:,}"


def _passage(citation: Mapping[str, Any]) -> str:
    """Return the cited passage, folded away; of an unknown kind of citation all it has."""
    text = text_of(citation, "cited_text")
    if text:
        body = f"<q>{escaped(cut(text, _CITED_CHARACTERS))}</q>"
        return f"<details><summary>Cited passage</summary>{body}</details>"
    if text_of(citation, "type") in _KINDS:
        return ""
    return f"<details><summary>Citation</summary>{raw_box(pretty(citation))}</details>"


_KINDS = frozenset(
    {"char_location", "page_location", "content_block_location"}
    | {"web_search_result_location", "search_result_location"}
)
