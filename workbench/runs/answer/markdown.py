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

from workbench.runs.answer.highlight import CLASSES, highlighted

MAX_CHARACTERS = 100_000
"""Blocks beyond this are shown as plain text."""

MAX_COST = 50_000
"""Microseconds one block may take, by the estimate of `is_too_costly`."""

MAX_NESTING = 60
"""The parser leaves out what is nested more deeply, so such blocks are shown as plain text."""

TAGS = frozenset(
    {"p", "br", "hr", "a", "strong", "em", "s", "span", "code", "pre", "blockquote", "sup"}
    | {"h3", "h4", "h5", "h6", "ul", "ol", "li"}
    | {"table", "thead", "tbody", "tr", "th", "td"}
)
ALIGNMENTS = {f"text-align:{side}": f"align-{side}" for side in ("left", "center", "right")}
LINK_REL = "noopener noreferrer nofollow ugc"
_HOST_CLASS = "host"

_MARK_OPEN, _MARK_CLOSE = "\ufdd0", "\ufdd1"
_MARK = re.compile(f"({_MARK_OPEN}[0-9]+{_MARK_CLOSE})")
_SOURCE_ADDRESS = re.compile(r"#run-[0-9]+-source-[0-9]+")

_TABLE_RULER = re.compile(r"^[ >]*[|:-][-:| \t]*-[-:| \t]*$", re.MULTILINE)
_ITEMS = re.compile(r"^[ \t>]*(?:[-+*]|\d{1,9}[.)])[ \t]", re.MULTILINE)
_AUTOLINKS = re.compile(r"<[a-z]+:", re.IGNORECASE)
_WEIGHTS = (
    {"[": 24, "![": 22, "](": 35, _MARK_OPEN: 60}
    | dict.fromkeys("*_~", 5)
    | dict.fromkeys("`<>&\\", 3)
    | dict.fromkeys("#$%+-:=@^{}!]", 2)
)
_FENCE = re.compile(r"\n* {0,3}(?:(`{3,})[^`\n]*|(~{3,})[^\n]*)(?:\n|$)")
_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+")
_WEB = re.compile(r"https?://", re.IGNORECASE)
_ABSOLUTE = re.compile(r"https?://|mailto:", re.IGNORECASE)


def render(source: str, *, is_finished: bool, sources: str = "") -> str:
    """Return safe HTML for one Markdown block; code gets its colours once it `is_finished`.

    Marks (see `mark`) become links to the elements whose ids are `sources` and the number; without
    `sources`, and inside code and links, they stay text.
    """
    if is_too_costly(source):
        return plain(source)
    env: MutableMapping[str, Any] = {"is_finished": is_finished, "sources": sources}
    tokens = _PARSER.parse(source, env)
    if any(token.level >= MAX_NESTING - 1 for token in tokens):
        return plain(source)
    return cleaned(_PARSER.renderer.render(tokens, _PARSER.options, env))


def cleaned(html: str) -> str:
    """Return `html` with nothing in it but what may stand in an answer; the last wall."""
    return _CLEANER.clean(html)


def mark(number: int) -> str:
    """Return what stands in the Markdown for a reference to source `number`.

    Its two brackets are noncharacters of Unicode, so that nothing else can be taken for one.
    """
    return f"{_MARK_OPEN}{number}{_MARK_CLOSE}"


def without_marks(text: str) -> str:
    """Return `text` so that nothing in it is taken for a mark."""
    return text.replace(_MARK_OPEN, "\ufffd").replace(_MARK_CLOSE, "\ufffd")


def plain(text: str) -> str:
    """Return `text` as it is, escaped, in a box that scrolls."""
    return f'<pre class="plain" tabindex="0"><code>{escaped(text)}</code></pre>'


def code(text: str) -> str:
    """Return an unfinished code block: the same box that the finished one has, without colours."""
    return _code_box(escaped(text))


def escaped(text: str) -> str:
    """Return `text` for use between tags (not in attributes)."""
    text = escape(_with_brackets(text), quote=False)
    return text.replace("\r", "\n").replace("\0", "\ufffd")


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


def _with_brackets(text: str) -> str:
    return text.replace(_MARK_OPEN, "[").replace(_MARK_CLOSE, "]")


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
    content = _with_brackets(token.content)
    html = highlighted(content, words[0]) if is_coloured else escaped(content)
    return f"{_code_box(html)}\n"


def _make_safe(state: StateCore) -> None:
    """Rewrite the tokens: headings from h3 on, cells by class, images as links, hosts shown."""
    state.tokens = list(_without_empty_headings(state.tokens))
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 2, 6)}"
        elif token.type in ("th_open", "td_open"):
            side = ALIGNMENTS.get(str(token.attrs.pop("style", "")))
            if side:
                token.attrs["class"] = side
        elif token.type == "inline" and token.children:
            token.children = list(_safe_children(token.children, state.env["sources"]))


def _without_empty_headings(tokens: Sequence[Token]) -> Iterator[Token]:
    """Leave out headings without a word: "#" is there a moment before the words of its heading."""
    index = 0
    while index < len(tokens):
        if tokens[index].type == "heading_open" and not tokens[index + 1].content:
            index += 3
            continue
        yield tokens[index]
        index += 1


def _safe_children(children: Sequence[Token], sources: str) -> Iterator[Token]:
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
        if _MARK_OPEN not in token.content:
            yield token
        elif token.type == "text" and sources and not address:
            yield from _with_references(token.content, sources)
        else:
            token.content = _with_brackets(token.content)
            yield token


def _with_references(text: str, sources: str) -> Iterator[Token]:
    """Give the tokens of a text with a link for each mark."""
    for piece in _MARK.split(text):
        if not _MARK.fullmatch(piece):
            yield _text(_with_brackets(piece))
            continue
        yield Token("sup_open", "sup", 1)
        yield Token("link_open", "a", 1, attrs={"href": f"#{sources}{piece[1:-1]}"})
        yield _text(_with_brackets(piece))
        yield Token("link_close", "a", -1)
        yield Token("sup_close", "sup", -1)


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


def is_web_address(url: str) -> bool:
    """Tell whether `url`, percent-encoded already, leads to a host by http or https."""
    try:
        parts = urlsplit(url)
        is_port_valid = parts.port is None or parts.port >= 0
    except ValueError:
        return False
    is_web = parts.scheme in ("http", "https")
    return is_web and is_port_valid and bool(_HOST.fullmatch(parts.hostname or ""))


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:
        """Accept absolute addresses only: a relative one would lead into this site."""
        return is_web_address(url) or url[:7].lower() == "mailto:"


def _only_absolute(tag: str, attribute: str, value: str) -> str | None:
    """Let no address pass that leads into this site, except to a source below the answer."""
    if attribute != "href" or _ABSOLUTE.match(value):
        return value
    return value if tag == "a" and _SOURCE_ADDRESS.fullmatch(value) else None


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
    url_relative="pass_through",
    attribute_filter=_only_absolute,
    link_rel=LINK_REL,
)
