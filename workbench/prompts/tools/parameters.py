"""The parameters of a client tool: its input schema, as rows or as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from workbench.catalogue import Problem
from workbench.prompts.blocks import new_key
from workbench.prompts.fields import from_json, to_json

from .rows import (
    Row,
    blank_row,
    is_closed,
    remarks_of,
    row_problems,
    rows_of,
    schema_from,
    why_not,
)


class Parameters:
    """An input schema as the page shows it; the text of the JSON view is a bound field."""

    def __init__(self, schema: Any) -> None:
        self.schema = schema
        self.prefers_json = False
        self.typed_rows: list[Row] | None = None
        """The rows as typed, when they are not those that the schema gives."""
        self.posted_text = ""
        """The text of the JSON view as it stands on the page; "" when it was not posted."""
        self.posted_why = ""
        """What the page says about why the parameters are not shown the other way."""
        self._base: Any = None
        self._posted: list[Row] | None = None
        self._closed = False

    def recall(self, note: Mapping[str, Any]) -> None:
        """Take up what the draft noted."""
        rows = note.get("rows")
        self.typed_rows = None if rows is None else [Row(**row) for row in rows]
        self.prefers_json = bool(note.get("prefers_json"))

    @property
    def note(self) -> dict[str, Any]:
        """What the draft remembers besides the schema."""
        found: dict[str, Any] = {}
        if self.typed_rows is not None:
            found["rows"] = [row.to_dict() for row in self.typed_rows]
        if self.prefers_json and not self.why_json:
            found["prefers_json"] = True
        return found

    def read(self, fields: Mapping[str, str]) -> None:
        """Take the posted rows, which say also what they were shown for."""
        self.prefers_json = "schema" in fields
        self.posted_text, self.posted_why = fields.get("schema", ""), fields.get("why", "")
        base = from_json(fields.get("schema-base", "null"))
        if why_not(base):
            return
        posted: dict[str, dict[str, str]] = {}
        for name, text in within(fields, "param-").items():
            key, _, rest = name.partition("-")
            posted.setdefault(key, {})[rest] = text
        self._base, self._closed = base, "closed" in fields
        self._posted = [Row.read(key, group) for key, group in posted.items()]
        self._take(self._posted)

    @property
    def has_rows(self) -> bool:
        """Whether rows were posted."""
        return self._posted is not None

    def _take(self, rows: list[Row]) -> None:
        """Make the schema of the rows; what it does not show as typed stays beside it."""
        self._posted = rows
        self.schema = schema_from(self._base, rows, self._closed)
        shown = rows_of(self.schema)
        is_shown = [replace(row, key="") for row in rows] == [replace(r, key="") for r in shown]
        self.typed_rows = None if is_shown else _keyed(rows, shown)
        # JSON was asked for and the page says why it has to wait: that stands until it need not.
        self.prefers_json = bool(self.posted_why and self.problems)

    def add_row(self) -> Row | None:
        """Append an empty row and return it; None when no rows were posted."""
        if self._posted is None:
            return None
        row = blank_row()
        self._take([*self._posted, row])
        return row

    def remove_row(self, key: str) -> None:
        """Take out the row that was posted under ``key``."""
        if self._posted is not None:
            self._take([row for row in self._posted if row.key != key])

    @property
    def why_json(self) -> str:
        """Why rows cannot show the schema; "" when they can."""
        return why_not(self.schema)

    @property
    def rows(self) -> list[Row]:
        """The rows to show: as typed, else those of the schema."""
        return rows_of(self.schema) if self.typed_rows is None else self.typed_rows

    @property
    def problems(self) -> list[Problem]:
        """What is wrong with the rows, by its path within the schema."""
        return row_problems(self.typed_rows or [])

    @property
    def base(self) -> str:
        """The JSON of the schema that the rows are shown for."""
        return to_json(self.schema)

    @property
    def is_closed(self) -> bool:
        """Whether no other parameters are taken."""
        return is_closed(self.schema)

    @property
    def remarks(self) -> str:
        """The keywords that the rows keep without showing them."""
        return ", ".join(remarks_of(self.schema))


def within(fields: Mapping[str, str], prefix: str) -> dict[str, str]:
    """The fields whose names begin with ``prefix``, by the rest of their names."""
    return {n.removeprefix(prefix): text for n, text in fields.items() if n.startswith(prefix)}


def _keyed(rows: list[Row], shown: list[Row]) -> list[Row]:
    """The rows with the keys that a schema gives its parameters, where it has them."""
    keys, taken = {row.name: row.key for row in shown}, {row.key for row in shown}
    return [
        replace(row, key=keys.pop(row.name, "") or (new_key() if row.key in taken else row.key))
        for row in rows
    ]
