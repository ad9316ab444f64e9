"""Tool uses and their results. Source: handle-tool-calls (2026-08-22)."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.simulator.rules.asked import Asked, Placed, blocks_of


def tool_pairs(asked: Asked) -> Iterator[str]:
    """Each tool use is answered in the next user turn, once, in front of everything else there."""
    said = _merged(asked)
    used: set[str] = set()
    for number, (role, blocks) in enumerate(said):
        if role == "user":
            before = said[number - 1][1] if number else []
            yield from _strange_results(blocks, before, on_server=bool(_thread(asked)))
            continue
        for path, block in _uses(blocks):
            if block["id"] in used:
                yield f"{path}.id: `tool_use` ids must be unique"
            used.add(block["id"])
        yield from _unanswered(blocks, said[number + 1][1] if number + 1 < len(said) else [])


def _merged(asked: Asked) -> list[tuple[str, list[Placed]]]:
    """Return the turns with those of one role in a row as one; system turns do not count."""
    merged: list[tuple[str, list[Placed]]] = []
    for number, turn in enumerate(asked.turns):
        if turn["role"] == "system":
            continue
        if not merged or merged[-1][0] != turn["role"]:
            merged.append((turn["role"], []))
        merged[-1][1].extend(blocks_of(turn, number))
    return merged


def _thread(asked: Asked) -> bool:
    """Return whether the tool uses may be in a thread on the server (a beta)."""
    return asked.body.get("thread") is not None


def _uses(blocks: list[Placed]) -> list[Placed]:
    return [
        (path, block)
        for path, block in blocks
        if block.get("type") == "tool_use" and isinstance(block.get("id"), str)
    ]


def _results(blocks: list[Placed]) -> list[Placed]:
    return [
        (path, block)
        for path, block in blocks
        if block.get("type") == "tool_result" and isinstance(block.get("tool_use_id"), str)
    ]


def _unanswered(blocks: list[Placed], after: list[Placed]) -> Iterator[str]:
    uses, results = _uses(blocks), _results(after)
    answered = {block["tool_use_id"] for _, block in results}
    missing = [(path, block["id"]) for path, block in uses if block["id"] not in answered]
    if missing:
        ids = ", ".join(use_id for _, use_id in missing)
        yield (
            f"{missing[0][0]}: `tool_use` ids were found without `tool_result` blocks immediately "
            f"after: {ids}. Each `tool_use` block must have a corresponding `tool_result` block in "
            "the next message."
        )
    if not (uses and results):
        return
    others = [at for at, (_, block) in enumerate(after) if block.get("type") != "tool_result"]
    last = max(at for at, (_, block) in enumerate(after) if block.get("type") == "tool_result")
    if others and others[0] < last:
        yield f"{after[others[0]][0]}: `tool_result` blocks must come first in the content"
    elif others and _is_waiting(blocks):
        yield f"{after[others[0]][0]}: only `tool_result` blocks may answer an open server tool"


def _strange_results(
    blocks: list[Placed], before: list[Placed], *, on_server: bool
) -> Iterator[str]:
    known = {block["id"] for _, block in _uses(before)}
    answered: set[str] = set()
    for path, block in _results(blocks):
        use_id = block["tool_use_id"]
        if use_id in answered:
            yield f"{path}.tool_use_id: each `tool_use` must have a single `tool_result`"
        elif use_id not in known and not on_server:
            yield (
                f"{path}.tool_use_id: unexpected `tool_use_id` found in `tool_result` blocks: "
                f"{use_id}. Each `tool_result` block must have a corresponding `tool_use` block in "
                "the previous message."
            )
        answered.add(use_id)


def _is_waiting(blocks: list[Placed]) -> bool:
    """Return whether a server tool of the turn has no result yet."""
    finished = {str(block.get("tool_use_id")) for _, block in blocks}
    return any(
        block.get("type") == "server_tool_use" and str(block.get("id")) not in finished
        for _, block in blocks
    )
