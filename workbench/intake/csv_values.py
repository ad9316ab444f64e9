"""Tables of values: the header has the names of variables, each row is a set of values."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workbench import catalogue
from workbench.messages_api import MessageRequest

from .markers import NAME
from .mending import DEFAULT_MAX_TOKENS
from .reading import FoundPrompt, FoundVariable, Kind, Reading, Remark

MOST_SETS = 500
"""Sets of values that a prompt keeps; `prompts/value_sets` has the same."""
MOST_COLUMNS = 200
LARGEST_CELL = 1_000_000

_DELIMITERS = (",", ";", "\t", "|")
_FILE_NAME = re.compile(r"\.(?:csv|tsv)$", re.IGNORECASE)
_DESCRIPTION = "__description"
_ROWS_SNIFFED = 50
_MOST_REMARKS = 20

# One limit for the process: the reader has none of its own, and what it has is too small.
csv.field_size_limit(LARGEST_CELL)


@dataclass(frozen=True)
class Rows:
    """The values of a table."""

    names: tuple[str, ...]
    sets: tuple[tuple[str, Mapping[str, str]], ...]
    remarks: tuple[Remark, ...] = ()


def read_csv(text: str, name: str = "") -> Reading | None:
    """Return the values of a table as sets of a prompt that has no text yet; None for no table."""
    is_named = _FILE_NAME.search(name) is not None
    if not is_named and not _looks_like_a_table(text):
        return None
    rows = read_rows(text)
    if not rows.names or not rows.sets:
        sentence = "This table has no rows: write the names of variables first, then their values."
        remark = Remark(Kind.NOT_UNDERSTOOD, sentence)
        return (
            Reading("a CSV file of values", remarks=(*rows.remarks, remark)) if is_named else None
        )
    body = {"model": catalogue.DEFAULT_MODEL, "max_tokens": DEFAULT_MAX_TOKENS, "messages": []}
    sentence = "The table has values and no prompt: write one with its variables in double braces."
    prompt = FoundPrompt(
        MessageRequest(catalogue.DEFAULT_API_VERSION, (), body),
        variables=tuple(FoundVariable(each) for each in rows.names),
        value_sets=rows.sets,
        remarks=(Remark(Kind.NOT_UNDERSTOOD, sentence), *rows.remarks),
    )
    return Reading("a CSV file of values", (prompt,))


def read_rows(text: str) -> Rows:
    """Return the names and the sets of a table; never raises."""
    remarks: list[Remark] = []
    table = _table(text, _delimiter(text), remarks)
    header = next(table, None)
    if header is None:
        return Rows((), (), tuple(remarks))
    columns = _columns(header[1], remarks)
    sets: list[tuple[str, Mapping[str, str]]] = []
    for line, cells in table:
        if len(sets) >= MOST_SETS:
            sentence = f"At most {MOST_SETS} rows are kept: the rest of the table was left out."
            remarks.append(Remark(Kind.LEFT_OUT, sentence, line))
            break
        sets.append(_set(len(sets) + 1, line, cells, columns, remarks))
    names = tuple(name for name in columns if name and name != _DESCRIPTION)
    return Rows(names, tuple(sets), tuple(_few(remarks)))


def _looks_like_a_table(text: str) -> bool:
    """Whether each of the first rows has as many cells as a header of names."""
    delimiter = _delimiter(text)
    rows = _first_rows(text, delimiter)
    if len(rows) < 2 or len(rows[0]) < 2:
        return False
    if re.match(rf"[^\n]*{re.escape(delimiter)} ", text.lstrip().partition("\n")[0]):
        return False  # a sentence
    names = [re.sub(r"[ .]", "_", cell.strip()) for cell in rows[0]]
    are_names = all(len(name) <= 60 and NAME.fullmatch(name) for name in names)
    return are_names and all(len(row) == len(rows[0]) for row in rows)


def _delimiter(text: str) -> str:
    """The delimiter that cuts most rows into as many cells as the header; a comma if none does."""

    def fitness(delimiter: str) -> tuple[float, int]:
        rows = _first_rows(text, delimiter)
        width = len(rows[0]) if rows else 0
        if width < 2:
            return 0.0, 0
        return Counter(len(row) for row in rows)[width] / len(rows), width

    best = max(_DELIMITERS, key=fitness)
    return best if fitness(best)[1] else ","


def _first_rows(text: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    for _, row in _table(text[:200_000], delimiter, []):
        rows.append(row)
        if len(rows) >= _ROWS_SNIFFED:
            break
    return rows


def _table(text: str, delimiter: str, remarks: list[Remark]) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not empty, each with the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    line = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield line, row
            line = reader.line_num + 1
    except csv.Error:
        sentence = f"This row cannot be read: a cell has at most {LARGEST_CELL:,} characters."
        remarks.append(Remark(Kind.NOT_UNDERSTOOD, sentence, line))


def _columns(header: list[str], remarks: list[Remark]) -> list[str]:
    """The variable of each column; "" for one that is none."""
    columns: list[str] = []
    for number, cell in enumerate(header, 1):
        name = cell.strip().removeprefix("{{").removesuffix("}}").strip()
        fitting = name if NAME.fullmatch(name) else re.sub(r"[^A-Za-z0-9_-]+", "_", name).strip("_")
        if number > MOST_COLUMNS:
            sentence = f"At most {MOST_COLUMNS} columns are read."
            remarks.append(Remark(Kind.LEFT_OUT, sentence, 1))
            break
        if name == _DESCRIPTION:
            columns.append(name)
        elif name.startswith("__"):
            remarks.append(Remark(Kind.LEFT_OUT, f"The column {name[:60]} holds no values.", 1))
            columns.append("")
        elif not NAME.fullmatch(fitting):
            sentence = f"Column {number} has no name that a variable can have: it was left out."
            remarks.append(Remark(Kind.NOT_UNDERSTOOD, sentence, 1, cell[:200]))
            columns.append("")
        elif fitting in columns:
            sentence = f"Two columns are called {fitting[:60]}: only the first one was read."
            remarks.append(Remark(Kind.LEFT_OUT, sentence, 1))
            columns.append("")
        else:
            if fitting != name:
                sentence = f"The column “{name[:60]}” is called {fitting[:60]} here."
                remarks.append(Remark(Kind.CHANGED, sentence, 1))
            columns.append(fitting)
    return columns


def _set(
    number: int, line: int, cells: list[str], columns: list[str], remarks: list[Remark]
) -> tuple[str, Mapping[str, str]]:
    if len(cells) < len(columns):
        sentence = "This row has fewer cells than the header: the others are empty."
        remarks.append(Remark(Kind.CHANGED, sentence, line))
    elif len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
        sentence = "This row has more cells than the header."
        rest = " ".join(cells[len(columns) :])
        remarks.append(Remark(Kind.NOT_UNDERSTOOD, sentence, line, rest[:2_000]))
    padded = cells + [""] * (len(columns) - len(cells))
    values = {name: cell for name, cell in zip(columns, padded, strict=False) if name}
    said = values.pop(_DESCRIPTION, "").strip()
    return said[:200] or f"Row {number}", values


def _few(remarks: list[Remark]) -> list[Remark]:
    if len(remarks) <= _MOST_REMARKS:
        return remarks
    more = len(remarks) - _MOST_REMARKS
    rest = Remark(Kind.NOT_UNDERSTOOD, f"{more:,} more rows do not fit the header.")
    return [*remarks[:_MOST_REMARKS], rest]
