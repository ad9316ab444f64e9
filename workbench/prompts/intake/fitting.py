"""What the library takes of a found prompt: the rest is cut off with a remark, never silently."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from workbench.intake.reading import FoundPrompt, Kind, Remark
from workbench.messages_api import clean_json
from workbench.prompts.declarations import MOST as MOST_VARIABLES
from workbench.prompts.editor import NAME_LENGTH
from workbench.prompts.library.details import LONGEST_DESCRIPTION
from workbench.prompts.value_sets.views import LONGEST_NAME, MOST

Item = TypeVar("Item")
CUT = "The {} has {:,} characters; the first {:,} are kept."
TOO_DEEP = "The recorded answer is nested too deeply to be kept."
TOO_MANY = "There are {:,} {}; the first {:,} are kept."


def fitted(found: FoundPrompt) -> FoundPrompt:
    """``found`` within the limits of the library, with a remark on each thing that was too long."""
    remarks: list[Remark] = []
    name = " ".join(found.name.split())
    return replace(
        found,
        name=_cut(name, "name", NAME_LENGTH, remarks),
        description=_cut(found.description, "description", LONGEST_DESCRIPTION, remarks),
        answer=_storable(found.answer, remarks),
        variables=_first(found.variables, "variables", MOST_VARIABLES, remarks),
        value_sets=_named_apart(_first(found.value_sets, "sets of values", MOST, remarks)),
        remarks=(*found.remarks, *remarks),
    )


def _cut(text: str, word: str, most: int, remarks: list[Remark]) -> str:
    if len(text) <= most:
        return text
    remarks.append(Remark(Kind.LEFT_OUT, CUT.format(word, len(text), most), text=text[most:]))
    return text[:most]


def _storable(answer: Mapping[str, Any] | None, remarks: list[Remark]) -> dict[str, Any] | None:
    """The recorded answer as it is stored, None when it cannot be."""
    if answer is None:
        return None
    try:
        return dict(clean_json(dict(answer)))
    except ValueError:
        remarks.append(Remark(Kind.LEFT_OUT, TOO_DEEP))
        return None


def _first(
    items: tuple[Item, ...], word: str, most: int, remarks: list[Remark]
) -> tuple[Item, ...]:
    if len(items) > most:
        remarks.append(Remark(Kind.LEFT_OUT, TOO_MANY.format(len(items), word, most)))
    return items[:most]


def _named_apart(
    sets: tuple[tuple[str, Mapping[str, str]], ...],
) -> tuple[tuple[str, Mapping[str, str]], ...]:
    """The sets, each under a name that it alone has."""
    found: dict[str, Mapping[str, str]] = {}
    for number, (name, values) in enumerate(sets, 1):
        free = " ".join(name.split())[: LONGEST_NAME - 8] or f"Values {number}"
        found[free if free not in found else f"{free} ({number})"] = values
    return tuple(found.items())
