"""The text behind a node of a tree."""

from __future__ import annotations

import ast

from workbench.intake.code.settling import TEXT_KEPT


class Source:
    """A program's text, cut by lines once."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")

    def of(self, node: ast.AST) -> str:
        """Return the code of an expression, cut where it is long."""
        first, last = getattr(node, "lineno", 0), getattr(node, "end_lineno", 0)
        if not first or not last or last > len(self._lines):
            return ""
        begin, end = getattr(node, "col_offset", 0), getattr(node, "end_col_offset", 0)
        lines = self._lines[first - 1 : last]
        # Columns are counted in bytes; the last line is cut first, as it may be the only one.
        lines[-1] = _cut(lines[-1], 0, end)
        lines[0] = _cut(lines[0], begin, None)
        return "\n".join(lines)[:TEXT_KEPT]


def _cut(line: str, begin: int, end: int | None) -> str:
    if line.isascii():
        return line[begin:end]
    return line.encode()[begin:end].decode(errors="replace")
