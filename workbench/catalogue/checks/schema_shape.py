"""Whether a JSON Schema is one: what its own rules, draft 2020-12, refuse.

Source: define-tools (read 2026-08-22): an input schema that does not match draft 2020-12 is a 400.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator, ValidationError

from workbench.catalogue.checks.subject import Problem, Problems, shown

MOST = 5
"""Problems of one schema: the first few say enough."""
_RULES = Draft202012Validator(Draft202012Validator.META_SCHEMA)
_TYPES = "string, number, integer, boolean, object, array or null"


def shape_problems(schema: Mapping[str, Any], path: str) -> Problems:
    """Yield where the schema breaks the rules of JSON Schema; each place once."""
    try:
        found = list(_distinct(schema))
    except RecursionError:
        return  # no source tells how deep a schema may be
    for error in found:
        where = ".".join(str(part) for part in (path, *error.absolute_path))
        yield Problem(where, _sentence(error))


def _distinct(schema: Mapping[str, Any]) -> Iterator[ValidationError]:
    seen = set()
    for error in _RULES.iter_errors(schema):
        place = tuple(error.absolute_path)
        if place not in seen:
            seen.add(place)
            yield error
        if len(seen) == MOST:
            return


def _sentence(error: ValidationError) -> str:
    keyword = next((part for part in reversed(error.absolute_path) if isinstance(part, str)), "")
    value = error.instance
    if keyword == "type" and isinstance(value, str):
        return f'"{shown(value)}" is no type of JSON Schema; use {_TYPES}.'
    if error.validator == "type":
        wanted: Any = error.validator_value
        kinds = wanted if isinstance(wanted, str) else " or ".join(wanted)
        named = f'"{shown(keyword)}"' if keyword else "A schema"
        return f"{named} must be of the type {kinds} in a JSON Schema."
    return f'"{shown(keyword)}" is not as JSON Schema has it: {error.message[:160]}.'
