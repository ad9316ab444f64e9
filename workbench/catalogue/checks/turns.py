"""The conversation: roles, empty turns, system turns, and how it may end.

Sources: messages (Python SDK 2.11.0), mid-conversation-system-messages (read 2026-08-22),
errors and haiku-5-5/migration-guide (read 2026-10-10); what counts as an empty text:
github.com/experientiallabs/experiential/pull/804 (2026).
"""

from collections.abc import Mapping

from workbench.catalogue.checks.subject import (
    Block,
    Problem,
    Problems,
    Subject,
    Turn,
    blocks,
    items,
    mapping,
)

LARGEST_TURN_COUNT = 100_000

_ROLES = ("user", "assistant", "system")


def messages(subject: Subject) -> Problems:
    """There must be turns, each with a role and something in it."""
    value = subject.body.get("messages")
    if value is None or (isinstance(value, list | tuple) and not value):
        yield Problem("messages", "Write at least one user turn.")
    elif not isinstance(value, list | tuple):
        yield Problem("messages", "messages must be a list of turns.")
    elif len(value) > LARGEST_TURN_COUNT:
        yield Problem("messages", f"The API takes at most {LARGEST_TURN_COUNT:,} turns.")
    for index, message in enumerate(items(value)):
        if not isinstance(message, Mapping):
            yield Problem(f"messages.{index}", "A turn must be an object with role and content.")
    for turn in subject.turns:
        yield from _role(turn)
        yield from _content(turn)


def system_prompt(subject: Subject) -> Problems:
    """The system prompt is a text or a list of text blocks."""
    value = subject.body.get("system")
    # An empty text is taken as "no system prompt", a list of blocks is not (seen 2026).
    if value is None or value == "":
        return
    if isinstance(value, str):
        if not value.strip():
            yield Problem("system", "The system prompt is blank; write something or empty it.")
    elif not isinstance(value, list | tuple):
        yield Problem("system", "The system prompt must be a text or a list of text blocks.")
    else:
        yield from _only_text(value, "system")


def system_turns(subject: Subject) -> Problems:
    """Turns with the role "system" need a model that takes them and the right place."""
    turns = subject.turns
    for position, turn in enumerate(turns):
        if turn.role != "system":
            continue
        if subject.rules.system_turns is False:
            name = subject.model.display_name
            yield Problem(
                f"{turn.path}.role",
                f"{name} does not take system turns; put this text into the system prompt.",
            )
            continue
        before = turns[position - 1] if position else None
        after = turns[position + 1] if position + 1 < len(turns) else None
        yield from _placement(turn, before, after)


def prefill(subject: Subject) -> Problems:
    """Most models refuse a conversation that ends with an assistant turn."""
    if not subject.turns:
        return
    last = subject.turns[-1]
    # After "pause_turn" the assistant turn goes back unchanged and is the last one.
    if last.role != "assistant" or _has_server_tools(last):
        return
    name = subject.model.display_name
    if subject.rules.prefill is False:
        yield Problem(
            last.path,
            f"{name} does not continue an assistant turn; end the conversation with a user turn.",
        )
    elif subject.rules.prefill and _thinks(subject):
        yield Problem(
            last.path,
            f"{name} continues an assistant turn only without thinking; switch thinking off or "
            "end the conversation with a user turn.",
        )


def _role(turn: Turn) -> Problems:
    if turn.role not in _ROLES:
        yield Problem(f"{turn.path}.role", "The role of a turn must be user, assistant or system.")


def _content(turn: Turn) -> Problems:
    path = f"{turn.path}.content"
    content = turn.content
    if isinstance(content, str):
        if not content.strip():
            yield Problem(path, "This turn is empty; write something or remove it.")
    elif not isinstance(content, list | tuple):
        yield Problem(path, "The content of a turn must be a text or a list of blocks.")
    elif not content:
        yield Problem(path, "This turn is empty; write something or remove it.")
    elif turn.role == "system":
        yield from _only_text(content, path)
    elif _all_blank(blocks(content, path), len(content)):
        yield Problem(path, "This turn holds only white space; write something or remove it.")


def _all_blank(parts: tuple[Block, ...], count: int) -> bool:
    """White space beside other content is accepted; empty texts are found block by block."""
    texts = [part.fields.get("text") for part in parts if part.type == "text"]
    return len(texts) == count and all(
        isinstance(text, str) and text and not text.strip() for text in texts
    )


def _only_text(content: object, path: str) -> Problems:
    for index, entry in enumerate(items(content)):
        kind = mapping(entry).get("type")
        # A missing type has a sentence of its own.
        if isinstance(kind, str) and kind.strip() and kind != "text":
            yield Problem(f"{path}.{index}", "Only text blocks are possible in a system text.")


def _placement(turn: Turn, before: Turn | None, after: Turn | None) -> Problems:
    if before is not None and before.role == "assistant" and _open_tool_use(before):
        yield Problem(
            turn.path, "A system turn must not stand between a tool use and its tool result."
        )
    elif before is None or not (before.role == "user" or _ends_in_server_result(before)):
        yield Problem(turn.path, "A system turn must directly follow a user turn; move it.")
    if after is not None and after.role != "assistant":
        yield Problem(
            turn.path, "A system turn must be the last turn or be followed by an assistant turn."
        )


def _open_tool_use(turn: Turn) -> bool:
    return any(block.type == "tool_use" for block in blocks(turn.content, turn.path))


def _ends_in_server_result(turn: Turn) -> bool:
    parts = blocks(turn.content, turn.path)
    return turn.role == "assistant" and bool(parts) and _is_server_result(parts[-1])


def _has_server_tools(turn: Turn) -> bool:
    return any(
        block.type in ("server_tool_use", "mcp_tool_use") or _is_server_result(block)
        for block in blocks(turn.content, turn.path)
    )


def _is_server_result(block: Block) -> bool:
    kind = block.type
    return isinstance(kind, str) and kind.endswith("_tool_result")


def _thinks(subject: Subject) -> bool:
    return mapping(subject.body.get("thinking")).get("type") in ("enabled", "adaptive")
