"""Calls whose result is known without running them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from workbench.intake.code.limits import LONGEST_LIST, LONGEST_TEXT
from workbench.intake.code.texts import joined, written
from workbench.intake.code.values import Dumped, Hole

from .nodes import Node, dotted

if TYPE_CHECKING:
    from .values import Values


def called(values: Values, node: Node) -> Any:
    callee, *items = node.children
    name = dotted(callee)
    known = _FUNCTIONS.get(name) or _FUNCTIONS.get(name.rpartition(".")[2])
    if known and items:
        return known(values, node, items)
    if name.endswith(("readFileSync", "readFile")) or (name == "media" and items):
        return _file(values, node)
    if callee.kind == "member":
        return _method(values, node, callee, items)
    return values.unknown(node)


def _file(values: Values, node: Node) -> Any:
    """What a program reads from a file: a text is a variable, base64 is media."""
    source = values.source(node)
    if "base64" not in source and not source.startswith("media("):
        return values.unknown(node)
    first = node.children[1] if len(node.children) > 1 else None
    name = first.value if first is not None and first.kind == "constant" else ""
    if (data := values.program.beside.base64(name)) is not None:
        return data
    file = f"The file {name[:80]}" if isinstance(name, str) and name else "This file"
    return values.unknown(node, f"{file} is not in the text: put it in again.", is_media=True)


def _method(values: Values, node: Node, callee: Node, items: list[Node]) -> Any:
    value = values.of(callee.children[0])
    arguments = [values.of(item) for item in items]
    source = values.source(node)
    if callee.value == "toString" and "base64" in source[-30:]:
        return values.unknown(node, "This file is not in the text: put it in again.", is_media=True)
    if isinstance(value, Hole) and callee.value in ("trim", "toString"):
        return value
    if isinstance(value, str):
        found = _of_text(values, value, str(callee.value), arguments)
        return values.unknown(node) if found is None else found
    if isinstance(value, list):
        found = _of_list(values, value, str(callee.value), arguments)
        return values.unknown(node) if found is None else found
    return values.unknown(node)


def _of_text(values: Values, text: str, name: str, arguments: list[Any]) -> Any:
    if name in ("trim", "trimStart", "trimEnd") and not arguments:
        trimmed = {"trim": text.strip, "trimStart": text.lstrip, "trimEnd": text.rstrip}[name]()
        return written(values.program, trimmed)
    if name == "toString":
        return text
    if name in ("concat", "replace", "replaceAll"):
        texts = [values.text(argument) for argument in arguments]
        known = [each for each in texts if each is not None]
        if name == "concat" and len(known) == len(texts):
            return joined(values.program, [text, *known])
        is_pair = len(known) == 2 and isinstance(arguments[0], str) and known[0]
        is_small = is_pair and len(text) * (len(known[1]) + 1) < LONGEST_TEXT
        often = 1 if name == "replace" else -1
        if not is_small:
            return None
        return written(values.program, text.replace(known[0], known[1], often))
    if name == "split" and len(arguments) == 1 and isinstance(arguments[0], str) and arguments[0]:
        return text.split(arguments[0])
    return None


def _of_list(values: Values, items: list[Any], name: str, arguments: list[Any]) -> Any:
    if name == "join":
        separator = arguments[0] if arguments else ","
        texts = [values.text(item) for item in items]
        known = [text for text in texts if text is not None]
        is_whole = isinstance(separator, str) and len(known) == len(texts)
        return joined(values.program, known, separator) if is_whole else None
    if name == "concat" and all(isinstance(argument, list) for argument in arguments):
        return [*items, *(item for argument in arguments for item in argument)][:LONGEST_LIST]
    if name in ("slice", "filter", "flat") and not arguments:
        return items
    return None


def dedented(text: str) -> str:
    """Return a text without the indent that all its lines but the first share."""
    lines = text.split("\n")
    inner = [line for line in lines[1:] if line.strip()]
    indent = min((len(line) - len(line.lstrip()) for line in inner), default=0)
    return "\n".join([lines[0], *(line[indent:] for line in lines[1:])]).strip()


def _stringified(values: Values, _node: Node, items: list[Node]) -> Any:
    indent = values.of(items[2]) if len(items) > 2 else None
    is_number = isinstance(indent, int) and not isinstance(indent, bool) and 0 < indent <= 10
    return Dumped(values.of(items[0]), indent if is_number else None, is_compact=True)


def _parsed(values: Values, node: Node, items: list[Node]) -> Any:
    text = values.of(items[0])
    if isinstance(text, Dumped):
        return text.value
    try:
        return json.loads(text) if isinstance(text, str) else values.unknown(node)
    except (ValueError, RecursionError):
        return values.unknown(node, "This JSON could not be read.")


def _same(values: Values, _node: Node, items: list[Node]) -> Any:
    return values.of(items[0])


def _as_text(values: Values, node: Node, items: list[Node]) -> Any:
    value = values.of(items[0])
    if isinstance(value, Hole):
        return value
    text = values.text(value)
    return values.unknown(node) if text is None else text


def _output_format(values: Values, _node: Node, items: list[Node]) -> Any:
    return {"type": "json_schema", "schema": values.of(items[0])}


def _assigned(values: Values, node: Node, items: list[Node]) -> Any:
    found: dict[str, Any] = {}
    for item in items:
        value = values.of(item)
        if not isinstance(value, dict):
            return values.unknown(node)
        found.update(value)
    return found


def _number(values: Values, node: Node, items: list[Node]) -> Any:
    value = values.of(items[0])
    if isinstance(value, Hole) and isinstance(value.default, str):
        value = value.default
    try:
        found = float(value) if isinstance(value, str | int | float) else None
    except (ValueError, OverflowError):
        found = None
    if found is None:
        return value if isinstance(value, Hole) else values.unknown(node)
    return int(found) if found.is_integer() else found


_FUNCTIONS: Mapping[str, Callable[[Values, Node, list[Node]], Any]] = {
    "JSON.stringify": _stringified,
    "JSON.parse": _parsed,
    "rawJSON": _parsed,
    "JSON.rawJSON": _parsed,
    "String": _as_text,
    "Number": _number,
    "parseInt": _number,
    "parseFloat": _number,
    "Object.assign": _assigned,
    "Object.freeze": _same,
    "structuredClone": _same,
    "dedent": _same,
    "jsonSchemaOutputFormat": _output_format,
}
