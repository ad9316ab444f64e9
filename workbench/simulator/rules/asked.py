"""What the rules look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeGuard

from workbench.simulator.accepted import Accepted, Life, life_of

Placed = tuple[str, dict[str, Any]]
"""A path inside the body and the object there."""


@dataclass(frozen=True)
class Asked:
    """A request body with its version and betas; `counting` when only tokens are to be counted."""

    version: str
    betas: tuple[str, ...]
    body: dict[str, Any]
    counting: bool = False

    @cached_property
    def life(self) -> Life:
        """The model asked for."""
        return life_of(str(self.body.get("model")))

    @property
    def accepted(self) -> Accepted:
        """What the model accepts."""
        return self.life.accepted

    @property
    def turns(self) -> list[dict[str, Any]]:
        """The messages, which `shape.turns` has found to be objects."""
        turns: list[dict[str, Any]] = self.body["messages"]
        return turns

    @property
    def thinking_kind(self) -> Any:
        """The type of thinking asked for, whatever it is."""
        return object_in(self.body.get("thinking")).get("type")

    def has_beta(self, family: str) -> bool:
        """Return whether a beta of this family is on; their dates move."""
        return any(beta.startswith(family) for beta in self.betas)


def object_in(value: Any) -> dict[str, Any]:
    """Return the value when it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def list_in(value: Any) -> list[Any]:
    """Return the value when it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def objects_in(value: Any, path: str) -> Iterator[Placed]:
    """Yield the objects of a list with their paths."""
    for number, entry in enumerate(list_in(value)):
        if isinstance(entry, dict):
            yield f"{path}.{number}", entry


def blocks_of(turn: dict[str, Any], number: int) -> list[Placed]:
    """Return the blocks of a turn with their paths; a text is one text block."""
    path, content = f"messages.{number}.content", turn["content"]
    if isinstance(content, str):
        return [(path, {"type": "text", "text": content})]
    return list(objects_in(content, path))


def is_block(value: Any) -> bool:
    """Return whether this is a content block: an object that names its type."""
    kind = object_in(value).get("type")
    return isinstance(kind, str) and bool(kind.strip())


def is_int(value: Any) -> TypeGuard[int]:
    """Return whether this is a whole number; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: Any) -> TypeGuard[int | float]:
    """Return whether this is a number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def one_of(values: tuple[str, ...]) -> str:
    """Return the sentence of a value that is not among the possible ones."""
    quoted = [f"'{value}'" for value in values]
    return f"Input should be {', '.join(quoted[:-1])} or {quoted[-1]}"
