"""A text block of an answer on the page: its Markdown blocks, and what stands below them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.messages_api import clean_text
from workbench.runs import markdown
from workbench.runs.blocks import MarkdownBlocks

SHOWN_CHARACTERS = 200_000
"""Longer texts are shown up to here; the text view has the whole."""

CUT_CLASS = "cut"
"""Class of the sentence that says that a text is not shown whole."""

_CUT = (
    f'<p class="{CUT_CLASS}">Only the first {SHOWN_CHARACTERS:,} characters are shown here.'
    " The text view shows all.</p>"
)
_SMALL = 2_000
_MAX_POSTPONED = 12


@dataclass(frozen=True, slots=True)
class _Form:
    """How an unfinished block looks: rendered, or a text that only grows."""

    kind: str
    body: str

    @property
    def html(self) -> str:
        if self.kind == "code":
            return markdown.code(self.body)
        return markdown.plain(self.body) if self.kind == "plain" else self.body

    def growth_since(self, earlier: "_Form | None") -> str:
        """Return what was only appended, or "" if the block must be drawn anew."""
        if earlier is None or self.kind == "html" or self.kind != earlier.kind:
            return ""
        if not earlier.body or not self.body.startswith(earlier.body):
            return ""
        return self.body[len(earlier.body) :]


class TextView:
    """A text block while it arrives; `update` gives what is new, `html` what was given so far."""

    def __init__(self, name: str) -> None:
        """Begin an empty text; `name` is the id of its element on the page."""
        self.name = name
        self.has_more = False
        self._blocks = MarkdownBlocks()
        self._done: list[str] = []
        self._form: _Form | None = None
        self._fed: list[str] = []
        self._length = 0
        self._new: list[str] = []
        self._end = ""
        self._next_end = ""
        self._postponed = 0
        self._rendered_source = ""
        self._is_redrawn = False

    def feed(self, text: str) -> None:
        """Take the next piece of the text."""
        room = SHOWN_CHARACTERS - self._length
        if room > 0 and text:
            self._fed.append(text[:room])
            self._new.append(text[:room])
        self._length += len(text)

    def settle(self, block: Mapping[str, Any]) -> None:
        """Say that the block is complete and reads `block`; what was fed may be less."""
        text = text_of(block)
        fed = "".join(self._fed)
        if text[:SHOWN_CHARACTERS] != fed or len(text) != self._length:
            if text.startswith(fed) and len(fed) == self._length:
                self.feed(text[self._length :])
            else:
                self._start_again(text)
        self._take_new()
        self._blocks.finish()
        self._next_end = _sources(block) + (_CUT if self._length > SHOWN_CHARACTERS else "")

    def update(self) -> list[str]:
        """Return the pieces that bring the page up to date."""
        has_news = self._take_new()
        shown = len(self._done) + (self._form is not None)
        before, self._form = self._form, self._open_form(has_news)
        first_changed = len(self._done)
        for source in self._blocks.finished[first_changed:]:
            self._done.append(markdown.render(source, is_finished=True))
        if self._is_redrawn:
            self._is_redrawn = False
            pieces = [patch(self.name, self._blocks_html())]
        else:
            pieces = self._changed_blocks(first_changed, shown, before)
        if self._end != self._next_end:
            self._end = self._next_end
            pieces.append(patch(f"{self.name}-end", self._end))
        return pieces

    @property
    def html(self) -> str:
        """The whole element as of the last update."""
        return (
            f'<div id="{self.name}">{self._blocks_html()}</div>'
            f'<div id="{self.name}-end">{self._end}</div>'
        )

    def _take_new(self) -> bool:
        has_news = bool(self._new)
        if has_news:
            self._blocks.feed("".join(self._new))
            self._new = []
        return has_news

    def _start_again(self, text: str) -> None:
        """Replace everything: the block is not what its pieces said."""
        self._blocks = MarkdownBlocks()
        self._done, self._fed, self._new, self._length = [], [], [], 0
        self._form = None
        self._is_redrawn = True
        self.feed(text)

    def _open_form(self, has_news: bool) -> _Form | None:
        self.has_more = False
        source = self._blocks.open
        if not source:
            return None
        code = self._blocks.open_code
        if code is not None:
            return _Form("code", code)
        if self._may_wait(source, has_news):
            self.has_more = True
            self._postponed += 1
            return self._form
        self._postponed = 0
        self._rendered_source = source
        if markdown.is_too_costly(source):
            return _Form("plain", source)
        return _Form("html", markdown.render(source, is_finished=False))

    def _may_wait(self, source: str, has_news: bool) -> bool:
        """Draw a long open block (a list, a table) less often than a short one."""
        drawn = self._rendered_source
        return (
            has_news
            and self._form is not None
            and self._form.kind == "html"
            and len(source) > _SMALL
            and source.startswith(drawn)
            and len(source) - len(drawn) < len(source) / 40
            and self._postponed < _MAX_POSTPONED
        )

    def _changed_blocks(self, first: int, shown: int, before: _Form | None) -> list[str]:
        """Return pieces for the blocks from number `first` on, of which `shown` are known."""
        pieces = []
        bodies = self._bodies()
        if first < min(shown, len(bodies)):
            name = f"{self.name}-{first}"
            is_open = first == len(self._done)
            growth = self._form.growth_since(before) if is_open and self._form else ""
            if growth:
                pieces.append(append(f"#{name} code", growth))
            elif before is None or bodies[first] != before.html:
                pieces.append(patch(name, bodies[first]))
        if new := self._numbered(bodies, shown):
            pieces.append(add(self.name, new))
        return pieces

    def _bodies(self) -> list[str]:
        return [*self._done, self._form.html] if self._form else self._done

    def _blocks_html(self) -> str:
        return self._numbered(self._bodies(), 0)

    def _numbered(self, bodies: Sequence[str], first: int) -> str:
        return "".join(
            f'<div id="{self.name}-{number}">{body}</div>'
            for number, body in enumerate(bodies[first:], first)
        )


def text_of(block: Mapping[str, Any], field: str = "text") -> str:
    """Return the clean text of a block; "" if it holds none."""
    text = block.get(field)
    return clean_text(text) if isinstance(text, str) else ""


def patch(name: str, html: str) -> str:
    """Return the swap that makes `html` the content of the element `name`."""
    return f'<div id="{name}" hx-swap-oob="patch">{html}</div>'


def add(name: str, html: str) -> str:
    """Return the swap that adds `html` at the end of the element `name`."""
    return f'<div hx-swap-oob="beforeend:#{name}">{html}</div>'


def append(selector: str, text: str) -> str:
    """Return the swap that continues the text of the selected element."""
    return f'<i hx-swap-oob="append:{selector}">{markdown.escaped(text)}</i>'


def _sources(block: Mapping[str, Any]) -> str:
    """Return the cited texts as a numbered list."""
    citations = block.get("citations")
    items = (
        [_source(one) for one in citations or () if isinstance(one, Mapping)]
        if isinstance(citations, list)
        else []
    )
    return f'<ol class="sources">{"".join(items)}</ol>' if items else ""


def _source(citation: Mapping[str, Any]) -> str:
    origins = (citation.get(field) for field in ("document_title", "title", "url", "source"))
    origin = next((text for text in origins if isinstance(text, str) and text), "")
    cited = markdown.escaped(text_of(citation, "cited_text"))
    return f"<li><q>{cited}</q> <cite>{markdown.escaped(clean_text(origin))}</cite></li>"
