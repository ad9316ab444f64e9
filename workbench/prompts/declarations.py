"""The rows of the Variables panel: what is declared, with its values; bad names kept as typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from workbench.catalogue import Problem

from .blocks import new_key
from .content import Variable
from .variables import NAME

MOST = 4_000
"""Rows of the panel. Each posts four fields, and a form has at most 100,000 of them."""


@dataclass
class Row:
    """One variable as typed; ``key`` names it in the form and on the page."""

    key: str
    name: str
    value: str = ""
    description: str = ""
    default: str = ""

    @classmethod
    def read(cls, key: str, fields: Mapping[str, str]) -> Row:
        texts = {name: fields.get(name, "") for name in ("value", "description", "default")}
        return cls(key, fields.get("name", "").strip(), **texts)

    @property
    def is_empty(self) -> bool:
        return not (self.name or self.value or self.description or self.default)

    @property
    def variable(self) -> Variable:
        return Variable(self.name, self.description, self.default)

    def to_dict(self) -> dict[str, str]:
        return asdict(self)


class Declarations:
    """All rows of the panel, in their order."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = [row for row in rows if not row.is_empty]

    @classmethod
    def of(cls, variables: Iterable[Variable], values: Mapping[str, str]) -> Declarations:
        """The rows of stored variables with their values."""
        return cls(
            Row(
                str(number),
                variable.name,
                values.get(variable.name, ""),
                variable.description,
                variable.default,
            )
            for number, variable in enumerate(variables, 1)
        )

    @property
    def valid(self) -> list[Row]:
        """The rows that declare something: a proper name, the first of its kind."""
        first: dict[str, Row] = {}
        for row in self.rows:
            if NAME.fullmatch(row.name):
                first.setdefault(row.name, row)
        return list(first.values())

    @property
    def are_all_valid(self) -> bool:
        return len(self.valid) == len(self.rows)

    @property
    def names(self) -> set[str]:
        return {row.name for row in self.valid}

    @property
    def variables(self) -> tuple[Variable, ...]:
        return tuple(row.variable for row in self.valid)

    @property
    def values(self) -> dict[str, str]:
        return {row.name: row.value for row in self.valid if row.value}

    @property
    def problems(self) -> list[Problem]:
        return [*self._bad_names(), *self._repeated_names()]

    def _bad_names(self) -> list[Problem]:
        return [
            Problem(
                "variables",
                f"“{row.name[:100]}” cannot name a variable: use up to 100 letters, digits, _ and "
                "-, beginning with a letter or _.",
            )
            for row in self.rows
            if not NAME.fullmatch(row.name)
        ]

    def _repeated_names(self) -> list[Problem]:
        seen: set[str] = set()
        repeated = dict.fromkeys(row.name for row in self.rows if _is_repeated(row.name, seen))
        return [
            Problem("variables", f"{{{{{name}}}}} is declared twice: rename or remove one of them.")
            for name in repeated
            if NAME.fullmatch(name)
        ]

    def declare(self, names: Iterable[str]) -> list[Row]:
        """Append a row for each name not yet declared, ``MOST`` in all; returns the new rows."""
        present = {row.name for row in self.rows}
        wanted = [name for name in dict.fromkeys(names) if name not in present]
        added = [Row(new_key(), name) for name in wanted[: max(0, MOST - len(self.rows))]]
        self.rows += [row for row in added if not row.is_empty]
        return added

    def remove(self, key: str) -> Row | None:
        """Take out the row with ``key``; returns it, or None when it is gone already."""
        found = next((row for row in self.rows if row.key == key), None)
        if found:
            self.rows.remove(found)
        return found


def _is_repeated(name: str, seen: set[str]) -> bool:
    if name in seen:
        return True
    seen.add(name)
    return False
