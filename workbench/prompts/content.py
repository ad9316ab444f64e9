"""The content of a version or draft: API version, betas, the Messages body, declared variables.

The body is the API's own JSON, unknown keys and blocks kept as they are, so what is not known here
still travels. The one thing that is ours are ``{{NAME}}`` markers of declared variables.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from workbench.catalogue import DEFAULT_API_VERSION, DEFAULT_MODEL, Problem
from workbench.messages_api import MessageRequest, clean_json

from .thinking import fitting
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
    mocks: dict[str, Any] = field(default_factory=dict)
    """By the name of a tool what it answers when nobody does: see ``tools.mocks``."""
    origins: dict[str, Any] = field(default_factory=dict)
    """Where the thinking among the turns came from: see ``thinking``."""
    copied_from: dict[str, Any] = field(default_factory=dict)
    """By the part of the body what of the library it is a copy of. ``system`` names a version of a
    system prompt: its ``slug``, ``number`` and ``hash`` (the SHA-256 of its text)."""

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
            mocks=dict(data.get("mocks", {})),
            origins=dict(data.get("origins", {})),
            copied_from=dict(data.get("copied_from", {})),
        )

    def to_dict(self) -> dict[str, Any]:
        local = {"mocks": self.mocks, "origins": self.origins, "copied_from": self.copied_from}
        return {
            "api_version": self.api_version,
            "betas": list(self.betas),
            "body": self.body,
            "variables": [vars(variable) for variable in self.variables],
            # Absent while empty: a version without them keeps the digest it always had.
            **{name: part for name, part in local.items() if part},
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
        """The request alone: see ``prepared``."""
        return self.prepared(values).request

    def prepared(self, values: Mapping[str, str], upstream: str = "") -> Prepared:
        """The exact request, declared variables filled in, without what would be refused.

        An absent value falls back to the variable's default. ``upstream`` is the name of where it
        will go. Raises ``MissingValues`` when a variable that the text uses has neither.
        """
        given = {
            variable.name: values.get(variable.name) or variable.default
            for variable in self.variables
        }
        missing = [name for name in names_in(self.body) if given.get(name) == ""]
        if missing:
            raise MissingValues(missing)
        kept = fitting(clean_json(fill(self.body, given)), self.origins, upstream)
        request = MessageRequest(self.api_version, self.betas, kept.body)
        return Prepared(request, kept.sentences, kept.moved)


@dataclass(frozen=True)
class Prepared:
    """A request as it is sent, but for stored media.

    ``transformations`` are sentences on what was changed for it; ``moved`` holds paths of the
    request that differ from those of the content, by their beginnings.
    """

    request: MessageRequest
    transformations: tuple[str, ...] = ()
    moved: Mapping[str, str] = field(default_factory=dict)

    def path_in_content(self, path: str) -> str:
        """The path in the content of what stands at ``path`` in the request."""
        begin = path
        while begin and begin not in self.moved:
            begin = begin.rpartition(".")[0]
        return self.moved[begin] + path[len(begin) :] if begin else path

    def in_content(self, problems: Iterable[Problem]) -> list[Problem]:
        """Problems of the request as problems of the content."""
        return [Problem(self.path_in_content(path), sentence) for path, sentence in problems]
