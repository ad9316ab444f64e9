"""What stands around a text when people copy it: Markdown fences, quote marks, an indent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

_FENCE = re.compile(r"^[ \t>]*(`{3,}|~{3,})[^\n`]*$", re.MULTILINE)
_QUOTED = re.compile(r"^(?:[ \t]*>)+[ \t]?", re.MULTILINE)
_PAIRS = {'"': '"', "'": "'", "“": "”", "‘": "’", "`": "`", "«": "»"}


def unwrapped(text: str) -> Iterator[str]:
    """Yield the text as it is, then without what stands around it; lines keep their numbers."""
    is_fenced = len(_FENCE.findall(text)) > 0
    if is_fenced and (fenced := _inside_fences(text)).strip():
        yield fenced
    yield text
    if all(line.lstrip().startswith(">") for line in text.split("\n") if line.strip()):
        bare = _QUOTED.sub("", text)
        yield from (bare, _inside_fences(bare))
    if inner := _inside_quotes(text):
        yield inner


def _inside_fences(text: str) -> str:
    """The lines between fences, all others empty."""
    lines: list[str] = []
    fence = ""
    for line in text.split("\n"):
        match = _FENCE.match(line)
        if match and not fence:
            fence = match[1]
            lines.append("")
        elif match and line.strip().startswith(fence) and not line.strip(" \t>`~"):
            fence = ""
            lines.append("")
        else:
            lines.append(line if fence else "")
    return "\n".join(lines)


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
