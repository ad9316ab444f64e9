"""Requests for the tests of the catalogue: a harmless one, and small changes to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.catalogue import Catalogue, problems

NEW, OLD = "2026-10-21", "2023-06-01"


@dataclass(frozen=True)
class PlainRequest:
    """The least that `problems` asks of a request."""

    api_version: str
    betas: Sequence[str]
    body: Mapping[str, Any]


def body(**changes: Any) -> dict[str, Any]:
    """Return a body the API accepts, with changed or additional fields."""
    harmless = {
        "model": "claude-opus-5-5",
        "max_tokens": 1024,
        "messages": [{"role": "user", "content": "Hi"}],
    }
    return harmless | changes


def found(
    api_version: str = NEW,
    betas: Sequence[str] = (),
    catalogue: Catalogue | None = None,
    **changes: Any,
) -> dict[str, str]:
    """Return the problems of the harmless body with these changes, path to sentence."""
    return dict(problems(PlainRequest(api_version, betas, body(**changes)), catalogue))


def turn(role: str, *content: Any) -> dict[str, Any]:
    """Return a turn; one text becomes its text, blocks become its list of blocks."""
    if len(content) == 1 and isinstance(content[0], str):
        return {"role": role, "content": content[0]}
    return {"role": role, "content": list(content)}


def tool(name: str, **changes: Any) -> dict[str, Any]:
    return {"name": name, "input_schema": {"type": "object"}} | changes


def use(use_id: str, name: str = "clock") -> dict[str, Any]:
    return {"type": "tool_use", "id": use_id, "name": name, "input": {}}


def result(use_id: str, **changes: Any) -> dict[str, Any]:
    return {"type": "tool_result", "tool_use_id": use_id, "content": "ok"} | changes


def text(value: str = "Hi", **changes: Any) -> dict[str, Any]:
    return {"type": "text", "text": value} | changes
