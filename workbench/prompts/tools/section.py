"""The tools panel of the editor: ``tools`` and ``tool_choice`` of a body, and mocked results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from workbench.catalogue import Problem
from workbench.prompts.blocks import new_key, shown_json
from workbench.prompts.bound import Unreadable, parsed_json
from workbench.prompts.fields import Fields
from workbench.prompts.parameters import placed, without
from workbench.prompts.paths import ABSENT

from .choice import ToolChoice
from .entries import CLIENT, ENTRIES, EXAMPLE, Entry, entry_called
from .mocks import answer
from .tool import Tool

TOOLS, CHOICE = "tools", "tool_choice"
PASTED = "tools-pasted"
MOST = 500
"""Tools of a panel: each posts about twenty fields, and a form has at most 100,000."""
MANY = 50
"""Tools from which on parameters are JSON at first: every row has five fields."""
MANY_PARAMETERS = 1_000
"""Parameters of all tools together from which on they are, too."""


class Tools:
    """The tools of a draft, in their order; ``removed`` holds those that can be put back."""

    def __init__(self, tools: Iterable[Tool], stored: Any, choice: Any) -> None:
        self._tools = list(tools)
        self._stored = stored
        self.choice = ToolChoice(choice)
        self.removed: list[dict[str, Any]] = []
        self.pasted = ""
        """A list of tools in JSON that waits to be added, as typed."""
        self._other_mocks: dict[str, Any] = {}
        """Mocks of tools that are not here, kept as they are."""
        self._mock_order: list[str] = []

    @classmethod
    def of(cls, body: dict[str, Any], mocks: Mapping[str, Any], notes: dict[str, Any]) -> Tools:
        """The tools of a stored body, with what the draft noted about them."""
        stored = body.get(TOOLS, ABSENT)
        values = [] if stored is ABSENT or _why_odd(stored) else stored
        noted = [*notes.get(TOOLS, []), *({} for _ in values)]
        left = dict(mocks)
        tools = []
        are_many = _are_many(values)
        for number, value in enumerate(values):
            tool = Tool.of(str(number + 1), value, noted[number], None)
            if tool.has_mock and "mock" not in noted[number]:
                tool = Tool.of(tool.key, value, noted[number], left.pop(tool.name, None))
            tool.parameters.prefers_json |= are_many
            tools.append(tool)
        found = cls(tools, stored, body.get(CHOICE, ABSENT))
        found.removed = list(notes.get("removed_tools", []))
        found.pasted = str(notes.get("tools_pasted", ""))
        found._other_mocks, found._mock_order = left, list(mocks)
        return found

    def read(self, fields: Fields) -> None:
        """Take the posted tools; without any on the page they stay as they are."""
        posted = fields.groups("tool")
        if posted or fields.has_part(TOOLS):
            self._tools = [Tool.read(key, group) for key, group in posted.items()]
        if PASTED in fields:
            self.pasted = fields.text(PASTED)
        self.choice.read(fields)
        self.choice.follow({tool.former_name: tool.name for tool in self._tools}, self.names)

    def __iter__(self) -> Iterator[Tool]:
        return iter(self._tools)

    def __len__(self) -> int:
        return len(self._tools)

    def __getitem__(self, place: int) -> Tool:
        return self._tools[place]

    # What they make --------------------------------------------------------------------------

    def placed_in(self, body: dict[str, Any]) -> dict[str, Any]:
        """``body`` with these tools and the choice among them."""
        value = self._stored if self.is_odd else [tool.value for tool in self._tools]
        is_kept = self.is_odd or value or self._stored == []
        body = placed(body, TOOLS, value) if is_kept else without(body, TOOLS)
        if self.choice.is_stored:
            return placed(body, CHOICE, self.choice.stored)
        return without(body, CHOICE)

    @property
    def mocks(self) -> dict[str, Any]:
        """The mocks by the name of their tool; of two tools of one name the first has it."""
        ours = {tool.name: tool.mock.stored for tool in self._with_mocks()}
        found = self._other_mocks | ours
        order = [name for name in self._mock_order if name in found]
        return {name: found[name] for name in (*order, *found)}

    def _with_mocks(self) -> list[Tool]:
        """The tools whose mock the content keeps; others keep theirs in the notes."""
        found: dict[str, Tool] = {}
        for tool in self._tools:
            if tool.has_mock and tool.mock.stored is not None:
                found.setdefault(tool.name, tool)
        return list(found.values())

    @property
    def is_odd(self) -> bool:
        """Whether ``tools`` holds something that the fields cannot show; it is kept as it is."""
        return bool(self.why_odd)

    @property
    def why_odd(self) -> str:
        """Why the fields cannot show it, in one sentence; "" when they can."""
        return "" if self._stored is ABSENT else _why_odd(self._stored)

    @property
    def shown(self) -> str:
        """The JSON of tools that the fields cannot show."""
        return shown_json(self._stored)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The tools of Anthropic that can be added."""
        return ENTRIES

    @property
    def names(self) -> list[str]:
        """The names that a choice can name."""
        return [tool.name for tool in self._tools if tool.name and "\n" not in tool.name]

    @property
    def summary(self) -> str:
        """How many there are, and their names, in one line."""
        if not self._tools:
            return "none" if not self.is_odd else "as JSON"
        names = ", ".join(tool.title for tool in self._tools[:8])
        return f"{len(self._tools)}: {names}{' …' if len(self._tools) > 8 else ''}"

    # What is wrong, and what is remembered ---------------------------------------------------

    @property
    def paste_problems(self) -> list[Problem]:
        """What is wrong with the pasted list."""
        try:
            self._pasted_values()
        except Unreadable as error:
            return [Problem(PASTED, str(error))]
        return []

    @property
    def errors(self) -> list[Problem]:
        """What was typed and cannot be used."""
        return [
            Problem(f"{TOOLS}.{place}.{problem.path}".rstrip("."), problem.sentence)
            for place, tool in enumerate(self._tools)
            for problem in tool.problems
        ]

    @property
    def notes(self) -> dict[str, Any]:
        """What a draft remembers about its tools besides the body."""
        kept = {tool.key for tool in self._with_mocks()}
        noted = [tool.note(with_mock=tool.key not in kept) for tool in self._tools]
        return {
            TOOLS: noted if any(noted) else [],
            "removed_tools": self.removed,
            "tools_pasted": self.pasted,
        }

    @property
    def places(self) -> dict[str, str]:
        """The error slot of each part of a tool by the path of its problems."""
        found = {name: name for name in (TOOLS, CHOICE, PASTED)}
        for place, tool in enumerate(self._tools):
            for path, slot in tool.places.items():
                found[f"{TOOLS}.{place}.{path}".removesuffix(".")] = slot
        return found

    def located(self, problem: Problem) -> str:
        """The sentence of a problem, with the line when it is about a schema shown as JSON."""
        start, _, rest = problem.path.partition(".")
        number, _, path = rest.partition(".")
        tool = next((each for place, each in enumerate(self) if number == str(place)), None)
        if start != TOOLS or tool is None:
            return problem.sentence
        return tool.located(path, problem.sentence)

    def take_choice(self, body: dict[str, Any]) -> None:
        """Take the choice of ``body`` in place of this one."""
        self.choice = ToolChoice(body.get(CHOICE, ABSENT))

    def replaced(self, body: dict[str, Any], mocks: Mapping[str, Any]) -> Tools:
        """The tools of ``body`` with these mocks, in place of these.

        Tools that are other ones there can be put back; the same ones keep what is typed into them.
        """
        if body.get(TOOLS, ABSENT) != self.placed_in({}).get(TOOLS, ABSENT):
            for tool in list(self):
                self.remove(tool.key)
            self.remove_all()
        return Tools.of(body, mocks, self.notes)

    # Verbs -----------------------------------------------------------------------------------

    def tool(self, key: str) -> Tool | None:
        """The tool with ``key``, None when it is not there."""
        return next((tool for tool in self._tools if tool.key == key), None)

    def place_of(self, key: str) -> int | None:
        """The index of the tool with ``key``, None when it is not there."""
        return next((place for place, tool in enumerate(self) if tool.key == key), None)

    def add(self, stem: str) -> list[Tool]:
        """Append a tool of the entry ``stem``, or a client tool; returns it in a list."""
        entry = entry_called(stem)
        if entry is not None:
            return self._append([entry.new()])
        return self._append([self._example()]) if stem == CLIENT else []

    def _example(self) -> dict[str, Any]:
        """The example of a client tool, under a name that no other tool has."""
        names = set(self.names)
        numbered = (f"{EXAMPLE['name']}_{number}" for number in range(2, len(names) + 3))
        free = next(name for name in (EXAMPLE["name"], *numbered) if name not in names)
        return dict(EXAMPLE) | {"name": free}

    def paste(self) -> list[Tool]:
        """Append every tool of the pasted list, which is empty then.

        Raises ``Unreadable`` when the text is no list of tools; it stays.
        """
        values = self._pasted_values()
        added = self._append(values)
        if len(added) == len(values):
            self.pasted = ""
        return added

    def _pasted_values(self) -> list[Any]:
        if not self.pasted.strip():
            return []
        value = parsed_json(self.pasted, "The list of tools")
        values = value if isinstance(value, list) else [value]
        if not all(isinstance(item, dict) for item in values):
            raise Unreadable("Paste a JSON list of tools, each an object.")
        return values

    def _append(self, values: list[Any]) -> list[Tool]:
        if self.is_odd or len(self._tools) + len(values) > MOST:
            return []
        added = [Tool(new_key(), value, is_open=True) for value in values]
        self._tools += added
        are_many = _are_many([tool.value for tool in self._tools])
        for tool in added:
            tool.parameters.prefers_json = are_many
        return added

    def remove(self, key: str) -> None:
        """Take out a tool with its mock; it can be put back until the next version is saved."""
        place = self.place_of(key)
        if place is None:
            return
        tool = self._tools.pop(place)
        note = tool.note(with_mock=True)
        self.removed.append({"place": place, "value": tool.value, "note": note})

    def remove_all(self) -> None:
        """Take out ``tools`` that the fields cannot show."""
        if self.is_odd:
            self.removed.append({"place": 0, "value": self._stored, "note": {}, "is_all": True})
            self._stored = ABSENT

    def restore(self) -> Tool | None:
        """Put the tool removed last back where it was; returns it, or None if there is none."""
        if not self.removed:
            return None
        removed = self.removed.pop()
        if removed.get("is_all"):
            if not self._tools:
                self._stored = removed["value"]
            return None
        tool = Tool.of(new_key(), removed["value"], removed["note"], None)
        self._tools.insert(removed["place"], tool)
        return tool

    def move(self, key: str, step: int) -> Tool | None:
        """Move a tool by ``step`` places; returns it, or None when it cannot go there."""
        place = self.place_of(key)
        if place is None or not 0 <= place + step < len(self._tools):
            return None
        tool = self._tools.pop(place)
        tool.is_open = True
        self._tools.insert(place + step, tool)
        return tool

    def attempt(self, tool: Tool) -> None:
        """Ask the mock of a tool what it answers to the typed input."""
        try:
            given = parsed_json(tool.attempt or "{}", "The input")
        except Unreadable as error:
            tool.tried = str(error)
            return
        found = answer({"": tool.mock.stored}, "", given)
        tool.tried = found or "The mock leaves this call to you."


def _are_many(values: list[Any]) -> bool:
    """Whether rows for all parameters could be more fields than a form can post."""
    schemas = [item.get("input_schema") for item in values if isinstance(item, dict)]
    parts = [schema.get("properties") for schema in schemas if isinstance(schema, dict)]
    count = sum(len(part) for part in parts if isinstance(part, dict))
    return len(values) > MANY or count > MANY_PARAMETERS


def _why_odd(stored: Any) -> str:
    if not isinstance(stored, list):
        return "The tools of this request are no list."
    too_many = f"The request has {len(stored):,} tools; the form shows at most {MOST}."
    return too_many if len(stored) > MOST else ""


def holds_typed_text(notes: Mapping[str, Any]) -> bool:
    """Whether a draft noted something typed about its tools that its body does not hold."""
    kept = {"typed", "rows", "mock"}
    noted = notes.get(TOOLS, [])
    return any(kept & note.keys() for note in noted) or bool(notes.get("tools_pasted"))
