"""What every check looks at, and what it yields."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from workbench.catalogue.lookup import Catalogue
from workbench.catalogue.model import Model, Rules


class Request(Protocol):
    """A request to the Messages API, before it is sent."""

    @property
    def api_version(self) -> str: ...

    @property
    def betas(self) -> Sequence[str]: ...

    @property
    def body(self) -> Mapping[str, Any]: ...


class Problem(NamedTuple):
    """One thing the API would refuse: where (`messages.0.content`, "" = the whole) and why."""

    path: str
    sentence: str


Problems = Iterator[Problem]


class Turn(NamedTuple):
    """One entry of `messages` that is an object."""

    number: int
    role: object
    content: object

    @property
    def path(self) -> str:
        """The path of the turn inside the body."""
        return f"messages.{self.number}"


class Block(NamedTuple):
    """One entry of a content list that is an object."""

    path: str
    type: object
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class Subject:
    """The request under test together with the model it names."""

    api_version: str
    betas: tuple[object, ...]
    body: Mapping[str, Any]
    model: Model

    @classmethod
    def of(cls, request: Request, catalogue: Catalogue) -> "Subject":
        """Return the subject of a request whose body is an object."""
        body = request.body
        model_id = body.get("model")
        return cls(
            api_version=request.api_version,
            betas=tuple(request.betas),
            body=body,
            model=catalogue.get(model_id if isinstance(model_id, str) else ""),
        )

    @property
    def rules(self) -> Rules:
        """The rules of the model."""
        return self.model.rules

    @property
    def known_model(self) -> bool:
        """Whether the catalogue or the upstream knows the model."""
        return self.model.state != "unknown"

    def has_beta(self, prefix: str) -> bool:
        """Return whether a beta of this family is switched on, whatever its date."""
        return any(isinstance(beta, str) and beta.startswith(prefix) for beta in self.betas)

    @cached_property
    def turns(self) -> tuple[Turn, ...]:
        """The entries of `messages` that are objects."""
        return tuple(
            Turn(number, message.get("role"), message.get("content"))
            for number, message in enumerate(items(self.body.get("messages")))
            if isinstance(message, Mapping)
        )

    @cached_property
    def tools(self) -> tuple[Block, ...]:
        """The entries of `tools` that are objects."""
        return blocks(self.body.get("tools"), "tools")


def items(value: object) -> Sequence[Any]:
    """Return the list, or nothing if it is not one."""
    return value if isinstance(value, list | tuple) else ()


def mapping(value: object) -> Mapping[str, Any]:
    """Return the object, or an empty one if it is something else."""
    return value if isinstance(value, Mapping) else {}


def blocks(value: object, path: str) -> tuple[Block, ...]:
    """Return the objects of a list with their paths; other entries are left out."""
    return tuple(
        Block(f"{path}.{index}", entry.get("type"), entry)
        for index, entry in enumerate(items(value))
        if isinstance(entry, Mapping)
    )


def is_whole(value: object) -> bool:
    """Return whether this is a whole number; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: object) -> bool:
    """Return whether this is a number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def shown(text: str) -> str:
    """Return a text for use inside a sentence, shortened."""
    return text if len(text) <= 40 else text[:39] + "…"


def one_of(values: Sequence[str]) -> str:
    """Return the values as "a, b or c"."""
    quoted = [f'"{value}"' for value in values]
    return " or ".join(filter(None, (", ".join(quoted[:-1]), quoted[-1])))
