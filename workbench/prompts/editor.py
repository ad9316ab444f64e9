"""The editor form: a draft as fields, a form post as a draft.

``EditorForm.of(draft)`` shows what is stored, ``EditorForm.from_post`` reads what was sent; both
hold the same parts, which the verbs (add a pair, move, declare …) change. ``content`` is what they
make together. What is typed but not usable stays in the draft under ``editor``, beside the content.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import QueryDict

from workbench.catalogue import API_VERSIONS, Problem
from workbench.messages_api import clean_json

from . import parameters
from .blocks import Contents, shown_json
from .content import Content
from .declarations import Declarations, Row
from .fields import Fields
from .merging.copies import Sender, settled
from .models import Draft, PromptVersion
from .parameters import Beta, ModelChoice, Panel, PendingSwitch, Stop, placed, without
from .system_prompts.copies import kept_copies
from .tools import Tools
from .turns import Turns
from .variables import names_in

NAME_LENGTH = 200
SLOTS = ("name", "api_version", "upstream", "system", "variables")
"""Parts of the page, besides parameters, turns and tools, that have a place for problems."""
ELSEWHERE = ("model", "stop_sequences", "system", "messages", "tools", "tool_choice")
"""Keys of the body with fields of their own, besides those of the parameters."""


@dataclass
class EditorForm:
    """The parts of a draft as the editor shows them."""

    name: str
    upstream: str
    kept: Content
    """The stored content; the parts below take the place of what it holds of them."""
    system: Contents
    turns: Turns
    tools: Tools
    declarations: Declarations
    stops: list[Stop]
    betas: list[Beta]
    typed: dict[str, Any]
    """What was typed and cannot be part of the content, by field name."""
    removed_variables: list[dict[str, str]]
    shown_slots: list[str]
    """The error slots that are filled on the page, so that an answer can empty them."""
    posted_format: str = ""
    """The schema of the answer as its text stands on the page; "" when it was not posted."""
    pending: PendingSwitch | None = None
    """Another model or API version that was chosen and does not count yet."""
    made: PendingSwitch | None = None
    """The switch that this post has made."""
    forgotten: list[Contents] = field(default_factory=list)
    """Contents whose removed blocks cannot be put back any more; the page still offers it."""
    sender: Sender | None = None
    """The page that has posted it."""
    before: dict[str, Any] = field(default_factory=dict)
    """What was there before the library took its place, until a version is saved: a ``system``
    text, the values of ``variables``, a deleted ``value_set``."""

    @classmethod
    def of(cls, draft: Draft) -> EditorForm:
        """The form of a stored draft."""
        content, notes = draft.parsed, draft.content.get("editor", {})
        typed = dict(notes.get("typed", {}))
        rows = typed.pop("variables", None)
        return cls(
            name=draft.name,
            upstream=draft.upstream or settings.DEFAULT_UPSTREAM,
            kept=content,
            system=Contents.of("system", content.body.get("system", ""), notes.get("system")),
            turns=Turns.of(content.body, notes),
            tools=Tools.of(content.body, content.mocks, notes),
            declarations=(
                Declarations(Row(**row) for row in rows)
                if rows
                else Declarations.of(content.variables, draft.values)
            ),
            stops=parameters.stops_of(content.body),
            betas=parameters.betas_of(content.betas),
            typed=typed,
            removed_variables=list(notes.get("removed_variables", [])),
            shown_slots=[],
            before=dict(notes.get("before", {})),
        )

    @classmethod
    def from_post(cls, post: QueryDict, draft: Draft) -> EditorForm:
        """The posted form over the stored draft, whose unknown keys and unposted parts stay.

        Raises ``BadRequest`` when a hidden field is damaged or nested too deeply.
        """
        form, fields = cls.of(draft), Fields(post)
        form.shown_slots = post.getlist("error-shown")
        form._read_head(fields)
        form._read_body(fields)
        form._read_lists(fields)
        form._read_choices(fields)
        form.check_depth()
        return form

    def check_depth(self) -> None:
        """Raise ``BadRequest`` when the content is nested too deeply to be stored and sent."""
        try:
            clean_json(self.content.body)
        except ValueError:
            raise BadRequest("The prompt is nested too deeply to be sent.") from None

    def _read_head(self, fields: Fields) -> None:
        if "name" in fields:
            name = " ".join(fields.text("name").split())
            self.typed.pop("name", None)
            if len(name) > NAME_LENGTH:
                self.typed["name"] = name
            self.name = name[:NAME_LENGTH]
        if "upstream" in fields:
            self._read_choice(fields, "upstream", settings.UPSTREAMS)
        if "api_version" in fields:
            self._read_choice(fields, "api_version", (*API_VERSIONS, self.kept.api_version))

    def _read_choice(self, fields: Fields, name: str, choices: Any) -> None:
        chosen = fields.text(name)
        self.typed.pop(name, None)
        if chosen not in choices:
            self.typed[name] = chosen[:100]
        elif name == "upstream":
            self.upstream = chosen
        else:
            self.kept = replace(self.kept, api_version=chosen)

    def _read_body(self, fields: Fields) -> None:
        body = self.choice.posted(fields).placed_in(self.kept.body)
        self.kept = replace(self.kept, body=parameters.read(fields, body, self.typed))
        self.posted_format = fields.text("output-format")
        posted = fields.texts_of("system")
        if posted:
            self.system = Contents.read("system", posted)

    def _read_lists(self, fields: Fields) -> None:
        self.turns.read(fields)
        self.tools.read(fields)
        rows = fields.groups("variable")
        if rows or fields.has_part("variables"):
            self.declarations = Declarations(Row.read(key, group) for key, group in rows.items())
        if fields.has_part("stops") or fields.groups("stop"):
            self.stops = parameters.read_stops(fields)
        if fields.has_part("betas") or fields.groups("beta"):
            self.betas = parameters.read_betas(fields)

    def _read_choices(self, fields: Fields) -> None:
        """Another model or version than the one that counts: taken when all of the form fits it."""
        chosen = self.choice.read(fields)
        if chosen.api_version not in (*API_VERSIONS, self.kept.api_version):
            self.typed["api_version"] = chosen.api_version[:100]
            chosen = replace(chosen, api_version=self.kept.api_version)
        if chosen == self.choice:
            return
        self.pending = PendingSwitch.of(self.choice, chosen, self.content)
        if self.pending.is_free:
            self.switch(())

    # What the parts make together -----------------------------------------------------------

    @property
    def content(self) -> Content:
        """The content as it would be saved or run now."""
        body = _with_system(parameters.with_stops(self.kept.body, self.stops), self.system.value)
        if self.turns or isinstance(body.get("messages"), list):
            body = placed(body, "messages", self.turns.messages)
        return replace(
            self.kept,
            body=self.tools.placed_in(body),
            betas=tuple(beta.value for beta in self.betas),
            variables=self.declarations.variables,
            mocks=self.tools.mocks,
            copied_from=kept_copies(self.kept.copied_from, body),
        )

    @property
    def values(self) -> dict[str, str]:
        """The values of the declared variables; those without a value are absent."""
        return self.declarations.values

    @property
    def errors(self) -> list[Problem]:
        """What was typed and cannot be used; a version or run would not contain it."""
        return [
            *self._head_errors(),
            *([self.pending.problem] if self.pending else []),
            *parameters.errors(self.typed),
            *(each._replace(path=f"system.{each.path}") for each in self.system.errors),
            *self.turns.errors,
            *self.tools.errors,
            *self.declarations.problems,
        ]

    @property
    def places(self) -> dict[str, str]:
        """The error slot of each part of the page by the problem paths that begin with the key."""
        named = {name: name for name in SLOTS} | self.panel.places
        named |= {f"system.{path}": slot for path, slot in self.system.places}
        return named | self.turns.places | self.tools.places

    def _head_errors(self) -> list[Problem]:
        sentences = {
            "name": f"A name has at most {NAME_LENGTH} characters; shorten this one.",
            "upstream": f"Send to: choose one of {', '.join(settings.UPSTREAMS)}.",
            "api_version": f"API version: choose one of {', '.join(API_VERSIONS)}.",
        }
        return [Problem(name, text) for name, text in sentences.items() if name in self.typed]

    @property
    def state(self) -> dict[str, Any]:
        """Everything in the form as a draft stores it, also what is not usable yet."""
        typed = dict(self.typed)
        if not self.declarations.are_all_valid:
            typed["variables"] = [row.to_dict() for row in self.declarations.rows]
        notes = {
            "typed": typed,
            "system": self.system.notes,
            **self.turns.notes,
            **self.tools.notes,
            "removed_variables": self.removed_variables,
            "before": self.before,
        }
        return {
            "name": self.name,
            "upstream": self.upstream,
            "values": self.values,
            "content": self.content.to_dict() | {"editor": notes},
        }

    def save_to(self, draft: Draft) -> None:
        """Store everything in ``draft``, merged with what another page has stored meanwhile.

        When the two conflict, the draft stays, and the form is kept beside it: see ``copies``.
        """
        stored = settled(draft, self.state, self.sender)
        if stored is None:
            return
        before = draft.content.get("editor", {})
        empty = {"results": {}, "start": "", "version_note": ""}
        kept = {name: before.get(name, nothing) for name, nothing in empty.items()}
        draft.name, draft.upstream = stored["name"], stored["upstream"]
        draft.values, draft.content = stored["values"], stored["content"]
        draft.content["editor"] |= kept
        draft.content["editor"]["is_changed"] = is_changed(draft, draft.parsed, draft.name)
        draft.save(update_fields=["name", "upstream", "values", "content", "updated_at"])

    # What the page shows --------------------------------------------------------------------

    @property
    def shown_name(self) -> str:
        return str(self.typed.get("name", self.name))

    @property
    def choice(self) -> ModelChoice:
        return ModelChoice.of(self.kept)

    @property
    def max_tokens(self) -> str:
        """What the field of that name shows."""
        return self.panel.text_of("max_tokens")

    @property
    def format_text(self) -> str:
        """The text of the schema of the answer, whose lines problems name."""
        return self.posted_format or self.panel.text_of("output-format")

    @property
    def panel(self) -> Panel:
        """The parameters as the page shows them."""
        return Panel(self.content, self.typed)

    @property
    def odd_stops(self) -> str:
        """The JSON of stop sequences that are no list, as an import may bring them; else ""."""
        stored = self.kept.body.get("stop_sequences", [])
        return "" if isinstance(stored, list) else shown_json(stored)

    @property
    def untouched(self) -> dict[str, str]:
        """What else the request holds, by key, as JSON: sent as it is, without a field here."""
        rest = parameters.rest_of(self.kept.body, *ELSEWHERE)
        return {key: shown_json(value) for key, value in rest.items()}

    @property
    def candidates(self) -> list[str]:
        """Names between double braces in the text that nobody declared."""
        declared = self.declarations.names
        return [name for name in names_in(self.content.body) if name not in declared]

    # Verbs ----------------------------------------------------------------------------------

    def replace_body(self, body: dict[str, Any]) -> None:
        """Take ``body`` in place of the whole; what was typed into the old one goes with it."""
        kept = {name: text for name, text in self.typed.items() if name in SLOTS}
        self.kept, self.typed = replace(self.kept, body=body), kept
        self.system = Contents.of("system", body.get("system", ""))
        self.turns = Turns.of(body, {"removed_turns": self.turns.removed})
        self.tools = Tools.of(body, self.tools.mocks, {"removed_tools": self.tools.removed})
        self.stops = parameters.stops_of(body)

    def switch(self, accepted: Collection[str]) -> None:
        """Take the pending choice, with the replacements whose ids are ``accepted``."""
        if self.pending is None or not self.pending.is_named:
            return
        before = self.content.body
        body = self.pending.new.placed_in(self.pending.switch.applied(before, accepted))
        self.kept = replace(self.kept, body=body, api_version=self.pending.new.api_version)
        if body.get("messages") != before.get("messages"):
            self.turns.take(body.get("messages"))
        if body.get("system") != before.get("system"):
            system = body.get("system", "")
            self.system = Contents.of("system", system, self.system.notes_for(system))
        self.tools.take_choice(body)
        self.made, self.pending = self.pending, None

    def take_parameters(self, content: Content, parts: Collection[tuple[str, ...]]) -> None:
        """Take the parameters and tools of ``content``, which differs in ``parts`` of a preset.

        Turns, system prompt and variables stay. Tools that go can be put back.
        """
        self.typed = parameters.typed_outside(self.typed, parts)
        self.kept = replace(self.kept, body=content.body, api_version=content.api_version)
        self.stops = parameters.stops_of(content.body)
        self.betas = parameters.betas_of(content.betas)
        self.tools = self.tools.replaced(content.body, content.mocks)

    def contents_named(self, name: str) -> Contents | None:
        """The system prompt, a turn's content or that inside a block, by the name of its fields."""
        head, *keys = name.split("-block-")
        turn = self.turns.get(head.removeprefix("turn-"))
        outer = self.system if head == "system" else turn.contents if turn else None
        return outer.within(keys) if outer else None

    def forget_removed(self) -> None:
        """Let all that was removed go."""
        self.tools.removed, self.removed_variables, self.before = [], [], {}
        self.forgotten = [*self.system.forget_removed(), *self.turns.forget_removed()]

    def remove_variable(self, key: str) -> None:
        """Take out a variable; it keeps its value until the next version is saved."""
        row = self.declarations.remove(key)
        if row:
            self.removed_variables.append(row.to_dict())

    def restore_variable(self) -> Row | None:
        """Declare the variable removed last again, with its value; returns its row."""
        if not self.removed_variables:
            return None
        row = Row(**self.removed_variables.pop())
        self.declarations.rows.append(row)
        return row

    def begin_schema(self) -> None:
        """Put in a small schema for the answer, unless there is one."""
        body = parameters.with_example_schema(self.kept.body, self.typed)
        self.kept = replace(self.kept, body=body)

    def remove_parameter(self, name: str) -> None:
        """Take a parameter out of the request, for instance one that the model refuses."""
        self.kept = replace(self.kept, body=parameters.removed(self.kept.body, self.typed, name))


def is_changed(draft: Draft, content: Content, name: str) -> bool:
    """Whether saving would make something new: other content, or another name."""
    if draft.prompt is None:
        start = draft.content.get("editor", {}).get("start")
        is_blank = content.digest() == start if start else content == Content.blank()
        return bool(name) or not is_blank
    base = PromptVersion.objects.filter(prompt=draft.prompt, number=draft.base_number or 0)
    stored = base.values_list("content_hash", flat=True).first()
    return stored != content.digest() or name != draft.prompt.name


def _with_system(body: dict[str, Any], system: Any) -> dict[str, Any]:
    """``body`` with a system prompt; an empty field means none, unless an empty one is stored."""
    if system in ("", []) and body.get("system") != system:
        return without(body, "system")
    return placed(body, "system", system)
