"""What the typed arguments of ``messages.create`` and ``messages.stream`` take.

``signature_<generation>.json`` says it in short, as read from the annotations of the SDK (a test
compares them with the installed SDK). A shape is the name of a simple type, ``#Name`` of an object
in ``types`` (``?`` behind a key that may be missing), ``{"is": […]}``, ``{"each": shape}``,
``{"values": shape}`` or a list of shapes of which one has to fit.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from workbench.export.media import MediaFile

_SIMPLE: dict[str, type | tuple[type, ...]] = {
    "str": (str, MediaFile),
    "int": int,
    "float": (int, float),
    "bool": bool,
    "null": type(None),
    "any": object,
}


@dataclass(frozen=True)
class Signature:
    """The typed arguments of one generation of the SDK."""

    arguments: Mapping[str, Any]
    types: Mapping[str, Any]

    def takes(self, name: str, value: Any) -> bool:
        """Whether the argument ``name`` is there, and ``value`` has its type."""
        return name in self.arguments and self._fits(value, self.arguments[name])

    def takes_roughly(self, name: str, value: Any) -> bool:
        """Whether the argument is there, and ``value`` is a list or an object just as its type.

        The SDK sends such a value as it is, whatever is in it.
        """
        shapes = self.arguments.get(name, [])
        shapes = shapes if isinstance(shapes, list) else [shapes]
        if isinstance(value, list):
            return any(isinstance(shape, dict) and "each" in shape for shape in shapes)
        return isinstance(value, dict) and any(
            isinstance(shape, str) and shape.startswith("#") for shape in shapes
        )

    def _fits(self, value: Any, shape: Any) -> bool:
        if isinstance(shape, list):
            return any(self._fits(value, one) for one in shape)
        if isinstance(shape, str):
            if shape.startswith("#"):
                return self._is_object(value, self.types[shape[1:]])
            return isinstance(value, _SIMPLE[shape])
        if "is" in shape:
            return any(value == one and type(value) is type(one) for one in shape["is"])
        if "each" in shape:
            return isinstance(value, list) and all(
                self._fits(item, shape["each"]) for item in value
            )
        return isinstance(value, dict) and all(
            self._fits(item, shape["values"]) for item in value.values()
        )

    def _is_object(self, value: Any, fields: Mapping[str, Any]) -> bool:
        if not isinstance(value, dict):
            return False
        shapes = {key.rstrip("?"): shape for key, shape in fields.items()}
        required = [key for key in fields if not key.endswith("?")]
        return all(key in value for key in required) and all(
            key in shapes and self._fits(item, shapes[key]) for key, item in value.items()
        )


@cache
def signature(generation: str) -> Signature:
    """The signature of the SDK with the major version ``generation``."""
    path = Path(__file__).with_name(f"signature_{generation}.json")
    read = json.loads(path.read_text(encoding="utf-8"))
    return Signature(read["arguments"], read["types"])
