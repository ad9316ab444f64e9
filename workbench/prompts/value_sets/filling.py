"""Filling the variables of a draft from a set of values, so that it can be taken back."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.prompts.editor import EditorForm

NAMES_SHOWN = 10


def fill(form: EditorForm, values: Mapping[str, str]) -> int:
    """Give the declared variables that ``values`` names their values; returns how many.

    The values that were there can be put back; variables without a value in the set keep theirs.
    """
    rows = [row for row in form.declarations.valid if isinstance(values.get(row.name), str)]
    if rows:
        form.before["variables"] = {row.name: row.value for row in rows}
    for row in rows:
        row.value = values[row.name]
    return len(rows)


def put_back(form: EditorForm) -> bool:
    """Exchange the values with those from before the last filling; False when none are kept."""
    before = form.before.get("variables")
    return isinstance(before, Mapping) and fill(form, before) > 0


def undeclared(form: EditorForm, values: Mapping[str, str]) -> list[str]:
    """The names in ``values`` that the draft does not declare."""
    return [name for name in values if name not in form.declarations.names]


def merged(form: EditorForm, old: Mapping[str, str]) -> dict[str, str]:
    """The values of the draft, and those of ``old`` whose names it does not declare."""
    return {name: old[name] for name in undeclared(form, old)} | form.values


def filled_sentence(form: EditorForm, name: str, values: Mapping[str, str], count: int) -> str:
    """What filling from the set ``name`` came to, with the names that are not declared."""
    words = f"Filled {count:,} variable{'' if count == 1 else 's'} from “{name}”."
    others = undeclared(form, values)
    if not others:
        return words
    more = f" and {len(others) - NAMES_SHOWN:,} more" if len(others) > NAMES_SHOWN else ""
    return f"{words} Not declared here: {', '.join(others[:NAMES_SHOWN])}{more}."
