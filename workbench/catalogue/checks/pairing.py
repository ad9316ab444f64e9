"""Every tool use needs its result in the next user turn, results first.

Source: handle-tool-calls (read 2026-08-22).
"""

from itertools import groupby

from workbench.catalogue.checks.subject import Block, Problem, Problems, Subject, Turn, blocks


def tool_pairs(subject: Subject) -> Problems:
    """Tool uses and tool results must belong together, in order."""
    groups = _groups(subject)
    # With a server-side thread the tool uses may be on the server, not in this body.
    on_server = subject.body.get("thread") is not None
    seen: set[str] = set()
    for position, (role, parts) in enumerate(groups):
        if role == "assistant":
            yield from _unique(parts, seen)
            after = groups[position + 1] if position + 1 < len(groups) else (None, ())
            yield from _answered(parts, after[1] if after[0] == "user" else ())
        elif role == "user":
            before = groups[position - 1][1] if position else ()
            yield from _known(parts, before, on_server=on_server)


def _groups(subject: Subject) -> list[tuple[object, tuple[Block, ...]]]:
    """Neighbouring turns of one role count as one; system turns are checked for themselves."""
    turns = [turn for turn in subject.turns if turn.role in ("user", "assistant")]
    return [
        (role, tuple(block for turn in group for block in _parts(turn)))
        for role, group in groupby(turns, key=lambda turn: turn.role)
    ]


def _parts(turn: Turn) -> tuple[Block, ...]:
    path = f"{turn.path}.content"
    if isinstance(turn.content, str):
        return (Block(path, "text", {"text": turn.content}),)
    return blocks(turn.content, path)


def _unique(parts: tuple[Block, ...], seen: set[str]) -> Problems:
    for block in parts:
        use_id = block.fields.get("id")
        if block.type != "tool_use" or not isinstance(use_id, str):
            continue
        if use_id in seen:
            yield Problem(f"{block.path}.id", "Another tool use has this id; give each its own.")
        seen.add(use_id)


def _answered(parts: tuple[Block, ...], after: tuple[Block, ...]) -> Problems:
    uses = {block.fields.get("id"): block for block in parts if _has_id(block)}
    results = [block for block in after if block.type == "tool_result"]
    answered = {
        result.fields["tool_use_id"]
        for result in results
        if isinstance(result.fields.get("tool_use_id"), str)
    }
    for use_id, use in uses.items():
        if use_id not in answered:
            yield Problem(
                use.path, "This tool use has no result; add a tool result to the next user turn."
            )
    if not (uses and answered):
        return
    last_result = max(index for index, block in enumerate(after) if block.type == "tool_result")
    early = [block for block in after[:last_result] if block.type != "tool_result"]
    extra = [block for block in after if block.type != "tool_result"]
    if early:
        yield Problem(early[0].path, "Tool results come first in a turn; move this after them.")
    elif extra and _open_server_tool(parts):
        yield Problem(
            extra[0].path,
            "A server tool of the turn before is still open; send the tool results alone.",
        )


def _known(parts: tuple[Block, ...], before: tuple[Block, ...], *, on_server: bool) -> Problems:
    uses = {block.fields["id"] for block in before if _has_id(block)}
    answered: set[str] = set()
    for block in parts:
        use_id = block.fields.get("tool_use_id")
        if block.type != "tool_result" or not isinstance(use_id, str) or not use_id:
            continue
        path = f"{block.path}.tool_use_id"
        if use_id in answered:
            yield Problem(path, "This tool use has two results; remove one.")
        elif use_id not in uses and not on_server:
            yield Problem(
                path, "The assistant turn before has no tool use with this id; correct the id."
            )
        answered.add(use_id)


def _has_id(block: Block) -> bool:
    return block.type == "tool_use" and isinstance(block.fields.get("id"), str)


def _open_server_tool(parts: tuple[Block, ...]) -> bool:
    finished = {str(block.fields.get("tool_use_id")) for block in parts}
    return any(
        block.type == "server_tool_use" and str(block.fields.get("id")) not in finished
        for block in parts
    )
