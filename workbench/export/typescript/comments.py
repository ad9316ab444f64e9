"""The comment above a function: what its arguments are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workbench.export.source import Argument
from workbench.export.typescript.layout import WIDTH, width

_LONGEST = 600
"""Characters of a description; longer ones end in “…”."""


def comment_of(arguments: Iterable[Argument], identifiers: Mapping[str, str]) -> list[str]:
    """The lines of a TSDoc comment; none where the names of the arguments say it all."""
    described = [
        (identifiers[argument.name], text)
        for argument in arguments
        if (text := _described(argument, identifiers[argument.name]))
    ]
    if not described:
        return []
    lines = ["/**", " * Asks for an answer and prints it.", " *"]
    lines.append(" * @param values - The variables of the prompt.")
    for identifier, text in described:
        lines += _wrapped(f"@param values.{identifier} - {text}")
    return [*lines, " */"]


def _described(argument: Argument, identifier: str) -> str:
    """The description, behind the variable's own name where ``identifier`` does not say it."""
    text = _plain(argument.description)
    # A description that begins with a marker would be taken for the own name of the variable.
    if identifier == argument.name and not text.lstrip("`").startswith("{{"):
        return text
    return f"`{{{{{argument.name}}}}}` {text}".rstrip()


def _plain(text: str) -> str:
    """``text`` in one line that does not end the comment."""
    shown = "".join(char if char.isprintable() else " " for char in text[: _LONGEST * 2])
    words = " ".join(shown.replace("*/", "*\\/").split())
    return f"{words[:_LONGEST]}…" if len(words) > _LONGEST else words


def _wrapped(text: str) -> list[str]:
    first, *words = text.split(" ")
    lines = [f" * {first}"]
    for word in words:
        if width(f"{lines[-1]} {word}") > WIDTH:
            lines.append(f" *   {word}")
        else:
            lines[-1] += f" {word}"
    return lines
