"""cache_control. Source: prompt-caching (2026-08-22)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workbench.simulator.rules.asked import Asked, Placed, blocks_of, object_in, objects_in

MOST_BREAKPOINTS = 4


def breakpoints(asked: Asked) -> Iterator[str]:
    """At most four blocks are marked; the automatic mark counts and lives as long as the last."""
    marked = [(path, block) for path, block in _markable(asked) if _mark_of(block) is not None]
    automatic = asked.body.get("cache_control")
    for path, block in marked:
        yield from _form(f"{path}.cache_control", _mark_of(block))
        if block.get("type") in ("thinking", "redacted_thinking"):
            yield f"{path}.cache_control: Extra inputs are not permitted"
    if automatic is not None:
        yield from _form("cache_control", automatic)
    count = len(marked) + (automatic is not None)
    if count > MOST_BREAKPOINTS:
        yield (
            f"A maximum of {MOST_BREAKPOINTS} blocks with cache_control may be provided. "
            f"Found {count}."
        )
    last = blocks_of(asked.turns[-1], len(asked.turns) - 1)[-1:]
    for path, block in last:
        if None not in (automatic, _mark_of(block)) and _ttl(_mark_of(block)) != _ttl(automatic):
            yield f"{path}.cache_control.ttl: must be the same as the top-level cache_control.ttl"


def _markable(asked: Asked) -> Iterator[Placed]:
    yield from objects_in(asked.body.get("tools"), "tools")
    yield from objects_in(asked.body.get("system"), "system")
    for number, turn in enumerate(asked.turns):
        for path, block in blocks_of(turn, number):
            yield path, block
            if block.get("type") == "tool_result":
                yield from objects_in(block.get("content"), f"{path}.content")
            if block.get("type") == "document":
                source = object_in(block.get("source"))
                yield from objects_in(source.get("content"), f"{path}.source.content")


def _form(path: str, mark: Any) -> Iterator[str]:
    if object_in(mark).get("type") != "ephemeral":
        yield f"{path}.type: Input should be 'ephemeral'"
    elif _ttl(mark) not in ("5m", "1h"):
        yield f"{path}.ttl: Input should be '5m' or '1h'"


def _mark_of(block: dict[str, Any]) -> Any:
    return block.get("cache_control")


def _ttl(mark: Any) -> Any:
    ttl = object_in(mark).get("ttl")
    return "5m" if ttl is None else ttl
