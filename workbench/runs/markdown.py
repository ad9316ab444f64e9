"""Markdown of one block to HTML that is safe to put into a page.

Three walls: raw HTML is off in the parser, the tokens are rewritten so that only links to the web
remain, and nh3 runs last with a short list of what may pass. Text that would take too long to
render is shown as it is.
"""

import re
from collections.abc import Iterator, MutableMapping, Sequence
from html import escape
from typing import Any
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from workbench.runs.highlight import CLASSES, highlighted

MAX_CHARACTERS = 100_000
"""Blocks beyond this are shown as plain text."""

MAX_COST = 50_000
"""Microseconds one block may take, by the estimate of `is_too_costly`."""

MAX_NESTING = 60
"""The parser leaves out what is nested more deeply, so such blocks are shown as plain text."""

TAGS = frozenset(
    {"p", "br", "hr", "a", "strong", "em", "s", "span", "code", "pre", "blockquote"}
    | {"h3", "h4", "h5", "h6", "ul", "ol", "li"}
    | {"table", "thead", "tbody", "tr", "th", "td"}
)
ALIGNMENTS = {f"text-align:{side}": f"align-{side}" for side in ("left", "center", "right")}
_HOST_CLASS = "host"

_TABLE_RULER = re.compile(r"^[ >]*[|:-][-:| \t]*-[-:| \t]*$", re.MULTILINE)
_ITEMS = re.compile(r"^[ \t>]*(?:[-+*]|\d{1,9}[.)])[ \t]", re.MULTILINE)
_AUTOLINKS = re.compile(r"<[a-z]+:", re.IGNORECASE)
_WEIGHTS = (
    {"[": 24, "![": 22, "](": 35}
    | dict.fromkeys("*_~", 5)
    | dict.fromkeys("`<>&\\", 3)
    | dict.fromkeys("#$%+-:=@^{}!]", 2)
)
_FENCE = re.compile(r"\n* {0,3}(?:(`{3,})[^`\n]*|(~{3,})[^\n]*)(?:\n|$)")
_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+")
_WEB = re.compile(r"https?://", re.IGNORECASE)


def render(source: str, *, is_finished: bool) -> str:
    """Return safe HTML for one Markdown block; code gets its colours once it `is_finished`."""
    if is_too_costly(source):
        return plain(source)
    env: MutableMapping[str, Any] = {"is_finished": is_finished}
    tokens = _PARSER.parse(source, env)
    if any(token.level >= MAX_NESTING - 1 for token in tokens):
        return plain(source)
    return _CLEANER.clean(_PARSER.renderer.render(tokens, _PARSER.options, env))


def plain(text: str) -> str:
    """Return `text` as it is, escaped, in a box that scrolls."""
    return f'<pre class="plain" tabindex="0"><code>{escaped(text)}</code></pre>'


def code(text: str) -> str:
    """Return an unfinished code block: the same box that the finished one has, without colours."""
    return _code_box(escaped(text))


def escaped(text: str) -> str:
    """Return `text` for use between tags (not in attributes)."""
    return escape(text, quote=False).replace("\r", "\n").replace("\0", "\ufffd")


def is_too_costly(source: str) -> bool:
    """Tell whether rendering would take more than about 50 ms.

    Counted, not measured, so that the same text always looks the same. The weights are
    microseconds per character, found by timing markdown-it-py 4.3 and nh3 0.3.7.
    """
    if len(source) > MAX_CHARACTERS:
        return True
    if _is_one_fence(source):
        return False
    lines = source.count("\n") + 1
    cost = 18 * lines + sum(weight * source.count(mark) for mark, weight in _WEIGHTS.items())
    cost += 24 * len(_ITEMS.findall(source)) + 40 * len(_AUTOLINKS.findall(source))
    if _TABLE_RULER.search(source):
        # Short rows are filled up to the width of the head.
        cost += 10 * max(line.count("|") for line in source.split("\n")) * lines
    return cost + _depth_cost(source) > MAX_COST


