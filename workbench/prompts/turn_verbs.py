"""What can be done with turns and blocks, and the pieces of the page that follow from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .blocks.menu import breakpoint_keys, new_block
from .editor import EditorForm
from .turn_page import blocks_added, drawn_anew, turn_named, turn_place
from .turns import Turn

Parts = dict[str, Any]


def change_turns(form: EditorForm, post: Mapping[str, str]) -> Parts:
    """Do what the pressed button says; returns the pieces of the page that it changes.

    Of turns: ``add`` a pair or a system turn, ``remove``, ``up`` and ``down`` by key, ``restore``
    the last removed, another ``role``. Of blocks: see ``_change_blocks``.
    """
    if "add" in post:
        added = [form.turns.add_system()] if post["add"] == "system" else form.turns.add_pair()
        return {"new_turns": added, "turn_place": "beforeend:#turns"}
    if "remove" in post:
        key = post["remove"]
        form.turns.remove(key)
        gone = [f"turn-{key}"] if key.isalnum() else []
        return {"gone": gone, "are_removed_turns_stale": True}
    if "restore" in post:
        turn = form.turns.restore()
        return _placed(form, turn) | {"are_removed_turns_stale": True}
    if "role" in post:
        return {"stale_heads": list(filter(None, [form.turns.get(post["role"])]))}
    if "up" in post or "down" in post:
        key = post.get("up") or post.get("down") or ""
        moved = form.turns.move(key, -1 if "up" in post else 1)
        return _placed(form, moved) | {"gone": [moved.name]} if moved else {}
    return _change_blocks(form, post)


def _placed(form: EditorForm, turn: Turn | None) -> Parts:
    return {"new_turns": [turn], "turn_place": turn_place(form, turn)} if turn else {}


def _change_blocks(form: EditorForm, post: Mapping[str, str]) -> Parts:
    """``block-add`` a kind to contents, ``block-up``, ``-down``, ``-remove`` a block by its name,
    ``block-restore`` the last removed of contents, ``block-split`` a text for a breakpoint.
    """
    if "block-add" in post:
        name, _, kind = post["block-add"].partition(" ")
        return _add(form, name, kind)
    if "block-split" in post:
        return _split(form, post["block-split"])
    if "block-restore" in post:
        return _restore(form, post["block-restore"])
    verb = next((verb for verb in ("up", "down", "remove") if f"block-{verb}" in post), "")
    outer, _, key = post.get(f"block-{verb}", "").rpartition("-block-")
    contents = form.contents_named(outer)
    if contents is None:
        return {}
    if verb == "remove":
        removed = contents.remove(key)
        return {"gone": [removed.name], "stale_removals": [contents]} if removed else {}
    moved = contents.move(key, -1 if verb == "up" else 1)
    if moved is None:
        return {}
    return blocks_added(form, contents, [moved]) | {"gone": [moved.name], "focus": ""}


def _add(form: EditorForm, name: str, kind: str) -> Parts:
    contents, value = form.contents_named(name), new_block(kind)
    if contents is None or value is None or not contents.takes_blocks:
        return {}
    _fill_in(value, turn_named(form, name))
    return blocks_added(form, contents, [contents.add(value)])


def _fill_in(value: dict[str, Any], turn: Turn | None) -> None:
    """Give a new tool result the first tool use that waits for one."""
    if turn and value["type"] == "tool_result" and turn.open_calls:
        value["tool_use_id"] = turn.open_calls[0].id


def _split(form: EditorForm, name: str) -> Parts:
    contents = form.contents_named(name)
    if contents is None or not contents.is_string:
        return {}
    contents.split(**breakpoint_keys())
    return drawn_anew(form, name) | {"focus": contents.blocks[0].name}


def _restore(form: EditorForm, name: str) -> Parts:
    contents = form.contents_named(name)
    block = contents.restore() if contents else None
    if contents is None or block is None:
        return {}
    return blocks_added(form, contents, [block]) | {"stale_removals": [contents]}
