"""Who is mentioned in a text: ``@`` and a member's name, or e-mail address where names are shared.

A comment keeps ``{name as written: id of the user}``, so that it never names somebody else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


class Ambiguous(ValueError):
    """Two members have the name that was written; the text says so, and what to do."""


@dataclass(frozen=True)
class Member:
    """Somebody who can be mentioned; ``handle`` is what stands behind the ``@``."""

    pk: int
    name: str
    handle: str


def members_of(people: Iterable[tuple[int, str, str]]) -> list[Member]:
    """Members from ids, names and e-mail addresses; a name that two have is no handle."""
    rows = [(pk, " ".join(name.split()), email) for pk, name, email in people]
    counts = Counter(name.casefold() for _, name, _ in rows)
    return [
        Member(pk, name or email, name if name and counts[name.casefold()] == 1 else email)
        for pk, name, email in rows
    ]


def mentioned(text: str, members: Iterable[Member]) -> dict[str, int]:
    """By the name as it is written the id of each member whom ``text`` mentions.

    Raises ``Ambiguous`` for a name that more than one member has.
    """
    names: list[str] = []
    known: dict[str, int | None] = {}
    for member in members:
        names += [member.handle, member.name]
        known[member.handle.casefold()] = member.pk
        if member.name != member.handle:
            known.setdefault(member.name.casefold(), None)
    found: dict[str, int] = {}
    for match in re.finditer(pattern_of(names), text, re.IGNORECASE):
        name = match[0][1:]
        pk = known.get(name.casefold(), 0)
        if pk is None:
            raise Ambiguous(
                f"Two members are called “{name}”: write @ and the e-mail address instead."
            )
        if pk:  # a few letters are the same to the pattern and not to casefold
            found[name] = pk
    return found


def pattern_of(names: Iterable[str]) -> str:
    """Finds ``@`` and one of ``names``: the longest that fits, not in the middle of a word."""
    longest_first = sorted(set(names), key=len, reverse=True)
    anyone = "|".join(map(re.escape, longest_first)) or "(?!)"  # of nobody: never
    return rf"(?<![\w@/.])@(?:{anyone})(?![\w@])"
