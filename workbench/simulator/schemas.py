"""A value that fits a JSON schema of the subset the API supports.

Subset: https://docs.anthropic.com/en/docs/build-with-claude/structured-outputs (2026-10).
Required properties come first, as in real answers; optional ones follow.
"""

from __future__ import annotations

import json
from typing import Any

from workbench.simulator.patterns import text_matching

MOST_PARTS = 2000  # parts of a schema that get a value; the rest becomes null

_BY_FORMAT = {
    "date-time": "2026-11-20T09:30:00Z",
    "time": "09:30:00Z",
    "date": "2026-11-20",
    "duration": "PT5M",
    "email": "someone@example.org",
    "hostname": "example.org",
    "uri": "https://example.org/",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uuid": "123e4567-e89b-42d3-a456-426614174000",
}


def json_answer(schema: dict[str, Any]) -> str:
    """Return a JSON text that fits the schema."""
    return json.dumps(example_of(schema), ensure_ascii=False, indent=2)


def example_of(schema: dict[str, Any]) -> Any:
    """Return a value that fits the schema; what would never end in it becomes null."""
    return _Example(schema).value(schema, "value", frozenset())


class _Example:
    """Makes the value of one schema. `entered` are the references that led to where we are."""

    def __init__(self, root: dict[str, Any]) -> None:
        self._root = root
        self._left = MOST_PARTS

    def value(self, schema: Any, name: str, entered: frozenset[str]) -> Any:
        """Return a value for a part of the schema."""
        self._left -= 1
        if not isinstance(schema, dict) or self._left < 0:
            return None
        schema, entered = self._resolved(schema, entered)
        if "const" in schema:
            return schema["const"]
        if isinstance(schema.get("enum"), list) and schema["enum"]:
            return schema["enum"][0]
        for choice in (schema.get("anyOf"), schema.get("oneOf")):
            if isinstance(choice, list) and choice:
                return self.value(choice[0], name, entered)
        match _type_of(schema):
            case "object":
                return self._object(schema, entered)
            case "array":
                return [self.value(schema.get("items", {}), name, entered)]
            case kind:
                return _string(schema, name) if kind not in _PLAIN else _PLAIN[kind]

    def _object(self, schema: dict[str, Any], entered: frozenset[str]) -> dict[str, Any]:
        properties = _object_in(schema.get("properties"))
        wanted = [name for name in _list_in(schema.get("required")) if isinstance(name, str)]
        required = [name for name in wanted if name in properties]
        names = [*required, *(name for name in properties if name not in required)]
        return {name: self.value(properties[name], name, entered) for name in names}

    def _resolved(
        self, schema: dict[str, Any], entered: frozenset[str]
    ) -> tuple[dict[str, Any], frozenset[str]]:
        """Follow local references and merge `allOf` into one schema."""
        while isinstance(schema.get("$ref"), str):
            reference = schema["$ref"]
            if reference in entered:
                return {"type": "null"}, entered
            entered |= {reference}
            schema = _target(reference, self._root)
        merged = dict(schema)
        for part in _list_in(schema.get("allOf")):
            more, entered = self._resolved(_object_in(part), entered)
            properties = {
                **_object_in(merged.get("properties")),
                **_object_in(more.get("properties")),
            }
            required = [*_list_in(merged.get("required")), *_list_in(more.get("required"))]
            merged |= more
            if properties:
                merged |= {"properties": properties, "required": required}
        return merged, entered


_PLAIN = {"integer": 7, "number": 2.5, "boolean": True, "null": None}


def _target(reference: str, root: dict[str, Any]) -> dict[str, Any]:
    node: Any = root
    for part in reference.removeprefix("#").strip("/").split("/"):
        node = node.get(part) if isinstance(node, dict) and part else node
    return node if isinstance(node, dict) else {}


def _type_of(schema: dict[str, Any]) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = kind[0] if kind else None
    if kind is None:
        return "object" if "properties" in schema else "array" if "items" in schema else "string"
    return str(kind)


def _object_in(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list_in(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _string(schema: dict[str, Any], name: str) -> str:
    if isinstance(schema.get("format"), str) and schema["format"] in _BY_FORMAT:
        return _BY_FORMAT[schema["format"]]
    if isinstance(schema.get("pattern"), str):
        return text_matching(schema["pattern"]) or f"simulated {name}"
    return f"simulated {name.replace('_', ' ')}"
