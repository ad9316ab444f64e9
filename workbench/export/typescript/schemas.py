"""Whether the SDK's helper for structured output takes a schema."""

from __future__ import annotations

from typing import Any

_TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")
_DEEPEST = 8
"""The compiler gives up on the type of a deeper schema."""


def helper_takes(output_format: Any) -> bool:
    """Whether ``jsonSchemaOutputFormat`` sends just this, and the compiler can read its type.

    The helper sends ``type`` and the schema as it stands, when told not to transform it. Its types
    want an object with keywords of the usual kinds.
    """
    return (
        isinstance(output_format, dict)
        and list(output_format) == ["type", "schema"]
        and output_format["type"] == "json_schema"
        and isinstance(output_format["schema"], dict)
        and output_format["schema"].get("type") == "object"
        and _is_plain(output_format["schema"], _DEEPEST)
    )


def _is_plain(schema: Any, depth: int) -> bool:
    return (
        isinstance(schema, dict)
        and depth > 0
        and all(_is_plain_keyword(name, value, depth) for name, value in schema.items())
    )


def _is_plain_keyword(name: str, value: Any, depth: int) -> bool:
    if name == "type":
        return value in _TYPES if isinstance(value, str) else False
    if name == "properties":
        return isinstance(value, dict) and all(
            _is_plain(inner, depth - 1) for inner in value.values()
        )
    if name == "items":
        return _is_plain(value, depth - 1)
    if name == "anyOf":
        return isinstance(value, list) and all(_is_plain(inner, depth - 1) for inner in value)
    if name in ("required", "enum"):
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if name == "additionalProperties":
        return isinstance(value, bool)
    return name in ("title", "description", "$id") and isinstance(value, str)
