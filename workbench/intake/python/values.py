"""Expressions of a program as values, without running it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from workbench.intake.code.changes import Changes
from workbench.intake.code.holes import Holes, grown
from workbench.intake.code.limits import DEEPEST, LONGEST_LIST, MOST_STEPS, TOO_MUCH
from workbench.intake.code.texts import joined
from workbench.intake.code.values import (
    ENDLESS,
    MISSING,
    OMIT,
    Dumped,
    Hole,
    Unknown,
    variable_name,
)
from workbench.intake.reading import Kind, Remark

from .functions import called, text_of
from .operations import choice, either, operation, sign
from .scopes import Binding, Parameter, Program, Scope, dotted
from .source import Source
from .strings import formatted_value

_CONSTANTS: Final = {
    "true": True,
    "false": False,
    "null": None,
    "undefined": None,
    "HUMAN_PROMPT": "\n\nHuman:",
    "AI_PROMPT": "\n\nAssistant:",
}
_NOT_SENT = frozenset({"omit", "Omit", "NOT_GIVEN", "NotGiven", "not_given", "OMIT"})

_GROWTH = frozenset({"append", "insert", "extend", "+="})

Environment = Mapping[str, Any]
_EMPTY: Environment = {}


@dataclass
class Values:
    """Reads the expressions of one call; `remarks` says how names were understood on the way."""

    program: Program
    source: Source
    holes: Holes
    remarks: list[Remark] = field(default_factory=list)
    _depth: int = 0

    def __post_init__(self) -> None:
        self._changes: Changes[Binding] = Changes(self.program, self.remarks)

    def of(self, node: ast.expr, scope: Scope, given: Environment = _EMPTY) -> Any:
        """Return the value of an expression; what cannot be known is a `Hole` or `Unknown`."""
        self.program.steps += 1
        if self.program.steps > MOST_STEPS:
            return ENDLESS
        if self._depth >= DEEPEST:
            return self.unknown(node, TOO_MUCH)
        self._depth += 1
        try:
            reader = _READERS.get(type(node))
            return reader(self, node, scope, given) if reader else self.unknown(node)
        finally:
            self._depth -= 1

    def unknown(self, node: ast.AST, sentence: str = "", *, is_media: bool = False) -> Unknown:
        """Return what stands for an expression that was not understood."""
        return Unknown(self.source.of(node), getattr(node, "lineno", None), sentence, is_media)

    def text(self, value: Any) -> str | None:
        """Return a value inside of a text, None if it is none that can stand there."""
        if isinstance(value, str):
            return value
        if isinstance(value, Hole | Unknown):
            return self.holes.marker(value)
        if isinstance(value, Dumped):
            return text_of(value, self.holes)
        if isinstance(value, bool | int | float) or value is None:
            return str(value)
        return None

    def name(self, name: str, scope: Scope, line: int) -> Any:
        """Return what a name, also a dotted one, stands for at a line."""
        for each in scope.chain():
            if bindings := each.bindings.get(name):
                chosen = self._open(bindings, line if each is scope else None)
                if chosen:
                    self._say_growth(name, bindings, line if each is scope else None)
                    made_out = partial(self._changed, name, each, chosen)
                    return self._changes.value(name, chosen, made_out)
            if name in each.parameters:
                return self._parameter(each.parameters[name], each)
            if name in each.functions:
                sentence = f"The function {name} is not run."
                return Unknown(name, line, sentence, is_media=_is_encoder(each.functions[name]))
            if name in each.imports or name in each.unknown:
                break
        return self._unbound(name, line)

    def _say_growth(self, name: str, bindings: list[Binding], line: int | None) -> None:
        """Say that a list grows behind the call that it is for, as in a chat."""
        later = [each for each in bindings if line and each.line > line and each.is_repeated]
        if any(each.change in _GROWTH for each in later):
            self._changes.say(grown(name, later[0].line, line))

    def _open(self, bindings: list[Binding], line: int | None) -> list[Binding]:
        """What a name stands for at a line; in its own assignment, what it was before."""
        chosen = _chosen(bindings, line)
        while chosen and self._changes.is_open(chosen):
            place = next(n for n, each in enumerate(bindings) if each is chosen[0])
            bindings = bindings[:place]
            chosen = _chosen(bindings, None)
        return chosen

    def _unbound(self, name: str, line: int) -> Any:
        last = name.rpartition(".")[2]
        if last in _CONSTANTS:
            return _CONSTANTS[last]
        if last in _NOT_SENT:
            return OMIT
        return Hole(variable_name(name), line=line, source=name if "." in name else "")

    def _parameter(self, parameter: Parameter, scope: Scope) -> Any:
        default = MISSING
        if parameter.default is not None:
            default = self.of(parameter.default, scope.parent or scope)
            default = MISSING if isinstance(default, Hole | Unknown) else default
            if default is OMIT:
                default = None
        return Hole(
            parameter.variable or parameter.name,
            default,
            parameter.line,
            is_anywhere=parameter.is_exported,
            description=parameter.description,
        )

    def _changed(self, name: str, scope: Scope, chosen: list[Binding]) -> Any:
        """The value that is assigned, and then what is done to it."""
        first, *changes = chosen
        value = self.of(first.value, scope) if not first.change else _start(first)
        changes = changes if not first.change else chosen
        return self._changes.after(
            name, value, first, changes, lambda now, change: self._change(now, change, scope)
        )

    def _change(self, value: Any, change: Binding, scope: Scope) -> Any:
        new = self.of(change.value, scope)
        if isinstance(value, list) and change.change in ("append", "insert"):
            return [*value, new]
        if isinstance(value, dict) and change.change in _GROWTH and change.key is not None:
            return self._inner_change(value, change, new, scope)
        if isinstance(value, list) and change.change in ("extend", "+=") and isinstance(new, list):
            return [*value, *new][:LONGEST_LIST]
        if isinstance(value, str) and change.change == "+=":
            return self.concatenated([value, new], change.value)
        if isinstance(value, dict) and change.change == "update" and isinstance(new, dict):
            return {**value, **new}
        if isinstance(value, dict) and change.change == "item" and change.key is not None:
            key = self.of(change.key, scope)
            if isinstance(key, str):
                return {**value, key: new}
        sentence = "This change was not understood and was left out."
        text = self.source.of(change.value)
        self._changes.say(Remark(Kind.NOT_UNDERSTOOD, sentence, change.line, text))
        return value

    def _inner_change(
        self, value: dict[str, Any], change: Binding, new: Any, scope: Scope
    ) -> dict[str, Any]:
        """`body["messages"].append(…)`."""
        key = self.of(change.key, scope) if change.key is not None else None
        inner = value.get(key) if isinstance(key, str) else None
        if isinstance(key, str) and isinstance(inner, list):
            more = new if change.change in ("extend", "+=") and isinstance(new, list) else [new]
            return {**value, key: [*inner, *more]}
        return value

    def concatenated(self, values: list[Any], node: ast.AST) -> Any:
        """Return texts, or lists, behind each other."""
        if any(isinstance(value, list) for value in values):
            items: list[Any] = []
            for value in values:
                if isinstance(value, list):
                    items += value
                else:
                    items.append(self.unknown(node, "A part of this list was not understood."))
            return items if len(items) <= LONGEST_LIST else self.unknown(node, TOO_MUCH)
        parts = [self.text(value) for value in values]
        if not any(isinstance(value, str) for value in values):
            return self.unknown(node)
        whole = [part for part in parts if part is not None]
        if len(whole) < len(parts):
            return self.unknown(node)
        found = joined(self.program, whole)
        return self.unknown(node, TOO_MUCH) if found is None else found


def _chosen(bindings: list[Binding], line: int | None) -> list[Binding]:
    """The last assignment before a line, and the changes between the two."""
    before = [each for each in bindings if line is None or each.line <= line]
    if not any(not each.change for each in before):
        before = [each for each in bindings if not each.change][:1] or before
    begin = next((n for n in range(len(before) - 1, -1, -1) if not before[n].change), 0)
    return before[begin:]


def _start(first: Binding) -> Any:
    """What a name was before it is changed, when no assignment is in the text."""
    return [] if first.change in ("append", "extend", "insert") else {}


def _is_encoder(function: ast.AST) -> bool:
    """Whether a function reads a file as base64."""
    return any(
        isinstance(node, ast.Attribute) and "b64encode" in node.attr for node in ast.walk(function)
    )


def _constant(values: Values, node: ast.Constant, _scope: Scope, _given: Environment) -> Any:
    value = node.value
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if value is Ellipsis:
        return values.unknown(node, "Something was left out here before.")
    return values.unknown(node)


def _name(values: Values, node: ast.Name, scope: Scope, given: Environment) -> Any:
    if node.id in given:
        return given[node.id]
    return values.name(node.id, scope, node.lineno)


def _attribute(values: Values, node: ast.Attribute, scope: Scope, given: Environment) -> Any:
    name = dotted(node)
    if not name:
        return values.unknown(node)
    first, _, rest = name.partition(".")
    if first in given:
        return values.unknown(node)
    for each in scope.chain():
        if name in each.bindings:
            return values.name(name, scope, node.lineno)
        if first in ("self", "cls") and each.is_class and rest in each.bindings:
            return values.name(rest, each, node.lineno)
        if first in each.classes and rest in each.classes[first][1].bindings:
            return values.name(rest, each.classes[first][1], node.lineno)
    if node.attr in _NOT_SENT or node.attr in ("HUMAN_PROMPT", "AI_PROMPT"):
        return values.name(name, scope, node.lineno)
    return values.unknown(node)


def _formatted(values: Values, node: ast.JoinedStr, scope: Scope, given: Environment) -> Any:
    parts: list[Any] = []
    for piece in node.values:
        if isinstance(piece, ast.FormattedValue):
            parts.append(formatted_value(values, piece, scope, given))
        else:
            parts.append(values.of(piece, scope, given))
    return values.concatenated(["", *parts], node)


def _list(
    values: Values, node: ast.List | ast.Tuple | ast.Set, scope: Scope, given: Environment
) -> Any:
    items: list[Any] = []
    for item in node.elts:
        if values.program.steps > MOST_STEPS:
            return ENDLESS
        if not isinstance(item, ast.Starred):
            items.append(values.of(item, scope, given))
            continue
        spread = values.of(item.value, scope, given)
        if isinstance(spread, list):
            items += spread
        else:
            items.append(values.unknown(item, "What is spread here is not in the text."))
        if len(items) > LONGEST_LIST:
            return values.unknown(node, TOO_MUCH)
    return items


def _dict(values: Values, node: ast.Dict, scope: Scope, given: Environment) -> Any:
    found: dict[str, Any] = {}
    for key, item in zip(node.keys, node.values, strict=True):
        value = values.of(item, scope, given)
        if key is None:
            if isinstance(value, dict):
                found.update(value)
            else:
                lost = values.unknown(item, "What is spread here is not in the text.")
                found[f"**{lost.source[:80]}"] = lost
            continue
        name = values.of(key, scope, given)
        if isinstance(name, bool) or name is None:
            found["null" if name is None else str(name).lower()] = value
        elif (text := values.text(name)) is not None:
            found[text] = value
    return found


def _comprehension(
    values: Values, node: ast.ListComp | ast.GeneratorExp, scope: Scope, given: Environment
) -> Any:
    """A list of which every entry is known, or one entry with the loop's names open in it."""
    loop = node.generators[0]
    if len(node.generators) > 1 or loop.ifs:
        return values.unknown(node)
    entries = values.of(loop.iter, scope, given)
    if not isinstance(entries, list) or len(entries) > LONGEST_LIST // 100:
        return [values.of(node.elt, scope, given)]
    if not isinstance(loop.target, ast.Name):
        return values.unknown(node)
    name = loop.target.id
    return [values.of(node.elt, scope, {**given, name: entry}) for entry in entries]


