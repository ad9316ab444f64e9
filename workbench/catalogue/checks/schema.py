"""The part of JSON Schema that structured outputs and strict tools take.

Source: structured-outputs (read 2026-08-22). Everything here walks with an own stack, because a
schema from outside may be nested deeper than Python's call stack.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any
from urllib.parse import unquote

from workbench.catalogue.checks.schema_shape import shape_problems
from workbench.catalogue.checks.subject import Problem, Problems, Subject, items, mapping, shown

_REFUSED = (
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    *("minLength", "maxLength"),
    *("maxItems", "uniqueItems", "contains", "minContains", "maxContains"),
)
_NAMED_SCHEMAS = ("properties", "$defs", "definitions")
_LISTED_SCHEMAS = ("anyOf", "allOf")
# Look-around, back-references by number or name, and word boundaries.
_REFUSED_PATTERN = re.compile(r"(?<!\\)(?:\\\\)*(?:\(\?<?[=!]|\(\?P=|\\[1-9bk])")


def output_format(subject: Subject) -> Problems:
    """The schema of a structured output must keep to the supported part."""
    value = mapping(subject.body.get("output_config")).get("format")
    path = "output_config.format"
    if value is None:
        return
    if subject.rules.structured_outputs is False:
        name = subject.model.display_name
        yield Problem(path, f"{name} has no structured outputs; remove the format.")
    if not isinstance(value, Mapping) or value.get("type") != "json_schema":
        yield Problem(path, 'The output format must be an object of the type "json_schema".')
    elif not isinstance(value.get("schema"), Mapping):
        yield Problem(f"{path}.schema", "The output format needs a JSON Schema object.")
    else:
        yield from shape_problems(value["schema"], f"{path}.schema")
        yield from schema_problems(value["schema"], f"{path}.schema")


def schema_problems(schema: Mapping[str, Any], path: str) -> Problems:
    """Yield what the API's subset of JSON Schema refuses in this schema."""
    parts = list(_walk(schema, path))
    referring = _referring(parts)
    for where, part in parts:
        yield from _keywords(part, where)
        yield from _object(part, where)
        yield from _combination(part, where, referring)
        yield from _reference(schema, part, where)
    if _is_recursive(schema):
        yield Problem(path, "The schema refers to itself; write it without recursion.")


def _walk(schema: Mapping[str, Any], path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    waiting: list[tuple[str, Mapping[str, Any]]] = [(path, schema)]
    while waiting:
        where, part = waiting.pop()
        yield where, part
        waiting.extend(reversed(list(_children(part, where))))


def _children(part: Mapping[str, Any], path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for keyword in _NAMED_SCHEMAS:
        for name, child in mapping(part.get(keyword)).items():
            if isinstance(child, Mapping):
                yield f"{path}.{keyword}.{name}", child
    for keyword in _LISTED_SCHEMAS:
        for index, child in enumerate(items(part.get(keyword))):
            if isinstance(child, Mapping):
                yield f"{path}.{keyword}.{index}", child
    if isinstance(part.get("items"), Mapping):
        yield f"{path}.items", part["items"]


def _keywords(part: Mapping[str, Any], path: str) -> Problems:
    for keyword in _REFUSED:
        if keyword in part:
            yield Problem(
                f"{path}.{keyword}",
                f"Structured outputs do not take {keyword}; remove it and describe it in words.",
            )
    if "minItems" in part and part["minItems"] not in (0, 1):
        yield Problem(f"{path}.minItems", "Structured outputs take minItems 0 or 1 only.")
    if any(isinstance(value, Mapping | list | tuple) for value in items(part.get("enum"))):
        yield Problem(f"{path}.enum", "The values of an enum must be texts, numbers or null.")
    pattern = part.get("pattern")
    if isinstance(pattern, str) and _REFUSED_PATTERN.search(pattern):
        yield Problem(
            f"{path}.pattern",
            "Structured outputs take no look-around, back-references or \\b in a pattern.",
        )


def _object(part: Mapping[str, Any], path: str) -> Problems:
    kinds = part.get("type")
    is_object = kinds == "object" or "object" in items(kinds) or "properties" in part
    closed = part.get("additionalProperties") is False
    if (is_object or "additionalProperties" in part) and not closed:
        yield Problem(
            f"{path}.additionalProperties", "Every object needs additionalProperties: false."
        )


def _referring(parts: Sequence[tuple[str, Mapping[str, Any]]]) -> set[int]:
    """Return the ids of the parts that hold a $ref, at any depth; holders stand before the held."""
    found: set[int] = set()
    for _, part in reversed(parts):
        if "$ref" in part or any(id(child) in found for _, child in _children(part, "")):
            found.add(id(part))
    return found


def _combination(part: Mapping[str, Any], path: str, referring: set[int]) -> Problems:
    for index, child in enumerate(items(part.get("allOf"))):
        if id(child) in referring:
            yield Problem(f"{path}.allOf.{index}", "Structured outputs take no $ref inside allOf.")


def _reference(schema: Mapping[str, Any], part: Mapping[str, Any], path: str) -> Problems:
    if "$ref" not in part:
        return
    target = part["$ref"]
    if not isinstance(target, str) or not target.startswith("#"):
        yield Problem(f"{path}.$ref", "A $ref must point into the same schema, as in #/$defs/name.")
    elif _is_pointer(target) and _resolved(schema, target) is None:
        yield Problem(f"{path}.$ref", f'Nothing is at "{shown(target)}"; correct the $ref.')


def _resolved(schema: Mapping[str, Any], reference: str) -> Mapping[str, Any] | None:
    """Return what a local JSON pointer (RFC 6901) names, if it is a schema."""
    value: object = schema
    for step in reference[1:].split("/")[1:]:
        key = unquote(step).replace("~1", "/").replace("~0", "~")
        if isinstance(value, Mapping):
            value = value.get(key)
        elif isinstance(value, list | tuple) and key.isdecimal() and int(key[:9]) < len(value):
            value = value[int(key[:9])]
        else:
            return None
    return value if isinstance(value, Mapping) else None


def _is_recursive(schema: Mapping[str, Any]) -> bool:
    """Return whether a part leads back to itself, by what it holds and where its $ref points."""
    leads_to: dict[int, set[int]] = {}
    waiting: list[Mapping[str, Any]] = [schema]
    while waiting:
        part = waiting.pop()
        if id(part) in leads_to:
            continue
        following = [child for _, child in _children(part, "")]
        reference = part.get("$ref")
        if isinstance(reference, str) and _is_pointer(reference):
            target = _resolved(schema, reference)
            following += [target] if target is not None else []
        leads_to[id(part)] = {id(each) for each in following}
        waiting += following
    try:
        TopologicalSorter(leads_to).prepare()
    except CycleError:
        return True
    return False


def _is_pointer(reference: str) -> bool:
    """Return whether this is a local JSON pointer; whether anchors are taken is not known."""
    return reference == "#" or reference.startswith("#/")
