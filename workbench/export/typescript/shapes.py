"""Whether the SDK's types allow a value, so that only what they lack needs a cast."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from workbench.export.typescript.sdk_types import TABLE

_TOKEN = re.compile(r'"[^"]*"|[\w.*]+\??|[\[\]{}|:;=]')


@dataclass(frozen=True)
class Kind:
    """A union of what a value may be."""

    names: tuple[str, ...] = ()
    """``string``, ``number``, ``boolean``, ``null``, ``unknown``, and names of shapes."""
    texts: frozenset[str] = frozenset()
    items: Kind | None = None
    """What the items of a list may be."""
    values: Kind | None = None
    """What the values of a free mapping may be."""

    def allows(self, value: Any) -> bool:
        """Whether a text, number, boolean or null is allowed."""
        if self is UNKNOWN or "unknown" in self.names:
            return True
        if isinstance(value, str):
            return "string" in self.names or value in self.texts
        if value is None:
            return "null" in self.names
        return ("boolean" if isinstance(value, bool) else "number") in self.names

    def shape_of(self, value: Mapping[str, Any]) -> Shape | None:
        """The shape that ``value`` has of those in the union, its inner values left aside."""
        for name in self.names:
            shape = shapes().get(name)
            if shape and shape.begins_to_fit(value):
                return shape
        return None


UNKNOWN = Kind(("unknown",))


@dataclass
class Shape:
    """The fields of an object."""

    fields: dict[str, Kind] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    rest: Kind | None = None

    def has_none_of(self, value: Mapping[str, Any]) -> bool:
        """Whether no field of ``value`` is a field of this type."""
        return bool(value) and not self.rest and self.fields.keys().isdisjoint(value)

    def begins_to_fit(self, value: Mapping[str, Any]) -> bool:
        """Whether what is required is there, and what tells one shape from another fits."""
        return self.required <= value.keys() and all(
            kind.allows(value[name])
            for name, kind in self.fields.items()
            if kind.texts and name in value and (name in self.required or name == "type")
        )


@cache
def shapes() -> dict[str, Shape]:
    """Every shape by its name."""
    found: dict[str, Shape] = {}
    unions: dict[str, Kind] = {}
    for paragraph in re.split(r"\n(?=\S)", TABLE.strip()):
        name, mark, *tokens = _TOKEN.findall(paragraph)
        if mark == "=":
            unions[name] = _union(iter(tokens), unions)[0]
        else:
            found[name] = _shape(iter(tokens), unions)
    return found


@cache
def request_kind(*, has_sampling: bool) -> Kind:
    """The parameters of a request; ``has_sampling`` for the SDK whose types have temperature."""
    request = shapes()["Request"]
    if has_sampling:
        numbers = dict.fromkeys(("temperature", "top_k", "top_p"), Kind(("number",)))
        shapes()["RequestWithSampling"] = Shape(request.fields | numbers, request.required)
        return Kind(("RequestWithSampling",))
    return Kind(("Request",))


def _shape(tokens: Iterator[str], unions: Mapping[str, Kind]) -> Shape:
    shape = Shape()
    names: list[str] = []
    for token in tokens:
        if token == ":":
            kind, end = _union(tokens, unions)
            for name in names:
                if name == "*":
                    shape.rest = kind
                    continue
                shape.fields[name.rstrip("?")] = kind
                if not name.endswith("?"):
                    shape.required.add(name)
            names = []
            if end == "}":
                break
        else:
            names.append(token)
    return shape


def _union(tokens: Iterator[str], unions: Mapping[str, Kind]) -> tuple[Kind, str]:
    """The union that begins here, and the token that ends it."""
    names: list[str] = []
    texts: set[str] = set()
    items = values = None
    end = ""
    for token in tokens:
        if token in ("]", "}", ";"):
            end = token
            break
        if token == "[":
            items = _union(tokens, unions)[0]
        elif token == "{":
            values = _union(tokens, unions)[0]
        elif token.startswith('"'):
            texts.add(token[1:-1])
        elif token in unions:
            names += unions[token].names
            texts |= unions[token].texts
        elif token != "|":
            names.append(token)
    return Kind(tuple(names), frozenset(texts), items, values), end
