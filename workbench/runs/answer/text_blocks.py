"""The text of an answer on the page, as Markdown blocks.

The API cuts a text into one content block per citation, in the middle of sentences. Text blocks
that follow each other are therefore one text here: one `TextView` with a `TextPart` for each.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workbench.runs.answer import markdown
from workbench.runs.answer.markdown_blocks import MarkdownBlocks
from workbench.runs.answer.swaps import add, append, patch
from workbench.runs.answer.texts import SHOWN_CHARACTERS, text_of

CUT_CLASS = "cut"
"""Class of the sentence that says that a text is not shown whole."""

_CUT = (
    f'<p class="{CUT_CLASS}">Only the first {SHOWN_CHARACTERS:,} characters are shown here.'
    " The text view shows all.</p>"
)
_SMALL = 2_000
_MAX_POSTPONED = 12
_WORD = re.compile(r"\w")


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


@dataclass(eq=False, slots=True)
class TextPart:
    """One text block of the answer, and what of it has been put into its `TextView`."""

    view: "TextView"
    fed: list[str] = field(default_factory=list)
    length: int = 0
    held: list[str] = field(default_factory=list)
    source: str | None = None

    def feed(self, text: str) -> None:
        """Take the next piece of the text; blanks at its end wait for what follows."""
        text = markdown.without_marks(text)
        kept = text.rstrip()
        if kept:
            self.view.take(self, "".join([*self.held, kept]))
            self.held.clear()
        if len(kept) < len(text):
            self.held.append(text[len(kept) :])

    def settle(self, block: Mapping[str, Any], numbers: Sequence[int] = ()) -> None:
        """Say that the block reads `block` and cites the sources with these `numbers`."""
        source = _with_marks(markdown.without_marks(text_of(block)), numbers)
        if source != self.source:
            self.view.settle(self, source)


class TextView:
    """A text while it arrives; `update` gives what is new, `html` what was given so far."""

    def __init__(self, name: str, sources: str = "") -> None:
        """Begin an empty text; `name` is the id of its element on the page.

        `sources` is what the ids of the cited sources begin with.
        """
        self.name = name
        self.has_more = False
        self._sources = sources
        self._parts: list[TextPart] = []
        self._is_closed = False
        self._is_stale = False
        self._blocks = MarkdownBlocks()
        self._done: list[str] = []
        self._form: _Form | None = None
        self._length = 0
        self._new: list[str] = []
        self._end = ""
        self._postponed = 0
        self._rendered_source = ""
        self._is_redrawn = False

    def begin(self) -> TextPart:
        """Begin the next text block."""
        part = TextPart(self)
        self._parts.append(part)
        return part

    def take(self, part: TextPart, text: str) -> None:
        """Put the next piece of a part behind what is there; only the last part can grow."""
        if part is not self._parts[-1] or part.source is not None or self._is_closed:
            return  # said again, in its place, when the part is settled
        room = SHOWN_CHARACTERS - self._length
        if room > 0:
            part.fed.append(text[:room])
            self._new.append(text[:room])
        part.length += len(text)
        self._length += len(text)

    def settle(self, part: TextPart, source: str) -> None:
        """Say that a part is complete and reads `source`; what was taken may be less."""
        taken = "".join(part.fed)
        may_grow = part.source is None and part is self._parts[-1] and not self._is_closed
        if may_grow and source.startswith(taken) and len(source) >= part.length:
            self.take(part, source[part.length :])
        else:
            self._is_stale = True
        part.source = source

    def close(self) -> None:
        """Say that no part follows."""
        self._is_closed = True

    def update(self) -> list[str]:
        """Return the pieces that bring the page up to date."""
        if self._is_stale:
            self._start_again()
        has_news = self._take_new()
        if self._is_closed:
            self._blocks.finish()
        shown = len(self._done) + (self._form is not None)
        before, self._form = self._form, self._open_form(has_news)
        first_changed = len(self._done)
        for source in self._blocks.finished[first_changed:]:
            self._done.append(self._rendered(source, is_finished=True))
        if self._is_redrawn:
            self._is_redrawn = False
            pieces = [patch(self.name, self._blocks_html())]
        else:
            pieces = self._changed_blocks(first_changed, shown, before)
        end = _CUT if self._is_closed and self._length > SHOWN_CHARACTERS else ""
        if self._end != end:
            self._end = end
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

    def _start_again(self) -> None:
        """Replace everything: the parts are not what their pieces said."""
        text = "".join(
            "".join(part.fed) if part.source is None else part.source for part in self._parts
        )
        self._blocks = MarkdownBlocks()
        self._done, self._new, self._form = [], [text[:SHOWN_CHARACTERS]], None
        self._length = sum(
            part.length if part.source is None else len(part.source) for part in self._parts
        )
        self._is_stale = False
        self._is_redrawn = True

    def _rendered(self, source: str, *, is_finished: bool) -> str:
        return markdown.render(source, is_finished=is_finished, sources=self._sources)

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
        return _Form("html", self._rendered(source, is_finished=False))

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


def _with_marks(text: str, numbers: Sequence[int]) -> str:
    """Return a text with the marks of its sources behind it, before the blanks at its end."""
    if not numbers:
        return text
    kept = text.rstrip()
    last_line = kept[kept.rfind("\n") + 1 :]
    # A rule, the end of a code block or of a table row is none with something behind it.
    is_mark_up = last_line.endswith("|") or not _WORD.search(last_line)
    glue = "\n" if last_line and is_mark_up else ""
    return "".join([kept, glue, *map(markdown.mark, numbers), text[len(kept) :]])
