"""Texts that a program would put together, as far as they fit into a machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from .limits import LONGEST_TEXT

CHARACTERS_OF_A_STEP: Final = 1_000


class Stepped(Protocol):
    """A program, with the steps that reading its values has taken so far."""

    steps: int


def joined(program: Stepped, parts: Sequence[str], between: str = "") -> str | None:
    """Return the parts as one text, `between` between them; None if it would be too long.

    A few lines can double a text with every line, so what is written counts as steps too.
    """
    size = sum(map(len, parts)) + len(between) * len(parts)
    return None if size > LONGEST_TEXT else written(program, between.join(parts))


def written(program: Stepped, text: str) -> str:
    """Return `text`, which the program has made out of others; counts it as steps."""
    program.steps += len(text) // CHARACTERS_OF_A_STEP
    return text
