"""The merge of single parts: values, texts, mappings and lists, with decisions about conflicts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from .conflict import MISSING, Conflict, Decision, Kind, Taken, readable
from .three_way import Agreed, Clash, Hunks, Stretch, hunks_of, text_three_way, three_way

Leaf = Callable[[str, Any, Any, Any], Any]
"""Merges a part, by its name, that both sides changed: base, theirs, mine."""


def token(value: Any) -> str:
    """A text that is equal for equal JSON, the order of keys included."""
    return "" if value is MISSING else json.dumps(value, ensure_ascii=True)


def is_same(one: Any, two: Any) -> bool:
    """Whether two parts are the same JSON, or both are not there."""
    return one is two or (type(one) is type(two) and token(one) == token(two))


class Merger:
    """Merges part after part; ``decisions`` are about the conflicts in the order of their coming.

    Where there is no decision, what drops no text is done.
    """

    def __init__(self, decisions: Sequence[Decision] = ()) -> None:
        self._decisions = decisions
        self.conflicts: list[Conflict] = []
        self.taken: list[Taken] = []

    def settle(self, part: str, base: Any, theirs: Any, mine: Any, *, by: Leaf) -> Any:
        """The part when at most one side changed it, else what ``by`` makes of it."""
        if is_same(theirs, mine):
            return mine
        if is_same(theirs, base):
            self.taken.append(Taken(part, "mine", readable(base), readable(mine)))
            return mine
        if is_same(mine, base):
            self.taken.append(Taken(part, "theirs", readable(base), readable(theirs)))
            return theirs
        return by(part, base, theirs, mine)

    def conflict(self, part: str, kind: Kind, base: Any, theirs: Any, mine: Any) -> Any:
        """Note a conflict; returns what was decided about it."""
        found = Conflict(part, kind, base, theirs, mine)
        place = len(self.conflicts)
        self.conflicts.append(found)
        decided = self._decisions[place] if place < len(self._decisions) else found.default
        return found.resolved(decided)

    # Parts that both sides changed ----------------------------------------------------------

    def value(self, part: str, base: Any, theirs: Any, mine: Any) -> Any:
        """One of the two, as decided."""
        return self.conflict(part, "value", base, theirs, mine)

    def text(self, part: str, base: Any, theirs: Any, mine: Any) -> Any:
        """Two texts by lines; anything that is no text as a value."""
        found = (theirs, mine) if base is MISSING else (base, theirs, mine)
        if not all(isinstance(each, str) for each in found):
            return self.value(part, base, theirs, mine)
        before = len(self.conflicts)
        lines: list[str] = []
        for stretch in text_three_way("" if base is MISSING else base, theirs, mine):
            if isinstance(stretch, Agreed):
                lines += stretch.tokens
            else:
                lines += self._clash(part, "text", stretch)
        merged = "\n".join(lines)
        if merged != mine and len(self.conflicts) == before:
            self.taken.append(Taken(part, "both", mine, merged))
        return merged

    def mapping(
        self, name: Callable[[str], str], base: Any, theirs: Any, mine: Any, *, by: Leaf
    ) -> dict[str, Any]:
        """Two mappings key by key; ``name`` gives the part of a key."""
        found: dict[str, Any] = {}
        for key in merged_order(base, theirs, mine):
            three = (each.get(key, MISSING) for each in (base, theirs, mine))
            value = self.settle(name(key), *three, by=by)
            if value is not MISSING:
                found[key] = value
        return found

    def keyed(self, part: str, base: Any, theirs: Any, mine: Any, *, by: Leaf) -> Any:
        """Two lists of things that have a ``name`` each; without such names they are one value."""
        named = [_by_name(each) for each in (base, theirs, mine)]
        three = [each for each in named if each is not None]
        if len(three) < len(named):
            return self.settle(part, base, theirs, mine, by=self.value)
        merged = self.mapping(lambda key: f"{part} {key}", *three, by=by)
        return list(merged.values())

    def entries(
        self,
        part: str,
        base: Sequence[Any],
        theirs: Sequence[Any],
        mine: Sequence[Any],
        *,
        pair: Leaf | None = None,
        hunks: Hunks = hunks_of,
        names: Mapping[str, str] | None = None,
    ) -> list[Any]:
        """Two lists entry by entry; ``pair`` makes a list of an entry that both sides changed.

        ``names`` has the parts of single entries of the base, by their tokens.
        """
        three = [[token(entry) for entry in each] for each in (base, theirs, mine)]
        found: list[Any] = []
        for stretch in three_way(*three, hunks=hunks):
            named = _name_of(part, names or {}, stretch)
            if isinstance(stretch, Agreed):
                found += self._agreed(named, stretch)
                continue
            sides = [_read(each) for each in (stretch.base, stretch.theirs, stretch.mine)]
            if pair is not None and all(len(each) == 1 for each in sides):
                found += pair(named, *(each[0] for each in sides))
            else:
                found += self.conflict(named, "list", *sides)
        return found

    def _agreed(self, part: str, stretch: Agreed) -> list[Any]:
        entries = _read(stretch.tokens)
        if stretch.side in ("theirs", "mine"):
            before = readable(_read(stretch.before))
            self.taken.append(Taken(part, stretch.side, before, readable(entries)))
        return entries

    def _clash(self, part: str, kind: Kind, clash: Clash) -> Any:
        return self.conflict(part, kind, list(clash.base), list(clash.theirs), list(clash.mine))


def _name_of(part: str, names: Mapping[str, str], stretch: Stretch) -> str:
    before = stretch.before if isinstance(stretch, Agreed) else stretch.base
    return names.get(before[0], part) if len(before) == 1 else part


def _read(tokens: Iterable[str]) -> list[Any]:
    return [json.loads(each) for each in tokens]


def merged_order(
    base: Mapping[str, Any], theirs: Mapping[str, Any], mine: Mapping[str, Any]
) -> Iterable[str]:
    """The keys of all three, in the order that both sides gave them."""
    found: list[str] = []
    for stretch in three_way(list(base), list(theirs), list(mine)):
        found += stretch.tokens if isinstance(stretch, Agreed) else [*stretch.theirs, *stretch.mine]
    return dict.fromkeys([*found, *theirs, *mine, *base])


def _by_name(entries: list[Any]) -> dict[str, Any] | None:
    """A list by the names of its entries; None when they do not have one each."""
    names = [entry.get("name") if isinstance(entry, dict) else None for entry in entries]
    texts = [name for name in names if isinstance(name, str)]
    if len(set(texts)) < len(entries):
        return None
    return dict(zip(texts, entries, strict=True))
