"""What stands around a text when people copy it: Markdown fences, quote marks, an indent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

_FENCE = re.compile(r"^[ \t>]*(`{3,}|~{3,})[^\n`]*$", re.MULTILINE)
_QUOTED = re.compile(r"^(?:[ \t]*>)+[ \t]?", re.MULTILINE)
MOST_FENCES = 50
_PAIRS = {'"': '"', "'": "'", "“": "”", "‘": "’", "`": "`", "«": "»"}


def unwrapped(text: str) -> Iterator[str]:
    """Yield the text as it is, then without what stands around it; lines keep their numbers."""
    if (fenced := "\n".join(_fenced_lines(text)[0])).strip():
        yield fenced
    yield text
    if all(line.lstrip().startswith(">") for line in text.split("\n") if line.strip()):
        bare = _QUOTED.sub("", text)
        yield from (bare, "\n".join(_fenced_lines(bare)[0]))
    if inner := _inside_quotes(text):
        yield inner


def fences(text: str) -> list[str]:
    """Return what stands inside each fence, with all other lines empty; at most `MOST_FENCES`."""
    lines, spans = _fenced_lines(text)
    parts: list[str] = []
    for begin, end in spans[:MOST_FENCES]:
        part = "\n" * begin + "\n".join(lines[begin:end])
        if part.strip():
            parts.append(part)
    return parts


def _fenced_lines(text: str) -> tuple[list[str], list[tuple[int, int]]]:
    """The lines between fences, all others empty, and where each fence begins and ends."""
    lines: list[str] = []
    spans: list[tuple[int, int]] = []
    if not _FENCE.search(text):
        return lines, spans
    fence, begin = "", 0
    for number, line in enumerate(text.split("\n")):
        match = _FENCE.match(line)
        if match and not fence:
            fence, begin = match[1], number + 1
            lines.append("")
        elif match and line.strip(" \t>").startswith(fence) and not line.strip(" \t>`~"):
            spans.append((begin, number))
            fence = ""
            lines.append("")
        else:
            lines.append(line if fence else "")
    return lines, [*spans, (begin, len(lines))] if fence else spans


def _inside_quotes(text: str) -> str:
    """The text without the quotes around all of it; a JSON string becomes what it says."""
    bare = text.strip()
    if len(bare) < 2 or _PAIRS.get(bare[0]) != bare[-1]:
        return ""
    try:
        value = json.loads(bare) if bare[0] == '"' else bare[1:-1]
    except ValueError:
        value = bare[1:-1]
    return value if isinstance(value, str) else ""
