"""How much work reading is, without a clock: the same on every machine, however busy."""

from __future__ import annotations

from collections.abc import Callable
from cProfile import Profile

SHORT = 1_000
"""Characters; four times as many are read too."""
_GROWTH = 5
_BESIDE = 500
"""Calls that do not depend on the length, such as those of a pattern that is compiled once."""


def proven_to_grow_with_length(
    reader: Callable[[str], object], text_of: Callable[[int], str], short: int = SHORT
) -> None:
    """Four times the text takes four times the calls, and sixteen times if that is squared."""
    few = calls_of(reader, text_of(short))
    many = calls_of(reader, text_of(4 * short))
    said = f"{short:,} characters took {few:,} calls, four times as many {many:,}."
    assert many <= _GROWTH * few + _BESIDE, said


def calls_of(reader: Callable[[str], object], text: str) -> int:
    """The calls of functions, of Python and of C, while a text is read."""
    profile = Profile()
    profile.enable()
    try:
        reader(text)
    finally:
        profile.disable()
    return sum(entry.callcount for entry in profile.getstats())
