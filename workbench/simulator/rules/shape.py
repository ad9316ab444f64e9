"""The skeleton of a body: its required fields, the answer's limit, the turns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workbench.simulator.rules.asked import Asked, is_block, is_int

DEEPEST = 100  # levels of a body
MOST_TURNS = 100_000


def skeleton(asked: Asked) -> Iterator[str]:
    """The body has a model and a list of messages."""
    body = asked.body
    if _is_deeper_than(body, DEEPEST):
        yield f"The request body is nested more than {DEEPEST} levels deep"
    if not isinstance(body.get("model"), str):
        yield _required(body, "model", "a valid string")
    elif not body["model"].strip():
        yield "model: String should have at least 1 character"
    if not isinstance(body.get("messages"), list):
        yield _required(body, "messages", "a valid array")
    elif not body["messages"]:
        yield "messages: at least one message is required"
    elif len(body["messages"]) > MOST_TURNS:
        yield f"messages: List should have at most {MOST_TURNS} items"


def max_tokens(asked: Asked) -> Iterator[str]:
    """An answer needs a limit within the model's maximum; counting tokens takes none."""
    if asked.counting:
        return
    limit, most = asked.body.get("max_tokens"), asked.life.most_output
    if not is_int(limit):
        yield _required(asked.body, "max_tokens", "a valid integer")
    elif limit < 0:
        yield "max_tokens: Input should be greater than or equal to 0"
    elif most is not None and limit > most:
        yield (
            f"max_tokens: {limit} > {most}, which is the maximum allowed number of output tokens "
            f"for {asked.life.id}"
        )


def turns(asked: Asked) -> Iterator[str]:
    """Every message is an object with a role and content; every block has a type."""
    for number, turn in enumerate(asked.body["messages"]):
        path = f"messages.{number}"
        if not isinstance(turn, dict):
            yield f"{path}: Input should be an object"
            continue
        if turn.get("role") not in ("user", "assistant", "system"):
            yield f"{path}.role: Input should be 'user', 'assistant' or 'system'"
        content = turn.get("content")
        if not isinstance(content, str | list):
            yield f"{path}.content: Input should be a valid string or array"
            continue
        for place, block in enumerate(content if isinstance(content, list) else ()):
            if not is_block(block):
                yield f"{path}.content.{place}: Input should be a content block"


def _required(body: dict[str, Any], name: str, kind: str) -> str:
    return f"{name}: Input should be {kind}" if name in body else f"{name}: Field required"


def _is_deeper_than(value: Any, levels: int) -> bool:
    layer = [value]
    for _ in range(levels):
        inside = [
            item for one in layer for item in (one.values() if isinstance(one, dict) else one)
        ]
        layer = [item for item in inside if isinstance(item, dict | list)]
        if not layer:
            return False
    return True
