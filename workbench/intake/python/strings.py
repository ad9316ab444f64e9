"""Formats and methods of texts, with holes in their places."""

from __future__ import annotations

import ast
import inspect
import re
import string
import textwrap
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from workbench.intake.code.limits import TOO_MUCH
from workbench.intake.code.texts import joined
from workbench.intake.code.values import Hole, Unknown, variable_name

if TYPE_CHECKING:
    from .scopes import Scope
    from .values import Values

_PERCENT = re.compile(r"%(?:\((\w{1,100})\))?([#0 +-]{0,5}\d{0,3}(?:\.\d{1,3})?)([sdrifgeEaxX%])")
_SPECIFICATION = re.compile(r"[^{}]?[<>=^]?[+ -]?[#z]?0?\d{0,3}[,_]?(?:\.\d{1,2})?[a-zA-Z%]?")
_MARKER = re.compile(r"\{\{[A-Za-z_][A-Za-z0-9_-]{0,99}\}\}")
_LONGEST_TABLE = 200_000


def formatted_value(
    values: Values, node: ast.FormattedValue, scope: Scope, given: Mapping[str, Any]
) -> str:
    """Return a replacement field of an f-string as text."""
    value = values.of(node.value, scope, given)
    specification = ""
    if node.format_spec is not None:
        found = values.of(node.format_spec, scope, given)
        specification = found if isinstance(found, str) else ""
    if isinstance(value, str | bool | int | float) and node.conversion == ord("r"):
        value = repr(value)
    if specification and isinstance(value, str | int | float):
        return _specified(value, specification)
    text = values.text(value)
    if text is not None:
        return text
    return values.holes.marker(values.unknown(node.value))


def percent_formatted(values: Values, template: str, right: Any, node: ast.AST) -> Any:
    """Return `template % right`."""
    names = right if isinstance(right, dict) else {}
    others = iter(right if isinstance(right, list) else [right])
    missing = object()

    def replaced(match: re.Match[str]) -> str:
        if match[3] == "%":
            return "%"
        value = names.get(match[1], missing) if match[1] else next(others, missing)
        if value is missing:
            return values.holes.marker(Hole(variable_name(match[1] or "value")))
        if isinstance(value, int | float) and match[3] in "difgeE":
            return _percent_number(value, match)
        text = values.text(value)
        return values.holes.marker(values.unknown(node)) if text is None else text

    parts, end = [], 0
    for match in _PERCENT.finditer(template):
        parts += [template[end : match.start()], replaced(match)]
        end = match.end()
    whole = joined(values.program, [*parts, template[end:]])
    return values.unknown(node, TOO_MUCH) if whole is None else whole


def brace_formatted(
    values: Values, template: str, arguments: list[Any], named: dict[str, Any]
) -> Any:
    """Return `template.format(…)`; None where the template is none, or the text too long."""
    parts: list[str] = []
    counter = 0
    try:
        pieces = list(string.Formatter().parse(template))
    except ValueError:
        return None
    for before, name, specification, _ in pieces:
        parts.append(before)
        if name is None:
            continue
        if not name:
            name, counter = str(counter), counter + 1
        value = _argument(name, arguments, named)
        if specification and isinstance(value, str | int | float):
            parts.append(_specified(value, specification))
        else:
            text = values.text(value)
            parts.append(values.holes.marker(Hole(variable_name(name))) if text is None else text)
    return joined(values.program, parts)


def _argument(name: str, arguments: list[Any], named: dict[str, Any]) -> Any:
    if name.isdecimal():
        number = int(name[:9])
        return arguments[number] if number < len(arguments) else Hole(f"value_{number}")
    return named.get(name, Hole(variable_name(name)))


def _specified(value: Any, specification: str) -> str:
    if not _SPECIFICATION.fullmatch(specification):
        return str(value)
    try:
        return format(value, specification)
    except (ValueError, OverflowError):
        return str(value)


def _percent_number(value: float, match: re.Match[str]) -> str:
    try:
        return f"%{match[2]}{match[3]}" % value
    except (ValueError, OverflowError):
        return str(value)


def _dedented(text: str) -> str:
    return textwrap.dedent(text)


def _cleaned(text: str) -> str:
    return inspect.cleandoc(text)


FUNCTIONS: Mapping[str, Callable[[str], str]] = {
    "dedent": _dedented,
    "textwrap.dedent": _dedented,
    "cleandoc": _cleaned,
    "inspect.cleandoc": _cleaned,
}
"""Functions of a text."""


def method(text: str, name: str, arguments: list[Any]) -> Any:
    """Return what a method of `text` gives; None where it is not known."""
    if any(isinstance(each, Hole | Unknown) for each in arguments):
        return None
    if name in ("encode", "decode", "copy", "__str__"):
        return text
    if name in ("strip", "lstrip", "rstrip") and _are_texts(arguments, 1):
        return getattr(text, name)(*arguments)
    if name in ("upper", "lower", "title", "capitalize") and not arguments:
        return text if _MARKER.search(text) else getattr(text, name)()
    if name in ("removeprefix", "removesuffix") and _are_texts(arguments, 1) and arguments:
        return getattr(text, name)(*arguments)
    if name in ("split", "splitlines") and _are_texts(arguments, 1) and "" not in arguments:
        return getattr(text, name)(*arguments)
    if name == "replace" and len(arguments) == 2 and _are_texts(arguments, 2):
        is_small = len(text) * (len(arguments[1]) + 1) <= 100 * _LONGEST_TABLE
        return text.replace(*arguments) if is_small else None
    return None


def _are_texts(arguments: list[Any], most: int) -> bool:
    return len(arguments) <= most and all(isinstance(each, str) for each in arguments)
