"""The merge of two whole states of a draft that were made from the same one, part by part.

A state is what a draft stores: ``name``, ``upstream``, ``values`` and ``content`` with the
``editor``'s notes on what was typed and is not usable yet. It can stand for a version too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from workbench.prompts.tools.tool import digest

from .conflict import MISSING, Decision, Merged
from .merger import Merger, is_same, merged_order, token
from .turns import entries_of, merge_blocks, merge_turns

State = Mapping[str, Any]

LOCAL = ("mocks", "origins", "copied_from")
REMOVED = ("removed_turns", "removed_tools", "removed_variables")
"""What was removed and can be put back."""
BOOKKEEPING = ("page", "results", "is_changed", "start", "version_note")
"""Notes that belong to the draft and not to what a page shows."""


def merge(base: State, theirs: State, mine: State, decisions: Sequence[Decision] = ()) -> Merged:
    """The merged state, with the conflicts in a fixed order; ``decisions`` are about these.

    Without decisions it holds both texts where texts conflict, and my value where values do.
    """
    merger = Merger(decisions)
    three = (base, theirs, mine)
    content = _content(merger, *(each["content"] for each in three))
    values = [each["values"] for each in three]
    state = {
        "name": merger.settle("Name", *(each["name"] for each in three), by=merger.value),
        "upstream": merger.settle(
            "Send to", *(each["upstream"] for each in three), by=merger.value
        ),
        "values": merger.mapping(lambda key: f"Value of {key}", *values, by=merger.text),
        "content": content,
    }
    return Merged(state, merger.conflicts, merger.taken)


def _content(merger: Merger, base: State, theirs: State, mine: State) -> dict[str, Any]:
    three = (base, theirs, mine)
    notes = [_notes_of(each) for each in three]
    betas = [each["betas"] for each in three]
    variables = [each["variables"] for each in three]
    body, about = _body(merger, [each["body"] for each in three], notes)
    found = {
        "api_version": merger.settle(
            "API version", *(each["api_version"] for each in three), by=merger.value
        ),
        "betas": _betas(merger, *betas),
        "body": body,
        "variables": merger.keyed("Variable", *variables, by=_fields_of(merger)),
    }
    local = {key: [each.get(key, {}) for each in three] for key in LOCAL}
    found["mocks"] = merger.mapping(
        lambda key: f"Mocked result of {key}", *local["mocks"], by=merger.value
    )
    quiet = Merger()  # these follow from other parts: nobody can decide about them
    found["origins"] = quiet.mapping(str, *local["origins"], by=quiet.value)
    chosen = _chosen(body, theirs, mine)
    found["copied_from"] = (
        quiet.mapping(str, *local["copied_from"], by=quiet.value)
        if chosen is None
        else chosen.get("copied_from", {})
    )
    found = {key: value for key, value in found.items() if value or key not in LOCAL}
    return found | {"editor": _notes(merger, *notes) | about}


def _notes_of(content: State) -> dict[str, Any]:
    notes = dict(content.get("editor", {}))
    return {key: value for key, value in notes.items() if key not in BOOKKEEPING}


def _betas(merger: Merger, base: list[str], theirs: list[str], mine: list[str]) -> list[str]:
    three = [dict.fromkeys(each, True) for each in (base, theirs, mine)]
    return list(merger.mapping(lambda beta: f"Beta {beta}", *three, by=merger.value))


def _fields_of(merger: Merger) -> Any:
    """Merges things with fields of their own, of which the texts are merged as texts."""

    def leaf(part: str, *three: Any) -> Any:
        def field(name: str, *values: Any) -> Any:
            is_text = name.rpartition(" ")[2] in ("description", "default")
            return (merger.text if is_text else merger.value)(name, *values)

        if not all(isinstance(each, dict) for each in three):
            return merger.value(part, *three)
        return merger.mapping(lambda key: f"{part} {key}", *three, by=field)

    return leaf


# The body -----------------------------------------------------------------------------------


def _body(
    merger: Merger, bodies: Sequence[State], notes: Sequence[State]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The merged body, and the notes that belong to its system prompt, turns and tools."""
    body: dict[str, Any] = {}
    about: dict[str, Any] = {}
    for key in merged_order(*bodies):
        three = [each.get(key, MISSING) for each in bodies]
        are_lists = all(each is MISSING or isinstance(each, list) for each in three)
        if key in _LISTS and are_lists:
            merged = _LISTS[key](merger, three, [each.get(_NOTES[key]) for each in notes])
            value, about[_NOTES[key]] = merged
            value = value if value or _is_there(*three) else MISSING
        elif key == "system":
            value = merger.settle("System prompt", *three, by=partial(merge_blocks, merger))
        else:
            value = merger.settle(f"Parameter {key}", *three, by=merger.value)
            if key in _NOTES:
                about[_NOTES[key]] = _beside(merger, key, value, three, notes)
        if value is not MISSING:
            body[key] = value
    systems = [each.get("system", {}) for each in notes]
    about["system"] = merger.settle("Typed into the system prompt", *systems, by=merger.value)
    return body, about


