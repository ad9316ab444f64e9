"""Colours for finished code blocks, as class names of Pygments."""

import re
from functools import cache
from html import escape

from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES

CLASSES = frozenset(name for name in STANDARD_TYPES.values() if name)
"""Every class a coloured span can have."""

MAX_CHARACTERS = 16_000
MAX_LINE = 400
"""Longer code and longer lines stay plain: some lexers take quadratic time for them."""

_LANGUAGES = {
    "bash": "bash sh shell zsh",
    "c": "c h",
    "cpp": "cpp c++ cc cxx hpp",
    "csharp": "csharp c# cs",
    "css": "css",
    "diff": "diff patch udiff",
    "docker": "docker dockerfile",
    "go": "go golang",
    "html": "html htm",
    "ini": "ini cfg conf",
    "java": "java",
    "javascript": "javascript js jsx mjs",
    "json": "json jsonl",
    "kotlin": "kotlin kt",
    "lua": "lua",
    "php": "php",
    "powershell": "powershell ps1",
    "python": "python py python3",
    "r": "r",
    "ruby": "ruby rb",
    "rust": "rust rs",
    "scala": "scala",
    "sql": "sql postgresql psql",
    "swift": "swift",
    "toml": "toml",
    "typescript": "typescript ts tsx",
    "xml": "xml svg",
    "yaml": "yaml yml",
}
_LEXER_NAMES = {alias: name for name, aliases in _LANGUAGES.items() for alias in aliases.split()}
_LINEAR = "json"
"""The one lexer without regular expressions: it reads a long line as quickly as short ones."""
_SEARCHING = frozenset({"java", "csharp"})
"""At each word these lexers look for a method's name, up to the next sign that ends the search."""

_LONG_SEARCH = re.compile(r"[\w.\[\]$<>?\s]{400}")
_MAX_RAW_STRINGS = 40
_FORMATTER = HtmlFormatter(nowrap=True)


def highlighted(code: str, language: str) -> str:
    """Return `code` as HTML; escaped and without colours if the language is not on the list."""
    name = _LEXER_NAMES.get(language.lower())
    if name is None or _is_too_costly(code, name):
        return escape(code, quote=False)
    return str(highlight(code, _lexer(name), _FORMATTER))


def _is_too_costly(code: str, name: str) -> bool:
    return (
        len(code) > MAX_CHARACTERS
        or (name != _LINEAR and max(map(len, code.split("\n"))) > MAX_LINE)
        or (name in _SEARCHING and bool(_LONG_SEARCH.search(code)))
        or (name == "cpp" and code.count('R"') > _MAX_RAW_STRINGS)
    )


@cache
def _lexer(name: str) -> Lexer:
    # Without these two, the lexer would drop blank lines at both ends and add a last line end.
    return get_lexer_by_name(name, stripnl=False, ensurenl=False)