def _is_one_fence(source: str) -> bool:
    """Tell whether all of the text is one block of code, which costs next to nothing."""
    opening = _FENCE.match(source)
    if opening is None:
        return False
    marks = opening[1] or opening[2]
    closing = re.compile(rf"^ {{0,3}}{marks[0]}{{{len(marks)},}}[ \t]*$", re.MULTILINE)
    end = closing.search(source, opening.end())
    return end is None or not source[end.end() :].strip()


def _depth_cost(source: str) -> int:
    """Every container looks at every line inside it."""
    return sum(4 * len(prefix) for prefix in re.findall(r"^[ \t>*+-]{12,}", source, re.MULTILINE))


def _code_box(html: str) -> str:
    return f'<pre class="hl" tabindex="0"><code>{html}</code></pre>'


def _render_fence(
    _renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    _options: OptionsDict,
    env: MutableMapping[str, Any],
) -> str:
    token = tokens[index]
    words = token.info.split()
    is_coloured = words and env.get("is_finished")
    html = highlighted(token.content, words[0]) if is_coloured else escaped(token.content)
    return f"{_code_box(html)}\n"


def _make_safe(state: StateCore) -> None:
    """Rewrite the tokens: headings from h3 on, cells by class, images as links, hosts shown."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 2, 6)}"
        elif token.type in ("th_open", "td_open"):
            side = ALIGNMENTS.get(str(token.attrs.pop("style", "")))
            if side:
                token.attrs["class"] = side
        elif token.type == "inline" and token.children:
            token.children = list(_safe_children(token.children))


def _safe_children(children: Sequence[Token]) -> Iterator[Token]:
    """Give the tokens of a text, with a host behind each link that does not show it itself."""
    address = ""
    text: list[str] = []
    for token in children:
        if token.type == "link_open":
            address, text = str(token.attrs.get("href", "")), []
            token.attrs = {"href": address}
        elif token.type == "image":
            yield from _image(token, is_inside_link=bool(address))
            continue
        elif token.type == "link_close":
            yield token
            yield from _host_behind(address, "".join(text))
            address = ""
            continue
        text.append(token.content)
        yield token


def _image(token: Token, *, is_inside_link: bool) -> Iterator[Token]:
    """Name an image instead of loading it: loading would tell its host what the answer says."""
    address = str(token.attrs.get("src", ""))
    if address.startswith("mailto:"):
        yield _text(f"image: {address}")
        return
    name = _text(f"image: {_WEB.sub('', address, count=1)}")
    if is_inside_link:
        yield name
        return
    yield Token("link_open", "a", 1, attrs={"href": address})
    yield name
    yield Token("link_close", "a", -1)


def _host_behind(address: str, text: str) -> Iterator[Token]:
    """Show where a link leads unless its text says so."""
    target = address.removeprefix("mailto:")
    if target == address:
        target = urlsplit(address).hostname or ""
        shown = re.split(r"[/?#]", _WEB.sub("", text.strip(), count=1), maxsplit=1)[0].lower()
    else:
        shown = text.strip()
    if shown != target:
        yield Token("span_open", "span", 1, attrs={"class": _HOST_CLASS})
        yield _text(f" ({target})")
        yield Token("span_close", "span", -1)


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:
        """Accept absolute addresses only: a relative one would lead into this site."""
        try:
            parts = urlsplit(url)
            if parts.scheme in ("http", "https"):
                is_port_valid = parts.port is None or parts.port >= 0
                return is_port_valid and bool(_HOST.fullmatch(parts.hostname or ""))
        except ValueError:
            return False
        return parts.scheme == "mailto"


def _parser() -> MarkdownIt:
    parser = _Parser("js-default", {"maxNesting": MAX_NESTING})
    # Definitions of links vanish from the text, and blocks are rendered one at a time.
    parser.disable("reference")
    parser.core.ruler.after("inline", "safe", _make_safe)
    parser.add_render_rule("fence", _render_fence)
    parser.add_render_rule("code_block", _render_fence)
    return parser


_PARSER = _parser()
_CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    attributes={"a": {"href"}, "ol": {"start"}, "pre": {"tabindex"}},
    allowed_classes={
        "pre": {"hl"},
        "span": {*CLASSES, _HOST_CLASS},
        "th": set(ALIGNMENTS.values()),
        "td": set(ALIGNMENTS.values()),
    },
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    link_rel="noopener noreferrer nofollow ugc",
)
