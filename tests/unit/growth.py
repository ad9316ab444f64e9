"""How much work something is, without a clock: the same on every machine, however busy."""

from __future__ import annotations

from collections.abc import Callable
from cProfile import Profile
from typing import TypeVar

Material = TypeVar("Material")

SHORT = 1_000
"""The shorter of the two lengths, of which the other one is four times as much."""
_GROWTH = 5
_BESIDE = 500
"""Calls that do not depend on the length, such as those of a pattern that is compiled once."""


def proven_to_grow_with_length(
    work: Callable[[Material], object], material_of: Callable[[int], Material], short: int = SHORT
) -> None:
    """Four times the material takes four times the calls, and sixteen times if that is squared."""
    few = calls_of(work, material_of(short))
    many = calls_of(work, material_of(4 * short))
    said = f"A length of {short:,} took {few:,} calls, four times as much {many:,}."
    assert many <= _GROWTH * few + _BESIDE, said


def calls_of(work: Callable[[Material], object], material: Material) -> int:
    """The calls of functions, of Python and of C, while something is worked on."""
    profile = Profile()
    profile.enable()
    try:
        work(material)
    finally:
        profile.disable()
    return sum(entry.callcount for entry in profile.getstats())
