"""cache_control: its form, and at most four of them.

Source: prompt-caching (read 2026-08-22).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from workbench.catalogue.checks.subject import Block, Problem, Problems, Subject, blocks, mapping

MOST_BREAKPOINTS = 4

LIFETIMES = ("5m", "1h")


def cache_control(subject: Subject) -> Problems:
    """Breakpoints must be well-formed, at most four, and on cacheable blocks."""
    cacheable = _cacheable(subject)
    marked = [block for block in cacheable if block.fields.get("cache_control") is not None]
    for block in marked:
        yield from _form(block.fields["cache_control"], f"{block.path}.cache_control")
        if block.type in ("thinking", "redacted_thinking"):
            yield Problem(
                f"{block.path}.cache_control",
                "A thinking block cannot be a cache breakpoint; move it to another block.",
            )
    automatic = subject.body.get("cache_control")
    if automatic is not None:
        yield from _form(automatic, "cache_control")
    yield from _count(marked, automatic)
    yield from _same_lifetime(subject, automatic)


def _form(value: object, path: str) -> Problems:
    if not isinstance(value, Mapping) or value.get("type") != "ephemeral":
        yield Problem(path, 'cache_control must be {"type": "ephemeral"}.')
    elif value.get("ttl") is not None and value["ttl"] not in LIFETIMES:
        yield Problem(f"{path}.ttl", 'The cache lifetime must be "5m" or "1h".')


def _count(marked: list[Block], automatic: object) -> Problems:
    # The automatic breakpoint takes one of the four places.
    left = MOST_BREAKPOINTS - (automatic is not None)
    if len(marked) > left:
        yield Problem(
            f"{marked[left].path}.cache_control",
            f"The request has {len(marked) + (automatic is not None)} cache breakpoints; at most "
            f"{MOST_BREAKPOINTS} are possible, remove some.",
        )


def _same_lifetime(subject: Subject, automatic: object) -> Problems:
    if not isinstance(automatic, Mapping) or not subject.turns:
        return
    last = blocks(subject.turns[-1].content, f"{subject.turns[-1].path}.content")
    explicit = last[-1].fields.get("cache_control") if last else None
    if isinstance(explicit, Mapping) and _ttl(explicit) != _ttl(automatic):
        yield Problem(
            f"{last[-1].path}.cache_control",
            "The last block has another cache lifetime than the request; use the same for both.",
        )


def _ttl(value: Mapping[str, Any]) -> object:
    return value.get("ttl") or "5m"


def _cacheable(subject: Subject) -> Iterator[Block]:
    yield from subject.tools
    yield from blocks(subject.body.get("system"), "system")
    for turn in subject.turns:
        for block in blocks(turn.content, f"{turn.path}.content"):
            yield block
            if block.type == "tool_result":
                yield from blocks(block.fields.get("content"), f"{block.path}.content")
            elif block.type == "document" and mapping(block.fields.get("source")):
                source = mapping(block.fields["source"])
                yield from blocks(source.get("content"), f"{block.path}.source.content")
