"""Sums, products, choices: expressions with an operator."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from workbench.intake.code.limits import LONGEST_LIST, TOO_MUCH
from workbench.intake.code.values import MISSING, OMIT, Hole, Unknown
from workbench.intake.reading import Kind, Remark

from .strings import percent_formatted

if TYPE_CHECKING:
    from .scopes import Scope
    from .values import Values

Environment = Mapping[str, Any]

_NUMBERS: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}


def operation(values: Values, node: ast.BinOp, scope: Scope, given: Environment) -> Any:
    if isinstance(node.op, ast.Add):
        parts = [values.of(each, scope, given) for each in _summands(node)]
        if all(_is_number(part) for part in parts):
            return _summed(values, node, parts)
        return values.concatenated(parts, node)
    left = values.of(node.left, scope, given)
    if isinstance(node.op, ast.Mod) and isinstance(left, str):
        return percent_formatted(values, left, values.of(node.right, scope, given), node)
    right = values.of(node.right, scope, given)
    if isinstance(node.op, ast.BitOr) and isinstance(left, dict) and isinstance(right, dict):
        return {**left, **right}
    if isinstance(node.op, ast.Mult) and isinstance(left, str | list):
        is_small = isinstance(right, int) and len(left) * right <= LONGEST_LIST
        return left * right if is_small else values.unknown(node, TOO_MUCH)
    return _calculated(values, node, left, right)


def _summands(node: ast.BinOp) -> list[ast.expr]:
    """The operands of `a + b + …`, which is a tree as deep as it is long."""
    found: list[ast.expr] = []
    left: ast.expr = node
    while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add):
        found.append(left.right)
        left = left.left
    return [left, *reversed(found)]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _summed(values: Values, node: ast.BinOp, parts: list[Any]) -> Any:
    total = parts[0]
    for part in parts[1:]:
        total = _number(values, node, operator.add, total, part)
        if not _is_number(total):
            break
    return total


def _calculated(values: Values, node: ast.BinOp, left: Any, right: Any) -> Any:
    if isinstance(node.op, ast.Pow) and _is_number(left) and isinstance(right, int):
        is_small = abs(left) <= 1_000_000 and 0 <= right <= 100
        return left**right if is_small else values.unknown(node, TOO_MUCH)
    function = _NUMBERS.get(type(node.op))
    if function and _is_number(left) and _is_number(right):
        return _number(values, node, function, left, right)
    return values.unknown(node)


def _number(
    values: Values, node: ast.AST, function: Callable[[Any, Any], Any], left: Any, right: Any
) -> Any:
    if max(abs(left), abs(right)) > 10**40 and isinstance(left, int) and isinstance(right, int):
        return values.unknown(node, TOO_MUCH)
    try:
        return function(left, right)
    except ArithmeticError:
        return values.unknown(node)


def sign(values: Values, node: ast.UnaryOp, scope: Scope, given: Environment) -> Any:
    value = values.of(node.operand, scope, given)
    if isinstance(node.op, ast.USub) and _is_number(value):
        return -value
    if isinstance(node.op, ast.UAdd) and _is_number(value):
        return value
    if isinstance(node.op, ast.Not) and isinstance(value, bool | str | list | dict | int):
        return not value
    return values.unknown(node)


def choice(values: Values, node: ast.IfExp, scope: Scope, given: Environment) -> Any:
    """What stands before `if`, unless it is known that the other is meant."""
    test = values.of(node.test, scope, given)
    if isinstance(test, Hole):
        test = test.default is MISSING or test.default
    if isinstance(test, bool | str | list | dict | int) or test is None:
        return values.of(node.body if test else node.orelse, scope, given)
    sentence = "Which of two values it is was not understood: the first one was taken."
    values.remarks.append(Remark(Kind.CHANGED, sentence, node.lineno, values.source.of(node)))
    return values.of(node.body, scope, given)


def either(values: Values, node: ast.BoolOp, scope: Scope, given: Environment) -> Any:
    if not isinstance(node.op, ast.Or):
        return values.unknown(node)
    first, *others = (values.of(each, scope, given) for each in node.values)
    for other in others:
        if isinstance(first, Hole) and first.default in (MISSING, None, ""):
            first = Hole(first.name, other, first.line, first.source, first.is_anywhere)
        elif isinstance(first, Unknown) or (first is not OMIT and first):
            return first
        else:
            first = other
    return first
