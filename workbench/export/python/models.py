"""Pydantic models for the schema of a structured answer."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.export.python.layout import COLUMNS, width
from workbench.export.python.literals import literal, text_of
from workbench.export.python.names import Names, identifier

_SIMPLE = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "null": "None",
}
_OF_PYDANTIC = frozenset(
    {
        *("copy", "dict", "json", "schema", "schema_json", "validate", "construct"),
        *("parse_obj", "parse_raw", "parse_file", "from_orm", "update_forward_refs"),
        *("str", "int", "float", "bool", "list", "Literal", "Field"),
    }
)
"""Names that a field would hide, beside those that begin with ``model_``."""
_DEFINITION = re.compile(r"#/(?:\$defs|definitions)/([^/~]+)")


class InexpressibleError(ValueError):
    """Why a schema does not become a model, as the end of a sentence."""


@dataclass
class Models:
    """The classes for one schema, each behind those that it uses."""

    root: str = ""
    """The name of the class of the answer; empty for none."""
    classes: list[str] = field(default_factory=list)
    members: set[tuple[str, str]] = field(default_factory=set)
    """(module, name) of imports."""


def models_of(schema: Any, names: Names) -> Models:
    """The models that read what ``schema`` allows. Raises ``InexpressibleError``."""
    if not isinstance(schema, dict) or not isinstance(schema.get("properties"), dict):
        raise InexpressibleError("it does not describe an object with properties")
    writer = _Writer(schema, names)
    title = schema.get("title")
    name = _class_name(title) if isinstance(title, str) and title.isascii() else "Answer"
    root = writer.model(schema, name)
    return Models(root, writer.classes, {*writer.members, ("pydantic", "BaseModel")})


class _Writer:
    def __init__(self, root: Mapping[str, Any], names: Names) -> None:
        self.classes: list[str] = []
        self.members: set[tuple[str, str]] = set()
        self._root = root
        self._names = names
        self._defined: dict[str, str] = {}

    def model(self, schema: Mapping[str, Any], word: str) -> str:
        """The name of a class for an object with properties."""
        name = self._names.fresh(word)
        required = schema.get("required")
        required = required if isinstance(required, list) else []
        taken: set[str] = set()
        lines = [
            self._field(key, inner, key in required, taken)
            for key, inner in schema["properties"].items()
        ]
        self.classes.append("\n".join([f"class {name}(BaseModel):", *(lines or ["    pass"])]))
        return name

    def _field(self, key: str, schema: Any, is_required: bool, taken: set[str]) -> str:
        word = _class_name(key)
        kind = self._type(schema, f"{word}Part" if word == key else word)
        if not is_required and "None" not in kind.split(" | "):
            kind = f"{kind} | None"
        name = key if _is_field(key) else f"field_{identifier(key)}"
        if name in taken:
            raise InexpressibleError(f"“{key}” is too much like another property")
        taken.add(name)
        default = "" if is_required else " = None"
        if name != key:
            self.members.add(("pydantic", "Field"))
            given = "" if is_required else "default=None, "
            default = f" = Field({given}alias={literal(text_of([key]))})"
        line = f"    {name}: {kind}{default}"
        if width(line) > COLUMNS:
            raise InexpressibleError(f"the type of “{key}” does not fit in a line")
        return line

    def _type(self, schema: Any, word: str) -> str:
        if not isinstance(schema, dict):
            raise InexpressibleError("a part of it is not an object")
        if "$ref" in schema:
            return self._definition(schema["$ref"])
        if "const" in schema or "enum" in schema:
            return self._choice(schema.get("enum", [schema.get("const")]))
        if isinstance(options := schema.get("anyOf"), list) and options:
            return " | ".join(dict.fromkeys(self._type(option, word) for option in options))
        kind = schema.get("type")
        if isinstance(kind, str) and kind in _SIMPLE:
            return _SIMPLE[kind]
        if kind == "array" and "items" in schema:
            return f"list[{self._type(schema['items'], word)}]"
        if kind == "object" and isinstance(schema.get("properties"), dict):
            return self.model(schema, word)
        raise InexpressibleError("it has a part without a type that a model can have")

    def _definition(self, reference: Any) -> str:
        match = _DEFINITION.fullmatch(reference) if isinstance(reference, str) else None
        place = self._root.get(reference.split("/")[1]) if match else None
        schema = place.get(match[1]) if match and isinstance(place, dict) else None
        if not match or not isinstance(schema, dict):
            raise InexpressibleError("it refers to what is not in it")
        name = match[1]
        if name not in self._defined:
            self._defined[name] = ""
            self._defined[name] = self._type(schema, _class_name(name))
        if not self._defined[name]:
            raise InexpressibleError("it refers to itself")
        return self._defined[name]

    def _choice(self, values: Any) -> str:
        kinds = {type(value) for value in values} if isinstance(values, list) else set()
        if kinds not in ({str}, {int}):
            raise InexpressibleError("a choice in it is not of texts or of numbers alone")
        self.members.add(("typing", "Literal"))
        listed = [literal(text_of([v])) if isinstance(v, str) else repr(v) for v in values]
        return f"Literal[{', '.join(dict.fromkeys(listed))}]"


def _is_field(name: str) -> bool:
    is_name = name.isascii() and name.isidentifier() and not keyword.iskeyword(name)
    is_free = name not in _OF_PYDANTIC and not name.startswith(("_", "model_"))
    return is_name and is_free


def _class_name(word: str) -> str:
    name = identifier(word)
    return "".join(part[:1].upper() + part[1:] for part in name.split("_")) or "Part"