def _awaited(values: Values, node: ast.Await, scope: Scope, given: Environment) -> Any:
    return values.of(node.value, scope, given)


def _subscript(values: Values, node: ast.Subscript, scope: Scope, given: Environment) -> Any:
    if dotted(node.value).endswith("environ"):
        key = values.of(node.slice, scope, given)
        return Hole(variable_name(str(key)), line=node.lineno) if isinstance(key, str) else key
    value = values.of(node.value, scope, given)
    if isinstance(node.slice, ast.Slice):
        return values.unknown(node)
    key = values.of(node.slice, scope, given)
    try:
        if isinstance(value, dict) and isinstance(key, str):
            return value[key]
        if isinstance(value, list | str) and isinstance(key, int):
            return value[key]
    except LookupError:
        return values.unknown(node)
    return values.unknown(node)


def _call(values: Values, node: ast.Call, scope: Scope, given: Environment) -> Any:
    return called(values, node, scope, given)


Reader = Callable[[Values, Any, Scope, Environment], Any]
_READERS: Mapping[type, Reader] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.JoinedStr: _formatted,
    ast.List: _list,
    ast.Tuple: _list,
    ast.Set: _list,
    ast.Dict: _dict,
    ast.BinOp: operation,
    ast.UnaryOp: sign,
    ast.IfExp: choice,
    ast.BoolOp: either,
    ast.ListComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.Await: _awaited,
    ast.NamedExpr: _awaited,
    ast.Subscript: _subscript,
    ast.Call: _call,
}
