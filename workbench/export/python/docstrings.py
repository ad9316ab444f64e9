"""Texts of people inside docstrings and comments of a program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workbench.export.python.layout import COLUMNS, TOO_LONG, is_too_long, marked, width

_LONGEST = 600
_COLUMNS = COLUMNS - 10
"""Columns behind the indent of a function, without the quotes on both sides."""


def plain(text: str) -> str:
    """``text`` in one line, as it can stand in a docstring; long ones end in “…”."""
    shown = "".join(char if char.isprintable() else " " for char in text[: _LONGEST * 2])
    words = " ".join(shown.replace("\\", "\\\\").replace('"', "'").split())
    return f"{words[:_LONGEST].rstrip(chr(92))}…" if len(words) > _LONGEST else words


def docstring(summary: str, described: Mapping[str, str] | None = None) -> str:
    """The lines of a docstring in a function: a summary, and what its arguments are.

    ``summary`` is plain already; descriptions that are empty are left out.
    """
    parts = _wrapped(summary.split(" "))
    listed = [
        line
        for name, description in (described or {}).items()
        if (words := plain(description).split())
        for line in _wrapped([f"{name}: {words[0]}", *words[1:]], "    ")
    ]
    parts += ["", *listed] if listed else []
    if len(parts) == 1:
        return marked(f'    """{parts[0]}"""')
    first, *rest = parts
    lines = [f'    """{first}', *(f"    {line}" if line else "" for line in rest), '    """']
    return "\n".join(lines) + (TOO_LONG if any(map(is_too_long, lines)) else "")


def _wrapped(words: Sequence[str], further: str = "") -> list[str]:
    """``words`` in lines; ``further`` stands before all but the first."""
    lines = [""]
    for word in words:
        longer = f"{lines[-1]} {word}" if lines[-1].strip() else lines[-1] + word
        if width(longer) > _COLUMNS and lines[-1].strip():
            lines.append(further + word)
        else:
            lines[-1] = longer
    return lines
