"""A text as a syntax tree of Python, mended where Python refuses it."""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass

from workbench.intake.mendings import Mendings
from workbench.intake.reading import Kind, Remark

from .lines import Line, LineReader

MOST_LINES = 20_000
"""Lines of a program that Python refuses, each of which is then read alone."""
MOST_LOST = 20
"""Lines that were not understood and are said one by one."""

_NOTEBOOK = re.compile(r"^[ \t]*(?:%|!|\?)[^\n]*", re.MULTILINE)
_PROMPT = re.compile(
    r"^[ \t]*(?:>>> ?|\.\.\. |\.\.\.(?=\n|\Z)|In \[\d*\]: ?| +\.\.\.: ?)", re.MULTILINE
)
_SESSION = re.compile(r"^[ \t]*(?:>>> |In \[\d*\]: )", re.MULTILINE)
_FENCE = re.compile(r"^[ \t]*(?:`{3,}|~{3,})[^\n]*", re.MULTILINE)
_BLANKS = str.maketrans({"\u00a0": " ", "\u2003": " ", "\u2002": " ", "\u200b": "", "\ufeff": ""})
_HEADER = re.compile(r"(?:async\s+)?(?:def|class|if|for|while|with|match)\b")
_ORPHAN = re.compile(r"(?:else|try|finally|except|elif|case)\b[^\n]*:\s*\Z|@")
_HALF = re.compile(r"(?:if|elif|while|for|with|except)\b.*:\s*\Z", re.DOTALL)
_Refused = (SyntaxError, ValueError, RecursionError, MemoryError)


@dataclass(frozen=True)
class Tree:
    """A program: its tree, the text that the tree's places are in, and what was mended."""

    module: ast.Module
    text: str
    remarks: tuple[Remark, ...] = ()
    is_flat: bool = False
    """Whether the indents were lost: then every statement is on the first level."""


def tree_of(text: str) -> Tree:
    """Return the tree of a program; what cannot be mended is left out and said."""
    if (module := parsed(text)) is not None:
        return Tree(module, text)
    mendings = Mendings(text)
    plain = _without_surroundings(text, mendings)
    if (module := parsed(plain)) is not None:
        return Tree(module, plain, tuple(mendings.remarks()))
    mendings = Mendings(text)
    plain = _without_surroundings(text, mendings)
    flat = _flat(plain, mendings)
    module = parsed(flat)
    return Tree(module or ast.Module([], []), flat, _few(mendings.remarks()), is_flat=True)


def parsed(text: str) -> ast.Module | None:
    """Return the tree of a valid program, None for any other text."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about escapes in the foreign program
        try:
            return ast.parse(text)
        except _Refused:
            return None


def _without_surroundings(text: str, mendings: Mendings) -> str:
    """The text without prompts of a session, commands of a notebook and fences."""
    if len(text.translate(_BLANKS)) == len(text):
        text = text.translate(_BLANKS)
    if _SESSION.search(text):
        text = _session(text, mendings)

    def blank(sentence: str, match: re.Match[str]) -> str:
        mendings.say(match.start(), sentence)
        return ""

    if _FENCE.search(text):
        text = _FENCE.sub(lambda match: blank("A code fence was left out.", match), text)
    sentence = "A command of a notebook was left out."
    return _NOTEBOOK.sub(lambda match: blank(sentence, match), text)


def _session(text: str, mendings: Mendings) -> str:
    """The input of a session; what the interpreter answered is not part of it."""
    lines, at = [], 0
    for line in text.split("\n"):
        match = _PROMPT.match(line)
        if match:
            mendings.say(at, "The prompts of an interactive session were left out.")
        lines.append(line[match.end() :] if match else "")
        at += len(line) + 1
    return "\n".join(lines)


def _flat(text: str, mendings: Mendings) -> str:
    """Every logical line that Python takes, without its indent, at its place."""
    lines = LineReader(text, mendings).lines()
    places = _places(text)
    found: list[str] = []
    number = 1
    is_indented = False
    for line in lines[:MOST_LINES]:
        found.append("\n" * (line.number - number))
        number = line.number
        statement, is_header = _statement(line)
        if statement is None:
            sentence = "This line was not understood and was left out."
            mendings.lost(places[min(number, len(places)) - 1], sentence, line.text)
            continue
        is_indented = is_indented or is_header
        found.append(statement)
        number += statement.count("\n")
    if len(lines) > MOST_LINES:
        place = places[min(lines[MOST_LINES].number, len(places)) - 1]
        sentence = f"Python refuses this program: only its first {MOST_LINES:,} lines were read."
        mendings.say(place, sentence, Kind.NOT_UNDERSTOOD)
    if is_indented:
        mendings.say(0, "The indents of the program were not relied on.")
    return "".join(found)


def _places(text: str) -> list[int]:
    """Where each line begins."""
    places = [0]
    for match in re.finditer("\n", text):
        places.append(match.end())
    return places


def _statement(line: Line) -> tuple[str | None, bool]:
    """A line as Python takes it, None if it does not; and whether it was the head of a block."""
    text = line.text.strip()
    lead = line.text[: len(line.text) - len(line.text.lstrip())]
    before = "\n" * lead.count("\n")
    if _ORPHAN.match(text):
        return before, True
    if parsed(text) is not None:
        return before + text, False
    if _HEADER.match(text) and parsed(f"{text} pass") is not None:
        return f"{before}{text} pass", True
    if _HALF.match(text):
        return before, True
    return None, False


def _few(remarks: list[Remark]) -> tuple[Remark, ...]:
    lost = [remark for remark in remarks if remark.text]
    if len(lost) <= MOST_LOST:
        return tuple(remarks)
    left = lost[MOST_LOST:]
    sentence = f"{len(left):,} more lines were not understood and were left out."
    gone = set(map(id, left))
    kept = [remark for remark in remarks if id(remark) not in gone]
    return (*kept, Remark(left[0].kind, sentence, left[0].line))
