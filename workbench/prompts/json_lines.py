"""On which line of a JSON text a value stands, for sentences about a value in a text area."""

from __future__ import annotations

import json
import re

MOST_LEVELS = 100  # as deep as the API reads; deeper values have no line of their own
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+')


def lines_of(text: str) -> dict[str, int]:
    """The line, from 1, on which the value of each path begins, as ``messages.0.content``.

    The whole value has the path "". Empty when ``text`` is no JSON.
    """
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return {}
    found: dict[str, int] = {}
    stack: list[_Level] = []
    line, seen, key = 1, 0, ""
    for token in _TOKEN.finditer(text):
        line += text.count("\n", seen, token.start())
        seen = token.start()
        word = token[0]
        if word in ("]", "}"):
            stack.pop()
        elif word == ",":
            stack[-1].begin_next()
        elif word == ":":
            stack[-1].key = json.loads(key)
            stack[-1].awaits_key = False
        elif stack and stack[-1].awaits_key:
            key = word
        else:
            if len(stack) <= MOST_LEVELS:
                found.setdefault(".".join(level.key for level in stack), line)
            if word in ("[", "{"):
                stack.append(_Level(is_object=word == "{"))
    return found


def line_of(path: str, lines: dict[str, int]) -> int | None:
    """The line of the longest beginning of ``path`` that stands in the text; None without one."""
    while path:
        if path in lines:
            return lines[path]
        path = path.rpartition(".")[0]
    return None


class _Level:
    """An object or list that is open where the reading stands."""

    def __init__(self, *, is_object: bool) -> None:
        self.is_object = self.awaits_key = is_object
        self.key = "" if is_object else "0"

    def begin_next(self) -> None:
        """Go on to the next part, behind a comma."""
        self.awaits_key = self.is_object
        if not self.is_object:
            self.key = str(int(self.key) + 1)
