"""The subset of JSON Schema for structured outputs and strict tools.

Source: structured-outputs (2026-08-22).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, TypeGuard
from urllib.parse import unquote

import orjson
from jsonschema import Draft202012Validator, SchemaError

from workbench.simulator.rules.asked import Asked, list_in, object_in

_UNSUPPORTED = {
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    *("minLength", "maxLength", "maxItems", "uniqueItems"),
    *("contains", "minContains", "maxContains"),
}
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_GROUP = re.compile(r"\(\?(?:<?[=!]|P=)")


def output_format(asked: Asked) -> Iterator[str]:
    """A format is a JSON schema of the supported subset."""
    form = object_in(asked.body.get("output_config")).get("format")
    path = "output_config.format"
    if form is None:
        return
    if not isinstance(form, dict) or form.get("type") != "json_schema":
        yield f"{path}.type: Input should be 'json_schema'"
    elif not isinstance(form.get("schema"), dict):
        yield f"{path}.schema: Field required"
    else:
        yield from invalid(form["schema"], f"{path}.schema")
        yield from unsupported(form["schema"], f"{path}.schema")


def invalid(schema: dict[str, Any], path: str) -> Iterator[str]:
    """Yield why this is no JSON Schema of draft 2020-12 (define-tools, 2026-08-22)."""
    place = _invalid_place(orjson.dumps(schema))
    if place is not None:
        where = ".".join([path, *place])
        yield f"{where}: JSON schema is invalid. It must match JSON Schema draft 2020-12"


@lru_cache(maxsize=256)  # a prompt is sent again and again with the same tools
def _invalid_place(schema: bytes) -> list[str] | None:
    """Return where a schema breaks the rules of JSON Schema; None when it does not."""
    try:
        Draft202012Validator.check_schema(orjson.loads(schema))
    except SchemaError as error:
        return [str(part) for part in error.absolute_path]
    except RecursionError:
        return None  # no source tells how deep a schema may be
    return None


def unsupported(schema: dict[str, Any], path: str) -> Iterator[str]:
    """Yield what the subset does not support in a schema of at most 100 levels."""
    for where, part in _parts(schema, path):
        for keyword in sorted(_UNSUPPORTED & part.keys()):
            yield f"{where}.{keyword}: '{keyword}' is not supported"
        if "minItems" in part and part["minItems"] not in (0, 1):
            yield f"{where}.minItems: values other than 0 or 1 are not supported"
        if any(isinstance(value, dict | list) for value in list_in(part.get("enum"))):
            yield f"{where}.enum: only scalar values are supported"
        if isinstance(part.get("pattern"), str) and not _is_simple(part["pattern"]):
            yield f"{where}.pattern: look-around, back-references and \\b are not supported"
        yield from _open_object(part, where)
        yield from _bad_references(schema, part, where)
    if _leads_back(schema):
        yield f"{path}: recursive schemas are not supported"


def _parts(part: dict[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    yield path, part
    for keyword in ("properties", "$defs", "definitions"):
        for name, child in object_in(part.get(keyword)).items():
            if isinstance(child, dict):
                yield from _parts(child, f"{path}.{keyword}.{name}")
    for keyword in ("anyOf", "allOf"):
        for number, child in enumerate(list_in(part.get(keyword))):
            if isinstance(child, dict):
                yield from _parts(child, f"{path}.{keyword}.{number}")
    if isinstance(part.get("items"), dict):
        yield from _parts(part["items"], f"{path}.items")


def _is_simple(pattern: str) -> bool:
    escaped = _ESCAPE.findall(pattern)
    plain = _ESCAPE.sub("_", pattern)
    return not _GROUP.search(plain) and not any(c in "123456789bk" for c in escaped)


def _open_object(part: dict[str, Any], path: str) -> Iterator[str]:
    kinds = part.get("type")
    names_object = kinds == "object" or "object" in list_in(kinds)
    if not (names_object or "properties" in part or "additionalProperties" in part):
        return
    if part.get("additionalProperties") is not False:
        yield f"{path}.additionalProperties: must be set to false for every object"


def _bad_references(root: dict[str, Any], part: dict[str, Any], path: str) -> Iterator[str]:
    for number, child in enumerate(list_in(part.get("allOf"))):
        if isinstance(child, dict) and any("$ref" in inner for _, inner in _parts(child, "")):
            yield f"{path}.allOf.{number}: '$ref' inside 'allOf' is not supported"
    if "$ref" not in part:
        return
    target = part["$ref"]
    if not isinstance(target, str) or not target.startswith("#"):
        yield f"{path}.$ref: external references are not supported"
    elif _is_local(target) and _target(root, target) is None:
        yield f"{path}.$ref: the reference does not exist"


def _is_local(reference: Any) -> TypeGuard[str]:
    """Return whether this is a pointer into the schema; nothing is known of other anchors."""
    return isinstance(reference, str) and (reference == "#" or reference.startswith("#/"))


def _target(root: dict[str, Any], reference: str) -> dict[str, Any] | None:
    """Return the schema a local pointer (RFC 6901) leads to."""
    node: Any = root
    for step in reference.split("/")[1:]:
        key = _unescaped(step)
        if isinstance(node, dict) and key in node:
            node = node[key]
        elif isinstance(node, list) and key.isdecimal() and len(key) < 6 and int(key) < len(node):
            node = node[int(key)]
        else:
            return None
    return node if isinstance(node, dict) else None


def _unescaped(step: str) -> str:
    return unquote(step).replace("~1", "/").replace("~0", "~")


def _leads_back(root: dict[str, Any]) -> bool:
    """Return whether following the references ever comes back to where it was."""
    finished: set[str] = set()
    under_way: dict[str, list[str]] = {}  # reference -> where it leads and we have not been yet
    waiting = sorted(_references(root))
    while waiting or under_way:
        reference = next(reversed(under_way), None)
        ahead = under_way[reference] if reference is not None else waiting
        if reference is not None and not ahead:
            finished.add(reference)
            del under_way[reference]
            continue
        following = ahead.pop()
        if following in under_way:
            return True
        if following not in finished:
            under_way[following] = sorted(_references(_target(root, following) or {}))
    return False


def _references(part: dict[str, Any]) -> set[str]:
    found = (inner.get("$ref") for _, inner in _parts(part, ""))
    return {reference for reference in found if _is_local(reference)}