def _beside(
    merger: Merger, key: str, value: Any, three: Sequence[Any], notes: Sequence[State]
) -> Any:
    """The notes about turns or tools that are no list in one of the bodies.

    Nothing tells what in them belongs together, so they go with the value that was taken.
    """
    about = [each.get(_NOTES[key], {}) for each in notes]
    if is_same(three[1], three[2]):
        return merger.settle(f"Typed into {key}", *about, by=merger.value)
    return about[2] if is_same(value, three[2]) else about[1]


def _is_there(base: Any, theirs: Any, mine: Any) -> bool:
    """Whether a key stays whose list is empty: what one side changed about it counts."""
    chosen = mine if (theirs is MISSING) == (base is MISSING) else theirs
    return chosen is not MISSING


def _turns(merger: Merger, lists: Sequence[Any], notes: Sequence[Any]) -> tuple[list[Any], Any]:
    three = [
        entries_of([] if each is MISSING else each, about or {})
        for each, about in zip(lists, notes, strict=True)
    ]
    merged = merge_turns(merger, *three)
    about = {str(place): entry["notes"] for place, entry in enumerate(merged) if entry["notes"]}
    return [entry["message"] for entry in merged], about


def _tools(merger: Merger, lists: Sequence[Any], notes: Sequence[Any]) -> tuple[list[Any], Any]:
    three = [
        _tools_with([] if each is MISSING else each, about or [])
        for each, about in zip(lists, notes, strict=True)
    ]
    merged = merger.keyed("Tool", *three, by=partial(_merge_tool, merger))
    about = [entry["note"] for entry in merged]
    return [entry["tool"] for entry in merged], about if any(about) else []


def _tools_with(tools: list[Any], notes: list[Any]) -> list[dict[str, Any]]:
    names = [tool.get("name") if isinstance(tool, dict) else None for tool in tools]
    noted = [*notes, *[{}] * len(tools)]
    return [
        {"name": name, "tool": tool, "note": note}
        for name, tool, note in zip(names, tools, noted, strict=False)
    ]


def _merge_tool(merger: Merger, part: str, *three: Any) -> Any:
    """One tool that both sides changed, and what was typed into it."""
    if MISSING in three:
        return merger.value(part, *three)
    tool = merger.settle(part, *(each["tool"] for each in three), by=_fields_of(merger))
    quiet = Merger()
    notes = [each["note"] for each in three]
    note = quiet.mapping(str, *notes, by=quiet.value)
    typed = [each.get("typed", {}) for each in notes]
    if any(typed):
        note["typed"] = merger.mapping(
            lambda key: f"{part}: {key} as typed", *typed, by=merger.value
        )
    if note:
        note["of"] = digest(tool)
    return {"name": three[2]["name"], "tool": tool, "note": note}


_LISTS = {"messages": _turns, "tools": _tools}
_NOTES = {"messages": "turns", "tools": "tools"}


def _chosen(body: State, theirs: State, mine: State) -> State | None:
    """The side whose system prompt ``body`` has; None when it has that of both or of neither."""
    system = body.get("system", MISSING)
    one, two = (side["body"].get("system", MISSING) for side in (theirs, mine))
    if is_same(one, two):
        return None
    return theirs if is_same(system, one) else mine if is_same(system, two) else None


# Notes --------------------------------------------------------------------------------------


def _notes(merger: Merger, base: State, theirs: State, mine: State) -> dict[str, Any]:
    """What was typed and is not usable, and what can be put back."""
    three = [
        {key: value for key, value in each.items() if key not in ("system", "turns", "tools")}
        for each in (base, theirs, mine)
    ]
    quiet = Merger()

    def leaf(part: str, *values: Any) -> Any:
        if part in REMOVED:
            return _union(*values)
        maps = [{} if each is MISSING else each for each in values]
        if part == "before":
            return quiet.mapping(str, *maps, by=quiet.value)
        if part == "typed":
            return merger.mapping(lambda key: f"{key} as typed", *maps, by=merger.value)
        return merger.text(part, *values)

    found: dict[str, Any] = {}
    for key in merged_order(*three):
        value = quiet.settle(key, *(each.get(key, MISSING) for each in three), by=leaf)
        if value is not MISSING:
            found[key] = value
    return found


def _union(base: Any, theirs: Any, mine: Any) -> list[Any]:
    """What is in either list, but for what one side has put back."""
    old, one, two = ([] if each is MISSING else each for each in (base, theirs, mine))
    more = [each for each in two if each not in one]
    gone = [each for each in old if each not in one or each not in two]
    return [each for each in [*one, *more] if each not in gone]


def is_same_state(one: State, two: State) -> bool:
    """Whether two states look the same on a page."""
    return token(plain(one)) == token(plain(two))


def plain(state: State) -> dict[str, Any]:
    """What a page shows of a state, to be compared: no bookkeeping, no notes that say nothing."""
    empty = [key for key in LOCAL if not state["content"].get(key)]
    content = {
        key: value for key, value in state["content"].items() if key not in ("editor", *empty)
    }
    notes = {key: value for key, value in _notes_of(state["content"]).items() if value}
    return {
        "name": state["name"],
        "upstream": state["upstream"],
        "values": dict(sorted(state["values"].items())),
        "content": content | {"editor": json.dumps(notes, sort_keys=True)},
    }
