"""Cuts a growing Markdown text into its top-level blocks.

Lines are looked at once, when they are complete. Simple patterns say where a new block may begin;
the parser then confirms it, so that a cut is never inside a list, a quote or a table. Where a cut
is missed, two blocks stay together, which looks the same.
"""

import re

from markdown_it import MarkdownIt

from workbench.runs.answer.markdown import MAX_CHARACTERS, MAX_NESTING

MAX_BLOCKS = 1_500
"""What follows so many blocks stays together in one: each costs its own rendering."""

_HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]|$)")
_RULE = re.compile(r" {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*$")
_FENCE = re.compile(r" {0,3}(?:(`{3,})[^`]*|(~{3,}).*)$")
_QUOTE = re.compile(r" {0,3}>")
_ITEM = re.compile(r" {0,3}(?:([-+*])|\d{1,9}([.)]))(?:[ \t]|$)")
_INDENT = re.compile(r" *\t| {4}")

# What the beginning of an unfinished line must show before the whole line can be trusted.
_SURE_START = re.compile(
    r" {0,3}(?:>|#{1,6}[ \t]|(?:[-+*]|1[.)])[ \t]+[^\s\-+*_:|>#=`~])",
)
_SURE_NO_ITEM = re.compile(r"[^-+*\d\s]|[-+*]\S|\d+[^\d.)]|\d+[.)]\S|\d{10}")


