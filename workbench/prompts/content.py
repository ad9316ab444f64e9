"""The content of a version or draft: API version, betas, the Messages body, declared variables.

The body is the API's own JSON, unknown keys and blocks kept as they are, so what is not known here
still travels. The one thing that is ours are ``{{NAME}}`` markers of declared variables.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from workbench.catalogue import DEFAULT_API_VERSION, DEFAULT_MODEL
from workbench.messages_api import MessageRequest, clean_json

from .variables import fill, names_in

DEFAULT_MAX_TOKENS = 4096


class MissingValues(ValueError):
    """Variables that the text uses have no value; ``names`` lists them."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        listed = ", ".join(f"{{{{{name}}}}}" for name in names)
        super().__init__(f"Give {listed} a value before you run this prompt.")


@dataclass(frozen=True)
class Variable:
    """A declared ``{{NAME}}``; ``default`` fills it when no value was given."""

    name: str
    description: str = ""
    default: str = ""


@dataclass(frozen=True)
class Content:
    """Everything that makes a request, before the variables have values."""

    body: dict[str, Any]
    api_version: str = DEFAULT_API_VERSION
    betas: tuple[str, ...] = ()
    variables: tuple[Variable, ...] = field(default=())

    @classmethod
    def blank(cls) -> Content:
        """What a new prompt starts with: one empty user turn and the default model."""
        turns = [{"role": "user", "content": ""}]
        return cls({"model": DEFAULT_MODEL, "max_tokens": DEFAULT_MAX_TOKENS, "messages": turns})

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Content:
        return cls(
            body=dict(data["body"]),
            api_version=data["api_version"],
            betas=tuple(data["betas"]),
            variables=tuple(Variable(**variable) for variable in data["variables"]),
        )

    def to_dict(self) -> dict[str, Any]:
        return {
            "api_version": self.api_version,
            "betas": list(self.betas),
            "body": self.body,
            "variables": [vars(variable) for variable in self.variables],
        }

    def with_body(self, **changes: Any) -> Content:
        """The content with some keys of the body set; a value of None removes its key."""
        body = {**self.body, **changes}
        return replace(self, body={key: value for key, value in body.items() if value is not None})

    def digest(self) -> str:
        """A SHA-256 of the JSON, order of keys included: equal content, equal digest."""
        text = json.dumps(self.to_dict(), ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def declared(self) -> tuple[str, ...]:
        return tuple(variable.name for variable in self.variables)

    def to_request(self, values: Mapping[str, str]) -> MessageRequest:
        """The exact request, declared variables filled in.

        An absent value falls back to the variable's default. Raises ``MissingValues`` when a
        variable that the text uses has neither.
        """
        given = {
            variable.name: values.get(variable.name) or variable.default
            for variable in self.variables
        }
        missing = [name for name in names_in(self.body) if given.get(name) == ""]
        if missing:
            raise MissingValues(missing)
        return MessageRequest(self.api_version, self.betas, clean_json(fill(self.body, given)))
