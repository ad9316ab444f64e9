"""Does a JSON value match a JSON Schema (draft 2020-12)? The schema and the value may be anything.

Nothing is ever fetched, and the work is limited: a schema can multiply it, and so can a pattern.
The letter case of `enum` and `const` is not guaranteed by the API, so it does not count here:
https://platform.claude.com/docs/en/build-with-claude/structured-outputs (read 2026-11).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import attrs
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import SchemaError, ValidationError
from jsonschema.validators import extend
from referencing import Registry
from referencing.exceptions import Unresolvable

from .patterns import is_affordable

MAX_STEPS = 200_000
"""What one check may cost: a keyword is one step. A few seconds of work at the very worst."""

_PART_STEPS = 4
"""Going into a part of the schema costs more than a keyword, above all behind a reference."""

MAX_SCHEMA_CHARACTERS = 200_000
MAX_VIOLATIONS = 20
_MAX_UNIQUE = 1_000
_FORMATS = FormatChecker(formats=("date", "email", "ipv4", "ipv6", "uuid"))

Keyword = Callable[..., Iterator[ValidationError]]


class NotChecked(Exception):
    """The value cannot be checked; the message is the reason as a sentence."""


@dataclass(frozen=True, slots=True)
class Violation:
    """Where the value breaks the schema, such as `items[2].name`, and how."""

    path: str
    sentence: str


@dataclass(slots=True)
class Check:
    """What a check found: at most 20 violations, and remarks on what was taken loosely."""

    violations: list[Violation] = field(default_factory=list)
    has_more: bool = False
    remarks: set[str] = field(default_factory=set)


def check(value: Any, schema: Any) -> Check:
    """Compare a JSON value with a schema; raises `NotChecked` when that is not possible."""
    if not isinstance(schema, dict | bool):
        raise NotChecked("The schema is no JSON Schema: it must be an object.")
    found = Check()
    try:
        if len(json.dumps(schema)) > MAX_SCHEMA_CHARACTERS:
            raise NotChecked("The schema is too large to be checked here.")
        Draft202012Validator.check_schema(schema)
        _refuse_costly_keys(schema)
        validator = _validator(found.remarks)(schema, registry=Registry(), format_checker=_FORMATS)
        errors = list(islice(validator.iter_errors(value), MAX_VIOLATIONS + 1))
    except NotChecked:
        raise
    except SchemaError as error:
        place = path_of(error.absolute_path) or "its top"
        message = f"The schema is no valid JSON Schema at {place}: {_cut(error.message)}."
        raise NotChecked(message) from None
    except Unresolvable as error:
        message = f"The schema refers to {_shown(error.ref)}, which it does not contain."
        raise NotChecked(message) from None
    except RecursionError:
        message = "The schema refers to itself without end, or the value is nested too deeply."
        raise NotChecked(message) from None
    except Exception as error:  # the library was not made for hostile schemas
        raise NotChecked(f"The schema cannot be applied: {_cut(str(error))}.") from error
    found.has_more = len(errors) > MAX_VIOLATIONS
    found.violations = [_violation(error) for error in errors[:MAX_VIOLATIONS]]
    return found


def path_of(steps: Any) -> str:
    """Return a path in the value as text: `items[2].name`; "" for the value itself."""
    text = ""
    for step in steps:
        text += f"[{step}]" if isinstance(step, int) else f".{_cut(step, 60)}"
    return text.removeprefix(".")


def _validator(remarks: set[str]) -> type[Any]:
    """Return a validator that counts its steps and takes letter case loosely."""
    left = MAX_STEPS

    def spend(steps: int) -> None:
        nonlocal left
        left -= steps
        if left < 0:
            raise NotChecked("Checking was stopped: the schema or the value is too large.")

    def counted(keyword: Keyword) -> Keyword:
        def count(*arguments: Any) -> Iterator[ValidationError]:
            spend(1)
            yield from keyword(*arguments) or ()

        return count

    def pattern(_: Any, wanted: str, value: Any, schema: Any) -> Iterator[ValidationError]:
        if isinstance(value, str) and not is_affordable(wanted, len(value)):
            remarks.add(f"The pattern {_shown(wanted)} was not checked: it may take too long.")
        else:
            yield from Draft202012Validator.VALIDATORS["pattern"](_, wanted, value, schema) or ()

    def unique(_: Any, wanted: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
        if isinstance(value, list) and len(value) > _MAX_UNIQUE:
            remarks.add("Whether the items of a long list are unique was not checked.")
        else:
            inner = Draft202012Validator.VALIDATORS["uniqueItems"]
            yield from inner(_, wanted, value, schema) or ()

    def enum(_: Any, wanted: list[Any], value: Any, schema: Any) -> Iterator[ValidationError]:
        spend(len(wanted) // 10)
        if not any(_same(one, value) for one in wanted):
            if not any(_same(_lower(one), _lower(value)) for one in wanted):
                yield ValidationError("is not in the list")
            else:
                remarks.add("Upper and lower case of fixed values differ; the API allows that.")

    def const(_: Any, wanted: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
        yield from enum(_, [wanted], value, schema)

    def evolve(self: Any, **changes: Any) -> Any:
        # The library's own would leave this class for that of a `$schema` inside the schema.
        spend(_PART_STEPS)
        return attrs.evolve(self, **changes)

    own = {"pattern": pattern, "uniqueItems": unique, "enum": enum, "const": const}
    keywords = {**Draft202012Validator.VALIDATORS, **own}
    own = {name: counted(keyword) for name, keyword in keywords.items()}
    made: type[Any] = extend(Draft202012Validator, own)  # type: ignore[no-untyped-call]
    made.evolve = evolve
    return made


def _refuse_costly_keys(schema: Any) -> None:
    """Refuse patterns of keys that may take long: the library matches them in several places."""
    waiting = [schema]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            waiting += part.values()
            patterns = part.get("patternProperties")
            for pattern in patterns if isinstance(patterns, dict) else ():
                if not is_affordable(pattern, 200):
                    reason = f"The pattern {_shown(pattern)} for names may take too long."
                    raise NotChecked(reason)


def _same(one: Any, other: Any) -> bool:
    """Tell whether two JSON values are equal; true is not 1, but 1.0 is."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)