class MarkdownBlocks:
    """The blocks of a text that arrives in pieces.

    `finished` holds the sources of the blocks that cannot change any more; `open` is the one that
    still grows. Any split of the text into pieces gives the same blocks, and their sources add
    up to the text (a text of blank lines only has no blocks).
    """

    def __init__(self) -> None:
        self.finished: list[str] = []
        self._lines: list[str] = []
        self._size = 0
        self._partial = ""
        self._kind = ""
        self._marker = ""
        self._closing: re.Pattern[str] | None = None
        self._is_after_blank = False
        self._seen = 0
        self._parsed = 0

    def feed(self, text: str) -> None:
        """Take the next piece of the text."""
        first, *others = text.split("\n")
        if not others:
            self._partial += first
        else:
            lines = [self._partial + first, *others[:-1]]
            self._partial = others[-1]
            for line in lines:
                self._take_line(line, "\n")
        if self._kind not in ("", "fence", "plain") and self._surely_begins(self._partial):
            self._cut_before(self._partial)

    def finish(self) -> None:
        """Say that nothing follows: the open block becomes a finished one."""
        line, self._partial = self._partial, ""
        if line:
            self._take_line(line, "")
        if self._kind:
            self._finish_block()
        elif self._lines and self.finished:
            self.finished[-1] += "".join(self._lines)
        self._lines = []

    @property
    def open(self) -> str:
        """The source of the block that still grows; "" if there is none."""
        source = "".join(self._lines) + self._partial
        return source if self._kind or not _is_blank(source) else ""

    @property
    def open_code(self) -> str | None:
        """The code so far if the open block is a fence, else None; it only ever grows."""
        if self._kind != "fence" or self._fence_indent():
            return None
        opening = next(n for n, line in enumerate(self._lines) if not _is_blank(line))
        # The beginning of the closing line must not show up in the code.
        may_close = not self._partial.strip(" \t`~")
        return "".join(self._lines[opening + 1 :]) + ("" if may_close else self._partial)

    def _take_line(self, line: str, end: str) -> None:
        if self._kind == "fence":
            self._add(line, end)
            if self._closing is not None and self._closing.match(line):
                self._finish_block()
        elif self._kind == "plain" or _is_blank(line):
            self._add(line, end)
            self._is_after_blank = True
        else:
            self._take_text(line, end)

    def _take_text(self, line: str, end: str) -> None:
        if self._kind and self._may_begin(line):
            self._cut_before(line, is_whole=True)
        is_first = not self._kind
        self._is_after_blank = False
        self._add(line, end)
        if is_first and len(self.finished) >= MAX_BLOCKS:
            self._kind = "plain"
        elif is_first:
            self._begin(line)
        elif self._kind == "text" and _UNDERLINE.match(line) and self._ends_with_heading():
            self._finish_block()
        if self._size > MAX_CHARACTERS and self._kind not in ("", "fence"):
            self._kind = "plain"

    def _begin(self, line: str) -> None:
        """Find out what the first line of a block begins."""
        fence, item = _FENCE.match(line), _ITEM.match(line)
        if fence:
            marks = fence[1] or fence[2]
            self._kind = "fence"
            self._closing = re.compile(rf" {{0,3}}{marks[0]}{{{len(marks)},}}[ \t]*$")
        elif _RULE.match(line) or (_HEADING.match(line) and "|" not in line):
            # With a bar in it, a heading may still turn out to be the head of a table.
            self._finish_block()
        elif item:
            self._kind, self._marker = "list", item[1] or item[2]
        elif _QUOTE.match(line):
            self._kind = "quote"
        else:
            self._kind = "code" if _INDENT.match(line) else "text"

    def _may_begin(self, line: str) -> bool:
        """Tell whether a line may begin a new block behind the open one."""
        is_indented = bool(_INDENT.match(line))
        if self._kind == "code":
            return not is_indented
        item = _ITEM.match(line)
        if self._kind == "list":
            if line[0] in " \t":
                return False
            if item and not _RULE.match(line):
                return (item[1] or item[2]) != self._marker
        if self._is_after_blank:
            return True
        if self._kind == "quote" and _QUOTE.match(line):
            return False
        return bool(item or any(p.match(line) for p in (_HEADING, _RULE, _FENCE, _QUOTE)))

    def _surely_begins(self, line: str) -> bool:
        """Tell the same of an unfinished line, whatever its rest may be."""
        if _is_blank(line) or not self._may_begin(line):
            return False
        if self._kind == "code":
            return True
        if self._is_after_blank and self._kind == "list":
            item = _ITEM.match(line)
            is_other_list = bool(item and len(line) > item.end(1 if item[1] else 2))
            return is_other_list or bool(_SURE_NO_ITEM.match(line))
        return self._is_after_blank or bool(_SURE_START.match(line))

    def _cut_before(self, line: str, *, is_whole: bool = False) -> None:
        """Finish the open block if the parser agrees that `line` begins another one.

        What may be parsed is limited in proportion to the text, counted in whole lines, so that
        neither hostile texts nor the sizes of the pieces make a difference.
        """
        if self._parsed > 8 * self._seen + 50_000:
            return
        starts = {start for _, start, _ in self._parse(line)}
        is_confirmed = len(self._lines) in starts
        if is_whole or is_confirmed:
            self._parsed += self._size
        if is_confirmed:
            self._finish_block()

    def _ends_with_heading(self) -> bool:
        self._parsed += self._size
        if self._parsed > 8 * self._seen + 50_000:
            return False
        kind, _, end = self._parse("")[-1]
        return kind == "heading_open" and end == len(self._lines)

    def _parse(self, line: str) -> list[tuple[str, int, int]]:
        """Return type, first line and end of each top-level block, with `line` added."""
        tokens = _PARSER.parse("".join(self._lines) + line)
        return [(t.type, t.map[0], t.map[1]) for t in tokens if t.level == 0 and t.map]

    def _fence_indent(self) -> int:
        first = next(line for line in self._lines if not _is_blank(line))
        return len(first) - len(first.lstrip(" "))

    def _add(self, line: str, end: str) -> None:
        self._lines.append(line + end)
        self._size += len(line) + len(end)
        self._seen += len(line) + len(end)

    def _finish_block(self) -> None:
        self.finished.append("".join(self._lines))
        self._lines = []
        self._size = 0
        self._kind = ""
        self._is_after_blank = False


def _is_blank(text: str) -> bool:
    return not text.strip(" \t\n")


def _parser() -> MarkdownIt:
    """Return a parser of blocks that leaves the text inside them alone."""
    parser = MarkdownIt("js-default", {"maxNesting": MAX_NESTING})
    parser.disable("reference")
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


_PARSER = _parser()
