"""The cases of structured outputs: what the subset of JSON Schema takes."""

from __future__ import annotations

from typing import Any

from .matrix import Case, fine, wrong

_AT = "output_config.format.schema"


def _closed(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _format(schema: Any) -> dict[str, Any]:
    return {"output_config": {"format": {"type": "json_schema", "schema": schema}}}


_TEXT = {"type": "string"}
_FINE: dict[str, Any] = {
    "types": _closed(
        a=_TEXT,
        b={"type": "integer"},
        c={"type": "number"},
        d={"type": "boolean"},
        e={"type": "null"},
        f={"type": ["string", "null"]},
    ),
    "enum and const": _closed(a={"enum": ["x", 1, None]}, b={"const": 3}),
    "anyOf": _closed(a={"anyOf": [_TEXT, {"type": "null"}]}),
    "allOf": _closed(a={"allOf": [_TEXT]}),
    "a reference": {"$defs": {"n": _TEXT}} | _closed(a={"$ref": "#/$defs/n"}),
    "definitions": {"definitions": {"n": _TEXT}} | _closed(a={"$ref": "#/definitions/n"}),
    "required and default": _closed(a=_TEXT | {"default": "x"}) | {"required": ["a"]},
    "formats": _closed(a=_TEXT | {"format": "date-time"}, b=_TEXT | {"format": "uuid"}),
    "minItems 0": _closed(a={"type": "array", "items": _TEXT, "minItems": 0}),
    "minItems 1": _closed(a={"type": "array", "items": _TEXT, "minItems": 1}),
    "a pattern": _closed(a=_TEXT | {"pattern": r"^[a-z]{2}-\d+(?:\.\d+)?$"}),
    "an escaped backslash": _closed(a=_TEXT | {"pattern": r"^\\b$"}),
    "no object": {"type": "array", "items": _TEXT},
}
_REFUSED: dict[str, tuple[str, Any]] = {
    **{
        keyword: (f".properties.a.{keyword}", _closed(a={"type": "integer", keyword: 1}))
        for keyword in ("minimum", "maximum", "multipleOf", "minLength", "maxLength", "maxItems")
    },
    "minItems 2": (".properties.a.minItems", _closed(a={"type": "array", "minItems": 2})),
    "an open object": (".additionalProperties", {"type": "object", "properties": {}}),
    "additionalProperties": (
        ".additionalProperties",
        _closed() | {"additionalProperties": True},
    ),
    "an open object inside": (
        ".properties.a.additionalProperties",
        _closed(a={"type": "object"}),
    ),
    "an open object in anyOf": (
        ".properties.a.anyOf.1.additionalProperties",
        _closed(a={"anyOf": [_TEXT, {"type": "object"}]}),
    ),
    "an object in enum": (".properties.a.enum", _closed(a={"enum": [{"x": 1}]})),
    "an external reference": (".properties.a.$ref", _closed(a={"$ref": "https://a.org/s"})),
    "a missing reference": (".properties.a.$ref", _closed(a={"$ref": "#/$defs/n"})),
    "a reference in allOf": (
        ".properties.a.allOf.0",
        {"$defs": {"n": _TEXT}} | _closed(a={"allOf": [{"$ref": "#/$defs/n"}]}),
    ),
    "a type that does not exist": (".properties.a.type", _closed(a={"type": "text"})),
    "recursion": ("", _closed(a={"$ref": "#"})),
    "recursion in two steps": (
        "",
        {"$defs": {"n": _closed(m={"$ref": "#/$defs/m"}), "m": _closed(n={"$ref": "#/$defs/n"})}}
        | _closed(a={"$ref": "#/$defs/n"}),
    ),
    **{
        f"the pattern {pattern}": (".properties.a.pattern", _closed(a=_TEXT | {"pattern": pattern}))
        for pattern in ("(?=a)", "(?!a)", "(?<=a)b", r"(a)\1", r"\bword")
    },
}
SCHEMAS: list[Case] = [
    *(fine(name, **_format(schema)) for name, schema in _FINE.items()),
    *(
        wrong(f"{_AT}{place}", name, **_format(schema))
        for name, (place, schema) in _REFUSED.items()
    ),
    wrong(_AT, "no schema", **_format(None)),
    wrong("output_config.format", "another type", output_config={"format": {"type": "text"}}),
]