def _lower(value: Any) -> Any:
    if isinstance(value, str):
        return value.casefold()
    if isinstance(value, list):
        return [_lower(item) for item in value]
    if isinstance(value, dict):
        return {key: _lower(item) for key, item in value.items()}
    return value


def _violation(error: ValidationError) -> Violation:
    path = path_of(error.absolute_path) or "the whole value"
    say = _SENTENCES.get(str(error.validator))
    rule = f"{error.validator}: {_shown(error.validator_value)}"
    return Violation(path, say(error) if say else f"It breaks the rule {_cut(rule)}.")


def _of_type(error: ValidationError) -> str:
    wanted = error.validator_value
    names = wanted if isinstance(wanted, list) else [wanted]
    kinds = " or ".join(_TYPES.get(str(name), str(name)) for name in names)
    return f"It must be {kinds}, but is {_shown(error.instance)}."


def _missing(error: ValidationError) -> str:
    names = error.validator_value if isinstance(error.validator_value, list) else []
    present = error.instance if isinstance(error.instance, Mapping) else {}
    # One error is raised per missing name; the library says which only in its message.
    absent = [name for name in names if name not in present]
    named = [name for name in absent if error.message.startswith(repr(name))] or absent[:1]
    return f"It lacks {_shown(named[0])}." if named else "It lacks a required field."


def _extra(error: ValidationError) -> str:
    known = error.schema.get("properties", {}) if isinstance(error.schema, Mapping) else {}
    present = error.instance if isinstance(error.instance, Mapping) else {}
    names = [_shown(name) for name in present if name not in known][:5]
    return f"It has {', '.join(names)}, which the schema does not name."


def _choice(error: ValidationError) -> str:
    wanted: Any = error.validator_value
    if error.validator == "const":
        return f"It must be {_shown(wanted)}, but is {_shown(error.instance)}."
    names = [_shown(one, 40) for one in wanted[:6]] + (["…"] if len(wanted) > 6 else [])
    return f"It is {_shown(error.instance)}, which is none of {', '.join(names)}."


def _shown(value: Any, most: int = 80) -> str:
    """Return a value as short JSON."""
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list):
        return "a list"
    return _cut(json.dumps(value, ensure_ascii=False, default=str), most)


def _cut(text: str, most: int = 200) -> str:
    text = text.rstrip(".")
    return text if len(text) <= most else f"{text[:most]}…"


_TYPES = {
    "object": "an object",
    "array": "a list",
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}
_SENTENCES: dict[str, Callable[[ValidationError], str]] = {
    "type": _of_type,
    "required": _missing,
    "additionalProperties": _extra,
    "enum": _choice,
    "const": _choice,
    "anyOf": lambda _: "It matches none of the forms that the schema allows.",
    "oneOf": lambda _: "It matches none, or more than one, of the forms that the schema allows.",
    "pattern": lambda error: f"It does not match the pattern {_shown(error.validator_value)}.",
    "format": lambda error: f"It is no valid {_shown(error.validator_value)}.",
    "minItems": lambda error: f"It has fewer than {_shown(error.validator_value)} items.",
    "maxItems": lambda error: f"It has more than {_shown(error.validator_value)} items.",
}
