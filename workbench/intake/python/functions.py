"""Calls whose result is known without running them."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from workbench.intake.code.holes import Holes
from workbench.intake.code.settling import Settler
from workbench.intake.code.texts import joined, written
from workbench.intake.code.values import (
    MISSING,
    OMIT,
    Dumped,
    Hole,
    Unknown,
    is_plain,
    variable_name,
)

from .classes import schema_of
from .scopes import dotted
from .strings import FUNCTIONS, brace_formatted, method

if TYPE_CHECKING:
    from .scopes import Scope
    from .values import Values

Given = Mapping[str, Any]
_IS_TYPED_DICT = re.compile(r"Params?(?:NonStreaming|Streaming)?\Z|\ARequest\Z")


def called(values: Values, node: ast.Call, scope: Scope, given: Given) -> Any:
    """Return the value of a call; `Unknown` for one that only a running program can make."""
    name = dotted(node.func)
    last = name.rpartition(".")[2]
    if isinstance(node.func, ast.Attribute):
        found = _method(values, node, node.func, scope, given)
        if found is not None:
            return found
    if "b64encode" in last or "encodestring" in last:
        return _media(values, node)
    if function := _KNOWN.get(name) or _KNOWN.get(last):
        return function(values, node, scope, given)
    if name in FUNCTIONS and len(node.args) == 1:
        return _of_text(values, node, FUNCTIONS[name], scope, given)
    if _IS_TYPED_DICT.search(last) and not node.args:
        return keywords(values, node, scope, given)
    if last in ("omit", "NotGiven", "Omit"):
        return OMIT
    return _own(values, node, name, scope)


def keywords(values: Values, node: ast.Call, scope: Scope, given: Given) -> dict[str, Any]:
    """Return the named arguments of a call, those that are spread included."""
    found: dict[str, Any] = {}
    for keyword in node.keywords:
        value = values.of(keyword.value, scope, given)
        if keyword.arg is not None:
            found[keyword.arg] = value
        elif isinstance(value, dict):
            found.update(value)
        else:
            lost = values.unknown(keyword.value, "What is spread here is not in the text.")
            found[f"**{lost.source[:80]}"] = lost
    return found


def _own(values: Values, node: ast.Call, name: str, scope: Scope) -> Any:
    """A function of the program, which is not run; one that encodes a file is known as such."""
    value = values.name(name, scope, node.lineno) if name.isidentifier() else None
    if isinstance(value, Unknown) and value.is_media:
        return _media(values, node)
    return values.unknown(node)


def _media(values: Values, node: ast.Call) -> Any:
    """The base64 of a file; `Unknown` for one that is not beside the program."""
    names = [
        each.value
        for each in ast.walk(node)
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and "." in each.value
    ]
    if names and (data := values.program.beside.base64(names[0])) is not None:
        return data
    file = f"The file {names[0][:80]}" if names else "This file"
    return values.unknown(node, f"{file} is not in the text: put it in again.", is_media=True)


def _method(
    values: Values, node: ast.Call, function: ast.Attribute, scope: Scope, given: Given
) -> Any:
    """A method of a text, a list or a dict; None for any other."""
    if function.attr in ("read", "read_text"):
        return values.unknown(node)
    if function.attr in ("get", "getenv") and dotted(function).split(".")[0] == "os":
        return _environment(values, node, scope, given)
    if function.attr not in _METHODS:
        return None
    value = values.of(function.value, scope, given)
    if isinstance(value, Unknown) and value.is_media:
        return value
    arguments = [values.of(each, scope, given) for each in node.args]
    if isinstance(value, Hole) and function.attr in ("strip", "encode", "decode", "copy"):
        return value
    if isinstance(value, str):
        return _of_string(values, value, node, function.attr, arguments, scope, given)
    if isinstance(value, list | dict) and function.attr in ("copy", "deepcopy"):
        return value
    if isinstance(value, dict) and function.attr == "get" and isinstance(arguments[:1], list):
        default = arguments[1] if len(arguments) > 1 else None
        return value.get(arguments[0], default) if isinstance(arguments[0], str) else None
    return values.unknown(node)


_METHODS = frozenset(
    {
        "strip",
        "lstrip",
        "rstrip",
        "upper",
        "lower",
        "title",
        "capitalize",
        "removeprefix",
        "removesuffix",
        "replace",
        "split",
        "splitlines",
        "join",
        "format",
        "encode",
        "decode",
        "copy",
        "get",
    }
)


def _of_string(
    values: Values,
    text: str,
    node: ast.Call,
    name: str,
    arguments: list[Any],
    scope: Scope,
    given: Given,
) -> Any:
    if name == "format":
        named = keywords(values, node, scope, given)
        found = brace_formatted(values, text, arguments, named)
    elif name == "join" and arguments and isinstance(arguments[0], list):
        parts = [values.text(each) for each in arguments[0]]
        whole = [part for part in parts if part is not None]
        is_whole = len(whole) == len(parts)
        found = joined(values.program, whole, text) if is_whole else None
    else:
        if name == "replace" and len(arguments) == 2 and isinstance(arguments[1], Hole):
            arguments = [arguments[0], values.text(arguments[1])]
        found = method(text, name, arguments)
        if isinstance(found, str):
            found = written(values.program, found)
    return values.unknown(node) if found is None else found


def _environment(values: Values, node: ast.Call, scope: Scope, given: Given) -> Any:
    arguments = [values.of(each, scope, given) for each in node.args]
    if not arguments or not isinstance(arguments[0], str):
        return values.unknown(node)
    default = arguments[1] if len(arguments) > 1 else MISSING
    return Hole(variable_name(arguments[0]), default, node.lineno)


def _of_text(
    values: Values, node: ast.Call, function: Callable[[str], str], scope: Scope, given: Given
) -> Any:
    text = values.of(node.args[0], scope, given)
    return function(text) if isinstance(text, str) else text


def _dumps(values: Values, node: ast.Call, scope: Scope, given: Given) -> Any:
    if not node.args:
        return values.unknown(node)
    named = keywords(values, node, scope, given)
    indent = named.get("indent")
    is_number = isinstance(indent, int) and not isinstance(indent, bool) and 0 <= indent <= 10
    is_ascii = named.get("ensure_ascii") is not False
    value = values.of(node.args[0], scope, given)
    return Dumped(
        value, indent if is_number else None, named.get("separators") == [",", ":"], is_ascii
    )


def _loads(values: Values, node: ast.Call, scope: Scope, given: Given) -> Any:
    text = values.of(node.args[0], scope, given) if node.args else None
    if isinstance(text, Dumped):
        return text.value
    try:
        return json.loads(text) if isinstance(text, str) else values.unknown(node)
    except (ValueError, RecursionError):
        return values.unknown(node, "This JSON could not be read.")


def _dict(values: Values, node: ast.Call, scope: Scope, given: Given) -> Any:
    first = values.of(node.args[0], scope, given) if node.args else {}
    named = keywords(values, node, scope, given)
    return {**first, **named} if isinstance(first, dict) else values.unknown(node)


def _same(values: Values, node: ast.Call, scope: Scope, given: Given) -> Any:
    return values.of(node.args[0], scope, given) if node.args else values.unknown(node)


def _list(values: Values, node: ast.Call, scope: Scope, given: Given) -> Any:
    value = values.of(node.args[0], scope, given) if node.args else []
    return value if isinstance(value, list) else values.unknown(node)


def _str(values: Values, node: ast.Call, scope: Scope, given: Given) -> Any:
    value = values.of(node.args[0], scope, given) if node.args else ""
    if isinstance(value, Hole):
        return value
    text = values.text(value) if not isinstance(value, Unknown) else None
    return values.unknown(node) if text is None else text


def _number(values: Values, node: ast.Call, scope: Scope, given: Given) -> Any:
    value = values.of(node.args[0], scope, given) if node.args else 0
    if isinstance(value, Hole) and isinstance(value.default, str):
        value = value.default
    kind = int if dotted(node.func) == "int" else float
    try:
        return kind(value) if isinstance(value, str | int | float) else value
    except (ValueError, OverflowError):
        return values.unknown(node)


def _schema(values: Values, node: ast.Call, scope: Scope, given: Given) -> Any:
    if isinstance(node.func, ast.Attribute) and (name := dotted(node.func.value)):
        for each in scope.chain():
            if name in each.classes:
                schema, _ = schema_of(each.classes[name][0], each)
                return schema
    return values.unknown(node)


def _transformed(values: Values, node: ast.Call, scope: Scope, given: Given) -> Any:
    return class_schema(values, node.args[0], scope) if node.args else values.unknown(node)


def class_schema(values: Values, node: ast.expr, scope: Scope) -> Any:
    """Return the JSON schema of the pydantic class that a name stands for, else `Unknown`."""
    name = dotted(node)
    for each in scope.chain():
        if name in each.classes:
            schema, lost = schema_of(each.classes[name][0], each)
            values.remarks += lost
            return schema
    return values.unknown(node)


def text_of(value: Dumped, holes: Holes) -> str:
    """Return a value that was dumped as JSON, with markers for what is open in it."""
    settled = value.value if is_plain(value.value) else Settler(holes).settle(value.value)
    return value.written(settled)


Known = Callable[["Values", ast.Call, "Scope", Given], Any]
_KNOWN: dict[str, Known] = {
    "json.dumps": _dumps,
    "json.loads": _loads,
    "dict": _dict,
    "list": _list,
    "tuple": _list,
    "str": _str,
    "int": _number,
    "float": _number,
    "copy.copy": _same,
    "copy.deepcopy": _same,
    "deepcopy": _same,
    "os.getenv": _environment,
    "getenv": _environment,
    "model_json_schema": _schema,
    "transform_schema": _transformed,
}
