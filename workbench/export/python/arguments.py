"""The arguments of ``client.messages.stream`` and ``create`` for one request."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.export.python.layout import Brackets, Code, Item, Node, keyword
from workbench.export.python.literals import literal
from workbench.export.python.signatures import Signature
from workbench.export.python.values import Values

_FIRST = ("model", "max_tokens")
_LAST = ("tools", "messages")
_NEEDED = {"model": '""', "max_tokens": "1", "messages": "[]"}
"""Arguments that the SDK insists on, and what stands there for a body without them."""
_NAMED = {
    "tools": (600, "list[ToolUnionParam]"),
    "output_config": (600, "OutputConfigParam"),
    "messages": (2000, "list[MessageParam]"),
}
"""Arguments that get a name when they are longer than so many characters, and their type."""


@dataclass
class Arguments:
    """The arguments, and what the program needs for them."""

    items: list[Item] = field(default_factory=list)
    members: set[tuple[str, str]] = field(default_factory=set)
    """(module, name) of imports."""
    notes: list[str] = field(default_factory=list)


def arguments_of(
    body: Mapping[str, Any],
    headers: Mapping[str, str],
    signature: Signature,
    values: Values,
    replaced: Mapping[str, Node],
    untyped: Collection[str] = (),
) -> Arguments:
    """The arguments that put ``body`` and the additional ``headers`` on the wire.

    ``replaced`` are expressions for some of the keys; ``untyped`` are keys that go in
    ``extra_body`` although the signature takes them.
    """
    found = Arguments()
    extra: dict[str, Any] = {}
    for key in _ordered(body):
        value = body[key]
        if key in replaced:
            found.items.append(keyword(key, replaced[key]))
        elif key not in untyped and signature.takes(key, value):
            found.items.append(keyword(key, _typed(key, value, values, found)))
        elif key not in untyped and signature.takes_roughly(key, value):
            found.items.append(
                keyword(key, _kept(key, values.of(value, (key,)), value, "Any", values, found))
            )
        else:
            if key in _NEEDED:
                found.items.append(keyword(key, Code(_NEEDED[key])))
            extra[key] = value
    if headers:
        found.items.append(keyword("extra_headers", _strings(headers)))
    entries = [
        Item(values.of(value, (key,), 1), f"{literal((key,) if key else ())}: ")
        for key, value in extra.items()
    ]
    entries += _omitted(body, found)
    if entries:
        found.items.append(keyword("extra_body", Brackets("{", tuple(entries), "}")))
    return found


def _ordered(body: Mapping[str, Any]) -> Iterator[str]:
    yield from (key for key in _FIRST if key in body)
    yield from (key for key in body if key not in (*_FIRST, *_LAST))
    yield from (key for key in _LAST if key in body)


def _typed(key: str, value: Any, values: Values, found: Arguments) -> Node:
    node = values.of(value, (key,))
    if key not in _NAMED or not isinstance(value, list | dict):
        return node
    longest, annotation = _NAMED[key]
    if len(node.flat) <= longest:
        return node
    return _kept(key, node, value, annotation, values, found)


def _kept(
    key: str, node: Node, value: Any, annotation: str, values: Values, found: Arguments
) -> Node:
    constant = values.keep(key.upper(), node, value, annotation)
    found.members |= constant.members
    return Code(constant.name)


def _omitted(body: Mapping[str, Any], found: Arguments) -> Iterator[Item]:
    for key, placeholder in _NEEDED.items():
        if key in body:
            continue
        found.items.append(keyword(key, Code(placeholder)))
        found.members.add(("anthropic", "omit"))
        found.notes.append(
            f"The SDK does not send a request without “{key}”, so it is given and left out again."
        )
        yield Item(Code("omit"), f'"{key}": ')


def _strings(headers: Mapping[str, str]) -> Brackets:
    items = [
        Item(Code(literal((value,))), f"{literal((name,))}: ") for name, value in headers.items()
    ]
    return Brackets("{", tuple(items), "}")
