"""One tool of the request as a box of fields."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from workbench.catalogue import Problem
from workbench.prompts.bound import JSON, LONG, Bound, BoundForm, Shown, Unreadable
from workbench.prompts.fields import from_json, to_json
from workbench.prompts.json_lines import line_of, lines_of

from .entries import Entry, adjusted, entry_of
from .fields import (
    CACHE,
    CALLERS,
    DEFER,
    EAGER,
    EXAMPLES,
    MORE,
    STRICT,
    Plain,
    rest_of,
    rest_text,
    with_rest,
)
from .mock_form import Mock
from .mocks import MockedResult
from .parameters import Parameters, within
from .rows import Row, with_field

NAME = Bound("name", ("name",), label="Name")
DESCRIPTION = Bound(
    "description",
    ("description",),
    LONG,
    "Description",
    "What it does, when to use it, what it returns. The model knows nothing else about it.",
)
SCHEMA = Bound("schema", ("input_schema",), JSON, "JSON Schema")
CLIENT_MORE = (CACHE, EAGER, DEFER, CALLERS, EXAMPLES)
CLIENT = (NAME, DESCRIPTION, SCHEMA, STRICT, *CLIENT_MORE)
WHOLE = "whole"
NO_ROWS = {"type": "object", "properties": {}}
ROWS_FIRST = "JSON Schema would lose what is not usable yet; mend the parameters first."


@dataclass
class Tool:
    """One entry of ``tools``. ``key`` names it in the form and on the page."""

    key: str
    value: Any
    typed: dict[str, str] = field(default_factory=dict)
    """What was typed and cannot be used, by field; ``value`` keeps what it had there."""
    mock: Mock = field(default_factory=Mock)
    attempt: str = ""
    """An input to try the mock with, as typed."""
    tried: MockedResult | str | None = None
    """What the mock answers to it, or what is wrong with it; on no other page."""
    is_open: bool = False
    """Whether it was changed by the last verb: a page without a script shows its fields again."""
    former_name: str = ""
    """The name that the page was drawn with."""
    parameters: Parameters = field(init=False)

    def __post_init__(self) -> None:
        self.parameters = Parameters(self.input_schema)

    @classmethod
    def of(cls, key: str, value: Any, note: Mapping[str, Any], mock: Any) -> Tool:
        """A stored tool with what the draft noted about it and its stored mock."""
        if note.get("of") != digest(value):
            note = {}
        tool = cls(
            key,
            value,
            dict(note.get("typed", {})),
            Mock.of(note.get("mock", mock)),
            str(note.get("attempt", "")),
            is_open=bool(note.get("is_open")),
        )
        tool.parameters.recall(note)
        return tool

    @classmethod
    def read(cls, key: str, fields: Mapping[str, str]) -> Tool:
        """The tool of posted fields, which say also what they were shown for."""
        tool = cls(key, from_json(fields.get("base", "null")))
        if not tool.is_known:
            tool._read_whole(fields)
            return tool
        tool.former_name = tool.name
        tool._read_fields(fields)
        if tool.is_client:
            tool.parameters = Parameters(tool.input_schema)
            tool.parameters.read(fields)
            if tool.parameters.has_rows:
                tool._take_schema(tool.parameters.schema)
        tool.mock = Mock.read(within(fields, "mock-"))
        tool.attempt = fields.get("attempt", "")
        return tool

    # What it is ------------------------------------------------------------------------------

    @property
    def slot(self) -> str:
        """Its id on the page, and what the names of its fields begin with."""
        return f"tool-{self.key}"

    @property
    def schema_slot(self) -> str:
        """The error slot of its parameters."""
        return f"{self.slot}-schema"

    @property
    def entry(self) -> Entry | None:
        """The entry of a tool that Anthropic defines."""
        return entry_of(self.value.get("type")) if isinstance(self.value, dict) else None

    @property
    def is_client(self) -> bool:
        """Whether it is a tool of one's own, with a schema."""
        return isinstance(self.value, dict) and self.value.get("type") in (None, "custom")

    @property
    def is_known(self) -> bool:
        """Whether there are fields for it; other tools are edited as JSON."""
        return self.is_client or self.entry is not None

    @property
    def is_run_by_client(self) -> bool:
        """Whether somebody here has to answer its calls."""
        return self.is_client or (self.entry is not None and self.entry.is_run_by_client)

    @property
    def has_mock(self) -> bool:
        """Whether a mock can answer its calls: they need its name."""
        return self.is_client or (self.is_run_by_client and bool(self.name))

    @property
    def name(self) -> str:
        """Its name in the request; "" without one."""
        name = self.value.get("name") if isinstance(self.value, dict) else None
        return name if isinstance(name, str) else ""

    @property
    def title(self) -> str:
        """What it is called on the page, at most 80 characters."""
        if self.name:
            return self.name[:80]
        kind = self.value.get("type") if isinstance(self.value, dict) else None
        unnamed = str(kind)[:80] if kind else "Tool without a name"
        return self.entry.label if self.entry else unnamed

    @property
    def kind(self) -> str:
        """What sort of tool it is, in words."""
        if self.is_client:
            return "client tool"
        return self.entry.label if self.entry else "unknown tool"

    # Fields ----------------------------------------------------------------------------------

    @property
    def form(self) -> BoundForm:
        """The bound fields over the value."""
        bounds = self.entry.bounds if self.entry else CLIENT
        typed = dict(self.typed)
        return BoundForm(f"{self.slot}-", bounds, self.value, typed, keeps_former=True)

    def shown_field(self, name: str) -> Shown:
        """One field as a template draws it; its error has a place of its own."""
        return Plain.of(self.form[name])

    @property
    def name_field(self) -> Shown:
        """The field of its name."""
        return self.shown_field("name")

    @property
    def description(self) -> Shown:
        """The field of its description."""
        return self.shown_field("description")

    @property
    def strict(self) -> Shown:
        """The field that makes its inputs always fit."""
        return self.shown_field("strict")

    @property
    def schema(self) -> Shown:
        """The field of its parameters as JSON."""
        return self.shown_field("schema")

    @property
    def version(self) -> Shown:
        """The field of its version, for a tool that Anthropic defines."""
        return self.shown_field("type")

    @property
    def options(self) -> list[Shown]:
        """The options of an entry that its version takes, and those that are set."""
        entry = self.entry
        if entry is None:
            return []
        version, form = str(self.value["type"]), self.form
        shown = (Plain.of(form[bound.name]) for bound in entry.options)
        return [f for f in shown if f.text or f.is_on or entry.takes(f.bound.name, version)]

    @property
    def places(self) -> dict[str, str]:
        """The error slot of each part by the path of its problems; the tool itself has ""."""
        found = {"": self.slot} | {".".join(f.bound.path): f.id for f in self.options}
        return found | ({"input_schema": self.schema_slot} if self.is_client else {})

    @property
    def more(self) -> list[Shown]:
        """The fields under "More"."""
        bounds = self.entry.common if self.entry else CLIENT_MORE
        return [self.shown_field(bound.name) for bound in bounds]

    @property
    def is_more_open(self) -> bool:
        """Whether something was typed under "More" that cannot be used, so that it is seen."""
        return any(field.bound.name in self.typed for field in (*self.more, self.rest))

    @property
    def rest(self) -> Shown:
        """The keys without a field, as JSON."""
        bound = Bound(MORE, (MORE,), JSON, "Further keys", "A JSON object; sent as it is.")
        text = self.typed.get(MORE, rest_text(rest_of(self.form, *self._hidden)))
        return Plain(f"{self.slot}-{MORE}", bound, text, False, "")

    @property
    def whole(self) -> Shown:
        """The whole tool as JSON."""
        bound = Bound(WHOLE, (WHOLE,), JSON, "JSON of the tool")
        text = self.typed.get(WHOLE, bound.shown(self.value))
        return Plain(f"{self.slot}-{WHOLE}", bound, text, False, "")

    @property
    def base(self) -> str:
        """The JSON that the fields are shown for."""
        return to_json(self.value)

    @property
    def _hidden(self) -> tuple[str, ...]:
        """Keys that need no field: the type, and the name where the type fixes it."""
        if self.is_client:
            return ("type",)
        entry, version = self.entry, self.value.get("type")
        fixed = entry is not None and self.value.get("name") == entry.name_of(str(version))
        return ("name",) if fixed else ()

    def _read_whole(self, fields: Mapping[str, str]) -> None:
        text = fields.get(WHOLE, self.whole.text)
        if text == self.whole.text:
            return
        try:
            self.value = self.whole.bound.parsed(text)
        except Unreadable:
            self.typed[WHOLE] = text

    def _read_fields(self, fields: Mapping[str, str]) -> None:
        before, form, hidden = self.value, self.form, self._hidden
        form.read(fields)
        self.typed, self.value = form.typed, form.value
        self._read_rest(fields, hidden)
        self.value = adjusted(before, self.value)

    def _read_rest(self, fields: Mapping[str, str], hidden: tuple[str, ...]) -> None:
        form = BoundForm(f"{self.slot}-", self.form.bounds, self.value)
        text = fields.get(MORE)
        if text is None or text == rest_text(rest_of(form, *hidden)):
            return
        try:
            self.value = with_rest(form, text, *hidden)
        except Unreadable:
            self.typed[MORE] = text

    # Parameters ------------------------------------------------------------------------------

    @property
    def input_schema(self) -> Any:
        """The stored schema; None when there is none."""
        return self.value.get("input_schema") if isinstance(self.value, dict) else None

    @property
    def is_json(self) -> bool:
        """Whether the parameters are shown as JSON; what rows hold and JSON cannot, keeps rows."""
        is_wanted = self.parameters.prefers_json and not self.parameters.problems
        return is_wanted or bool(self.why_json)

    @property
    def why_json(self) -> str:
        """Why the parameters have to be shown as JSON; "" when rows can show them."""
        return "The form needs valid JSON." if "schema" in self.typed else self.parameters.why_json

    @property
    def why(self) -> str:
        """Why the parameters are not shown the other way; "" when nothing speaks against it."""
        wants_json = self.parameters.prefers_json and not self.is_json
        return ROWS_FIRST if wants_json else self.why_json

    @property
    def is_why_stale(self) -> bool:
        """Whether the page says something else, which was right when it was drawn."""
        return self.parameters.posted_why not in ("", self.why)

    def show_json(self) -> None:
        """Show the parameters as JSON, unless a row has a problem: JSON would lose it."""
        self.parameters.prefers_json = True
        if self.is_json:
            self.parameters.typed_rows = None

    def show_rows(self) -> None:
        """Show the parameters as rows, if rows can show them."""
        self.parameters.prefers_json = False
        if self.input_schema is None and "schema" not in self.typed:
            self._take_schema(NO_ROWS)

    def add_row(self) -> Row | None:
        """Append an empty parameter and return it; None when no rows are shown."""
        return self.parameters.add_row()

    def remove_row(self, key: str) -> None:
        """Take out a parameter."""
        self.parameters.remove_row(key)
        self._take_schema(self.parameters.schema)

    def _take_schema(self, schema: Any) -> None:
        self.parameters.schema = schema
        self.value = self.value | {"input_schema": schema}

    # What is wrong, and what is remembered ---------------------------------------------------

    @property
    def problems(self) -> list[Problem]:
        """What was typed and cannot be used, by its path within the tool."""
        if WHOLE in self.typed:
            return [Problem("", self.whole.bound.error(self.typed[WHOLE]))]
        if not self.is_known:
            return []
        rows = [] if self.is_json else self.parameters.problems
        return [
            *self.form.problems,
            *([Problem("", self._rest_sentence())] if MORE in self.typed else []),
            *(Problem(f"input_schema.{problem.path}", problem.sentence) for problem in rows),
        ]

    def _rest_sentence(self) -> str:
        try:
            with_rest(self.form, self.typed[MORE], *self._hidden)
        except Unreadable as error:
            return str(error)
        return "Further keys could not be read."

    def located(self, path: str, sentence: str) -> str:
        """A sentence about the part at ``path`` of the schema, with its line or its field."""
        start, _, rest = path.partition(".")
        if start != "input_schema" or not self.is_client:
            return sentence
        if not self.is_json:
            return with_field(rest, sentence)
        if not self._schema_lines:
            return sentence
        return f"Line {line_of(rest, self._schema_lines) or self._schema_lines['']}: {sentence}"

    @cached_property
    def _schema_lines(self) -> dict[str, int]:
        """The lines of the schema's text once it is read; none when that is no JSON."""
        return lines_of(self.parameters.posted_text or self.schema.text)

    def note(self, *, with_mock: bool) -> dict[str, Any]:
        """What the draft remembers besides the body; empty when there is nothing."""
        found: dict[str, Any] = {}
        if self.typed:
            found["typed"] = self.typed
        if self.is_client:
            found |= self.parameters.note
        if self.is_open:
            found["is_open"] = True
        if self.attempt:
            found["attempt"] = self.attempt
        if with_mock and self.mock.stored is not None:
            found["mock"] = self.mock.stored
        return found | {"of": digest(self.value)} if found else {}


def digest(value: Any) -> str:
    """Tells whether a note is about the tool that stands in its place now."""
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:16]
