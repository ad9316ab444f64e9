"""The differences of two requests: by structure, and word by word where texts are long."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any, Literal

from django.conf import settings

from workbench.prompts.word_diff import Part, Passage, cut, passages, shortened, word_diff

from .models import Run
from .wire import elided

LONG_TEXT = 40
"""Texts with more characters are compared by words, shorter ones stand beside each other."""
MOST_ALIGNED = 2_000
"""Lists with more items are compared place by place."""
MOST_SHOWN = 500

ARROW = Part("same", " → ")
"""Between two short values, which would run into each other."""

Kind = Literal["same", "changed", "added", "removed"]


@dataclass(frozen=True)
class Difference:
    """One place in two requests; ``path`` is written as the API writes it, ``messages.0.content``.

    ``before`` and ``after`` are what stands there, for reading; ``passages`` are set for texts.
    """

    path: str
    kind: Kind
    before: str = ""
    after: str = ""
    passages: Sequence[Passage] = ()


@dataclass(frozen=True)
class Group:
    """Neighbouring places that are all the same, or all different."""

    is_same: bool
    places: Sequence[Difference]

    @property
    def paths(self) -> str:
        return ", ".join(place.path for place in self.places)


def of_requests(before: Run, after: Run) -> list[Difference]:
    """What differs between the requests of two runs, and what they share."""
    return list(_of_values("", _described(before), _described(after)))


def groups(differences: Sequence[Difference]) -> list[Group]:
    """The differences in their order, neighbours taken together; at most ``MOST_SHOWN`` of them."""
    shown = differences[:MOST_SHOWN]
    return [
        Group(is_same, tuple(places))
        for is_same, places in groupby(shown, key=lambda place: place.kind == "same")
    ]


def _described(run: Run) -> dict[str, Any]:
    """What was sent and where to; values that are not part of the body get words as their path."""
    chosen = settings.UPSTREAMS.get(run.upstream)
    request = run.request
    head = {
        "Upstream": chosen.label if chosen else run.upstream,
        "API version": request["api_version"],
        "Betas": ", ".join(request["betas"]) or "none",
    }
    return {**head, **elided(request["body"])}


def _of_values(path: str, before: Any, after: Any) -> Iterator[Difference]:
    if _is_equal(before, after):
        yield Difference(path, "same", _shown(before), _shown(after))
    elif isinstance(before, dict) and isinstance(after, dict):
        yield from _of_mappings(path, before, after)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _of_lists(path, before, after)
    elif isinstance(before, str) and isinstance(after, str) and _is_long(before, after):
        found = shortened(passages(word_diff(before, after)))
        yield Difference(path, "changed", passages=found)
    else:
        parts = (Part("delete", _shown(before)), ARROW, Part("insert", _shown(after)))
        yield Difference(path, "changed", _shown(before), _shown(after), [Passage(parts)])


def _of_mappings(
    path: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Difference]:
    for key in dict.fromkeys([*before, *after]):
        place = f"{path}.{key}" if path else key
        if key not in after:
            yield _removed(place, before[key])
        elif key not in before:
            yield _added(place, after[key])
        else:
            yield from _of_values(place, before[key], after[key])


def _of_lists(path: str, before: Sequence[Any], after: Sequence[Any]) -> Iterator[Difference]:
    """Items that are equal are found wherever they moved to; the others are paired in order."""
    for i, i_end, j, j_end in _stretches(before, after):
        paired = min(i_end - i, j_end - j)
        for step in range(paired):
            yield from _of_values(f"{path}.{j + step}", before[i + step], after[j + step])
        for place in range(i + paired, i_end):
            yield _removed(f"{path}.{place}", before[place])
        for place in range(j + paired, j_end):
            yield _added(f"{path}.{place}", after[place])


def _stretches(before: Sequence[Any], after: Sequence[Any]) -> Iterator[tuple[int, int, int, int]]:
    if max(len(before), len(after)) > MOST_ALIGNED:
        yield 0, len(before), 0, len(after)
        return
    old, new = [_sorted_json(item) for item in before], [_sorted_json(item) for item in after]
    for _, i, i_end, j, j_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield i, i_end, j, j_end


def _removed(path: str, value: Any) -> Difference:
    passage = Passage((Part("delete", _shown(value)),))
    return Difference(path, "removed", before=_shown(value), passages=[passage])


def _added(path: str, value: Any) -> Difference:
    passage = Passage((Part("insert", _shown(value)),))
    return Difference(path, "added", after=_shown(value), passages=[passage])


def _is_equal(before: Any, after: Any) -> bool:
    """Whether both write the same JSON, but for the order of keys: 1 is not true."""
    return bool(before == after) and _sorted_json(before) == _sorted_json(after)


def _sorted_json(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _is_long(before: str, after: str) -> bool:
    return max(len(before), len(after)) > LONG_TEXT or "\n" in before or "\n" in after


def _shown(value: Any) -> str:
    """A value for reading: texts as they are, everything else as JSON."""
    return cut(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2))
