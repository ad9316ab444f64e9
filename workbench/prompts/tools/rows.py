"""The parameters of a client tool as rows: an input schema without nested parts.

What the rows cannot say without loss is left to the JSON view. Rows that come back as they were
shown change nothing in the schema.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from workbench.catalogue import Problem
from workbench.prompts.blocks import new_key
from workbench.prompts.fields import number_from

SCALARS = ("string", "number", "integer", "boolean")
ANY, ARRAY, OBJECT = "", "array", "object"
OF = "array-of-"
TYPES = (
    *((name, name) for name in SCALARS),
    *((f"{OF}{name}", f"array of {name}") for name in (*SCALARS, OBJECT)),
    (ARRAY, "array of anything"),
    (OBJECT, "object"),
    (ANY, "anything"),
)
TOP = ("type", "properties", "required", "additionalProperties")
REMARKS = ("$schema", "$id", "$comment", "title", "description")
"""Keywords of the schema that change nothing for the rows; they are kept."""
MOST_ROWS = 100
CLOSED = "No other parameters"
"""What the page calls ``additionalProperties: false``."""
INNER = {"type", "items", "description", "enum"}


@dataclass
class Row:
    """One parameter as typed; ``enum`` has one value per line.

    A row of the stored schema has the number of its property as ``key``.
    """

    key: str
    name: str = ""
    type: str = "string"
    is_required: bool = False
    description: str = ""
    enum: str = ""

    @classmethod
    def read(cls, key: str, fields: Mapping[str, str]) -> Row:
        """The row of posted fields, by their names within it."""
        return cls(
            key,
            fields.get("name", ""),
            fields.get("type", "string"),
            "required" in fields,
            fields.get("description", ""),
            fields.get("enum", ""),
        )

    @property
    def types(self) -> list[tuple[str, str]]:
        """The choices of the type, an unknown one among them."""
        known = [value for value, _ in TYPES]
        return [*TYPES, *([] if self.type in known else [(self.type, self.type)])]

    def to_dict(self) -> dict[str, Any]:
        """The row as a draft notes it."""
        return asdict(self)


def rows_of(schema: Any) -> list[Row]:
    """The rows of a schema for which ``why_not`` has no objection."""
    required = schema.get("required", [])
    return [
        Row(
            str(number),
            name,
            _type_of(part),
            name in required,
            part.get("description", ""),
            "\n".join(_written(value) for value in part.get("enum", [])),
        )
        for number, (name, part) in enumerate(schema.get("properties", {}).items(), 1)
    ]


def blank_row() -> Row:
    """A row that waits to be filled in."""
    return Row(new_key())


def why_not(schema: Any) -> str:
    """Why rows cannot show the schema without loss, in one sentence; "" when they can."""
    if not isinstance(schema, dict):
        return "There is no JSON Schema object yet."
    if schema.get("type") != "object":
        return "The form needs a schema of the type “object”."
    odd = next((key for key in schema if key not in (*TOP, *REMARKS)), None)
    if odd is not None:
        return f"The form cannot show “{odd[:60]}” of the schema."
    if not isinstance(schema.get("additionalProperties", False), bool):
        return "The form cannot show a schema for further parameters."
    properties = schema.get("properties", {})
    if not isinstance(properties, dict):
        return "The form needs “properties” that are an object."
    if len(properties) > MOST_ROWS:
        return f"The form shows at most {MOST_ROWS} parameters."
    if not _are_names(schema.get("required", []), properties):
        return "The form needs “required” to list each of its parameters once."
    reasons = (_why_not_part(name, part) for name, part in properties.items())
    return next((reason for reason in reasons if reason), "")


def is_closed(schema: Any) -> bool:
    """Whether no parameters are taken besides those of the schema."""
    return isinstance(schema, dict) and schema.get("additionalProperties") is False


def remarks_of(schema: Any) -> list[str]:
    """The keywords that rows keep without showing them."""
    return [key for key in REMARKS if isinstance(schema, dict) and key in schema]


def schema_from(base: Any, rows: list[Row], closed: bool) -> dict[str, Any]:
    """The schema that the rows make of ``base``, the one they were shown for.

    Rows that cannot be used are left out: see ``row_problems``.
    """
    schema: dict[str, Any] = dict(base) if isinstance(base, dict) else {"type": "object"}
    shown = {} if why_not(base) else {row.key: row for row in rows_of(base)}
    if rows != list(shown.values()):
        schema = _with_rows(schema, rows, shown)
    if closed != is_closed(base):
        if closed:
            schema["additionalProperties"] = False
        else:
            del schema["additionalProperties"]
    return schema


def row_problems(rows: Iterable[Row]) -> list[Problem]:
    """What is wrong with rows; a row in which nothing is written waits."""
    found, seen = [], set[str]()
    for row in rows:
        name = row.name.strip()
        if not name and (row.description or row.enum):
            found.append(Problem("properties", "Give every parameter a name."))
        elif name in seen:
            sentence = f"Two parameters are called “{name[:60]}”; rename one of them."
            found.append(Problem(f"properties.{name}", sentence))
        elif _enum(row) is None:
            found.append(Problem(f"properties.{name}.enum", _enum_sentence(row)))
        seen |= {name} if name else set()
    return list(dict.fromkeys(found))


def with_field(path: str, sentence: str) -> str:
    """A sentence of the API's rules about the part at ``path`` of a schema, with its field.

    Rows leave only one rule to break; what ``row_problems`` says names its row.
    """
    *names, keyword = path.split(".")
    if keyword != "additionalProperties" or len(names) == 1:
        return sentence
    return f"Parameter “{names[1][:60]}”: {sentence}" if names else f"{CLOSED}: {sentence}"


def _with_rows(schema: dict[str, Any], rows: list[Row], shown: dict[str, Row]) -> dict[str, Any]:
    before = list(schema.get("properties", {}).values())
    names: dict[str, Row] = {}
    for row in rows:
        name = (
            row.name if row.key in shown and row.name == shown[row.key].name else row.name.strip()
        )
        if name:
            names.setdefault(name, row)
    schema["properties"] = {
        name: _part(before[int(row.key) - 1], row, shown[row.key])
        if row.key in shown
        else _part({}, row, Row("", type=ANY))
        for name, row in names.items()
    }
    required = _required(schema.get("required", []), names, shown)
    if required or schema.get("required") == []:
        schema["required"] = required
    else:
        schema.pop("required", None)
    return schema


def _required(before: list[str], names: dict[str, Row], shown: dict[str, Row]) -> list[str]:
    """The required names: those that were, in their order and by their new names, then others."""
    now = [name for name, row in names.items() if row.is_required]
    renamed = {shown[row.key].name: name for name, row in names.items() if row.key in shown}
    kept = [renamed[name] for name in before if renamed.get(name) in now]
    return kept + [name for name in now if name not in kept]


def _part(before: dict[str, Any], row: Row, shown: Row) -> dict[str, Any]:
    """The schema of one parameter; what the row does not change stays where it was."""
    part = dict(before)
    if row.type != shown.type:
        kind = ARRAY if row.type.startswith(OF) else row.type
        _set(part, "type", kind)
        _set(part, "items", {"type": row.type.removeprefix(OF)} if row.type.startswith(OF) else {})
    if row.description != shown.description:
        _set(part, "description", row.description)
    if (row.enum, row.type) != (shown.enum, shown.type):
        _set(part, "enum", _enum(row) or [])
    return part


def _set(part: dict[str, Any], key: str, value: Any) -> None:
    """Put a value where its key stands or at the end; an empty one takes the key away."""
    if value:
        part[key] = value
    else:
        part.pop(key, None)


def _enum(row: Row) -> list[Any] | None:
    """The values of a row; None when the text does not fit its type."""
    lines = [line.strip() for line in row.enum.split("\n") if line.strip()]
    if not lines or row.type in ("string", ANY):
        return lines
    if row.type not in ("number", "integer"):
        return None
    numbers = [number_from(line) for line in lines]
    fits = all(isinstance(n, int if row.type == "integer" else int | float) for n in numbers)
    return list(numbers) if fits else None


def _enum_sentence(row: Row) -> str:
    name = row.name.strip()[:60]
    if row.type in ("number", "integer"):
        wanted = "whole numbers" if row.type == "integer" else "numbers"
        return f"The allowed values of “{name}” must be {wanted}, one per line."
    return f"Only texts and numbers can have allowed values; empty those of “{name}”."


def _type_of(part: dict[str, Any]) -> str:
    if part.get("type") == ARRAY and "items" in part:
        return f"{OF}{part['items']['type']}"
    return str(part.get("type", ANY))


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _are_names(required: Any, properties: dict[str, Any]) -> bool:
    return (
        isinstance(required, list)
        and all(isinstance(name, str) and name in properties for name in required)
        and len(set(required)) == len(required)
    )


def _why_not_part(name: str, part: Any) -> str:
    if not name.strip() or "\n" in name:
        return "The form needs a name of one line for every parameter."
    if not isinstance(part, dict):
        return f"The form cannot show “{name[:60]}”, which is no object."
    odd = next((key for key in part if key not in INNER), None)
    if odd is not None:
        return f"The form cannot show “{odd[:60]}” of “{name[:60]}”."
    if not _is_plain_type(part):
        return f"The form cannot show the type of “{name[:60]}”."
    if "description" in part and not _is_filled(part["description"]):
        return f"The form cannot show the description of “{name[:60]}”."
    if "enum" in part and not _is_plain_enum(part):
        return f"The form cannot show the allowed values of “{name[:60]}”."
    return ""


def _is_plain_type(part: dict[str, Any]) -> bool:
    kind = part.get("type", ANY)
    if "items" not in part:
        return kind in (*SCALARS, ARRAY, OBJECT) or "type" not in part
    inner = part["items"]
    is_plain = isinstance(inner, dict) and list(inner) == ["type"]
    return kind == ARRAY and is_plain and inner["type"] in (*SCALARS, OBJECT)


def _is_plain_enum(part: dict[str, Any]) -> bool:
    values, row = part["enum"], Row("", type=_type_of(part))
    if not isinstance(values, list) or not values:
        return False
    row.enum = "\n".join(_written(value) for value in values)
    return json.dumps(_enum(row)) == json.dumps(values)


def _is_filled(value: Any) -> bool:
    return isinstance(value, str) and value != ""
