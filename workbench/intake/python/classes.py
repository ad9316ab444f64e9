"""Classes of pydantic, and typed dicts, as JSON schemas."""

from __future__ import annotations

import ast
from typing import Any

from workbench.intake.reading import Kind, Remark

from .scopes import Scope, dotted

_SIMPLE = {"str": "string", "int": "integer", "float": "number", "bool": "boolean", "None": "null"}
_LISTS = frozenset({"list", "List", "Sequence", "set", "Set"})
_OBJECTS = frozenset({"dict", "Dict", "Mapping"})
_DEEPEST = 8


def schema_of(
    node: ast.ClassDef, scope: Scope, depth: int = 0
) -> tuple[dict[str, Any], list[Remark]]:
    """Return the schema of a class, and remarks on fields whose type was not understood."""
    fields: dict[str, Any] = {}
    needed: list[str] = []
    lost: list[Remark] = []
    for item in node.body:
        if not isinstance(item, ast.AnnAssign) or not isinstance(item.target, ast.Name):
            continue
        name = item.target.id
        schema = _type(item.annotation, scope, depth)
        if schema is None:
            sentence = f"The type of the field “{name}” was not understood: it may be anything."
            lost.append(
                Remark(Kind.NOT_UNDERSTOOD, sentence, item.lineno, ast.unparse(item)[:2_000])
            )
            schema = {}
        description, is_needed = _about(item.value)
        fields[name] = {**schema, "description": description} if description else schema
        if is_needed:
            needed.append(name)
    schema = {"type": "object", "properties": fields, "required": needed}
    if docstring := ast.get_docstring(node):
        schema["description"] = docstring
    return {**schema, "additionalProperties": False}, lost


def _about(value: ast.expr | None) -> tuple[str, bool]:
    """The description of a field, and whether it has to be there."""
    if value is None:
        return "", True
    if not isinstance(value, ast.Call) or dotted(value.func).rpartition(".")[2] != "Field":
        return "", False
    named = {keyword.arg: keyword.value for keyword in value.keywords}
    said = named.get("description")
    description = said.value if isinstance(said, ast.Constant) else ""
    first = value.args[0] if value.args else named.get("default")
    is_needed = "default_factory" not in named and (
        first is None or (isinstance(first, ast.Constant) and first.value is Ellipsis)
    )
    return description if isinstance(description, str) else "", is_needed


def _type(node: ast.expr, scope: Scope, depth: int) -> dict[str, Any] | None:
    if depth > _DEEPEST:
        return None
    if isinstance(node, ast.Constant) and node.value is None:
        return {"type": "null"}
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _any_of([node.left, node.right], scope, depth)
    if isinstance(node, ast.Subscript):
        return _generic(node, scope, depth)
    name = dotted(node).rpartition(".")[2]
    if name in _SIMPLE:
        return {"type": _SIMPLE[name]}
    if name in _LISTS:
        return {"type": "array"}
    if name in _OBJECTS:
        return {"type": "object"}
    for each in scope.chain():
        if name in each.classes:
            return schema_of(each.classes[name][0], each, depth + 1)[0]
    return None


def _generic(node: ast.Subscript, scope: Scope, depth: int) -> dict[str, Any] | None:
    name = dotted(node.value).rpartition(".")[2]
    inner = node.slice
    parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    if name in _LISTS:
        items = _type(parts[0], scope, depth + 1)
        return None if items is None else {"type": "array", "items": items}
    if name in _OBJECTS:
        return {"type": "object"}
    if name == "Literal":
        choices = [part.value for part in parts if isinstance(part, ast.Constant)]
        if all(isinstance(choice, str) for choice in choices):
            return {"type": "string", "enum": choices}
        return {"enum": choices}
    if name == "Optional":
        return _any_of([*parts, ast.Constant(None)], scope, depth)
    if name == "Union":
        return _any_of(list(parts), scope, depth)
    if name == "Annotated":
        return _type(parts[0], scope, depth + 1)
    return None


def _any_of(parts: list[ast.expr], scope: Scope, depth: int) -> dict[str, Any] | None:
    schemas = [_type(part, scope, depth + 1) for part in parts]
    known = [schema for schema in schemas if schema is not None]
    return {"anyOf": known} if len(known) == len(schemas) else None
