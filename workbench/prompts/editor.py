"""The editor form: a draft as fields, a form post as a draft.

``EditorForm.of(draft)`` shows what is stored, ``EditorForm.from_post`` reads what was sent; both
hold the same parts, which the verbs (add a pair, move, declare …) change. ``content`` is what they
make together. What is typed but not usable stays in the draft under ``editor``, beside the content.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import QueryDict

from workbench.catalogue import API_VERSIONS, Problem
from workbench.messages_api import clean_json

from .content import Content
from .declarations import Declarations, Row
from .fields import Fields
from .models import Draft, PromptVersion
from .parameters import (
    NUMBERS,
    ORDER,
    ModelChoice,
    SamplingField,
    Stop,
    number_sentence,
    placed,
    read_model,
    read_number,
    read_stops,
    shown_value,
    stops_of,
    with_stops,
    without,
)
from .turns import Texts, Turn, new_key, read_texts, shown_json
from .variables import names_in

NAME_LENGTH = 200


@dataclass
class EditorForm:
    """The parts of a draft as the editor shows them."""

    name: str
    upstream: str
    kept: Content
    """The stored content; its turns, variables and stop sequences are replaced by those below."""
    turns: list[Turn]
    declarations: Declarations
    stops: list[Stop]
    typed: dict[str, Any]
    """What was typed and cannot be part of the content, by field name."""
    removed_turns: list[dict[str, Any]]
    removed_variables: list[dict[str, str]]
    shown_slots: list[str]
    """The error slots that are filled on the page, so that an answer can empty them."""

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
            turns=_turns_of(content),
            declarations=(
                Declarations(Row(**row) for row in rows)
                if rows
                else Declarations.of(content.variables, draft.values)
            ),
            stops=stops_of(content.body),
            typed=typed,
            removed_turns=list(notes.get("removed_turns", [])),
            removed_variables=list(notes.get("removed_variables", [])),
            shown_slots=[],
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
        body = read_model(fields, self.kept.body)
        for name in NUMBERS:
            body = read_number(fields, body, self.typed, name)
        posted = fields.texts_of("system")
        if posted:
            body = _with_system(body, read_texts(posted))
        self.kept = replace(self.kept, body=body)

    def _read_lists(self, fields: Fields) -> None:
        turns = fields.groups("turn")
        if turns or fields.has_part("turns"):
            self.turns = [Turn.read(key, group) for key, group in turns.items()]
        rows = fields.groups("variable")
        if rows or fields.has_part("variables"):
            self.declarations = Declarations(Row.read(key, group) for key, group in rows.items())
        if fields.has_part("stops") or fields.groups("stop"):
            self.stops = read_stops(fields)

    # What the parts make together -----------------------------------------------------------

    @property
    def content(self) -> Content:
        """The content as it would be saved or run now."""
        body = with_stops(self.kept.body, self.stops)
        if self.turns or isinstance(body.get("messages"), list):
            body = placed(body, "messages", [turn.message for turn in self.turns])
        return replace(self.kept, body=body, variables=self.declarations.variables)

    @property
    def values(self) -> dict[str, str]:
        """The values of the declared variables; those without a value are absent."""
        return self.declarations.values

    @property
    def errors(self) -> list[Problem]:
        """What was typed and cannot be used; a version or run would not contain it."""
        numbers = [
            Problem(name, number_sentence(name, text))
            for name, text in self.typed.items()
            if name in NUMBERS
        ]
        return [*self._head_errors(), *numbers, *self.declarations.problems]

    def _head_errors(self) -> list[Problem]:
        sentences = {
            "name": f"A name has at most {NAME_LENGTH} characters; shorten this one.",
            "upstream": f"Send to: choose one of {', '.join(settings.UPSTREAMS)}.",
            "api_version": f"API version: choose one of {', '.join(API_VERSIONS)}.",
        }
        return [Problem(name, text) for name, text in sentences.items() if name in self.typed]

    def save_to(self, draft: Draft) -> None:
        """Store everything in ``draft``, also what is not usable yet."""
        content = self.content
        typed = dict(self.typed)
        if not self.declarations.are_all_valid:
            typed["variables"] = [row.to_dict() for row in self.declarations.rows]
        draft.name, draft.upstream, draft.values = self.name, self.upstream, self.values
        notes = {
            "typed": typed,
            "removed_turns": self.removed_turns,
            "removed_variables": self.removed_variables,
            "page": draft.content.get("editor", {}).get("page", ["", 0]),
            "is_changed": is_changed(draft, content, self.name),
        }
        draft.content = content.to_dict() | {"editor": notes}
        draft.save(update_fields=["name", "upstream", "values", "content", "updated_at"])

    # What the page shows --------------------------------------------------------------------

    @property
    def shown_name(self) -> str:
        return str(self.typed.get("name", self.name))

    @property
    def choice(self) -> ModelChoice:
        return ModelChoice(shown_value(self.kept.body, {}, "model"), self.kept.api_version)

    @property
    def max_tokens(self) -> str:
        return shown_value(self.kept.body, self.typed, "max_tokens")

    @property
    def sampling(self) -> list[SamplingField]:
        return self.choice.sampling(self.kept.body, self.typed)

    @property
    def system(self) -> Texts:
        return Texts("system", self.kept.body.get("system", ""))

    @property
    def odd_stops(self) -> str:
        """The JSON of stop sequences that are no list, as an import may bring them; else ""."""
        stored = self.kept.body.get("stop_sequences", [])
        return "" if isinstance(stored, list) else shown_json(stored)

    @property
    def untouched(self) -> dict[str, str]:
        """What else the request holds, by key, as JSON: sent as it is, without a field here."""
        rest = {key: shown_json(v) for key, v in self.kept.body.items() if key not in ORDER}
        return rest | ({"betas": shown_json(self.kept.betas)} if self.kept.betas else {})

    @property
    def candidates(self) -> list[str]:
        """Names between double braces in the text that nobody declared."""
        declared = self.declarations.names
        return [name for name in names_in(self.content.body) if name not in declared]

    # Verbs ----------------------------------------------------------------------------------

    def add_turns(self) -> list[Turn]:
        """Append a message pair and return it.

        A conversation that ends with the assistant gets a user turn alone: models answer a user.
        """
        ends_with_assistant = bool(self.turns) and self.turns[-1].role == "assistant"
        roles = ["user"] if ends_with_assistant or not self.turns else ["assistant", "user"]
        added = [Turn(new_key(), {"role": role, "content": ""}) for role in roles]
        self.turns += added
        return added

    def remove_turn(self, key: str) -> None:
        """Take out a turn; it can be put back until the next version is saved."""
        place = self.place_of(key)
        if place is not None:
            self.removed_turns.append({"place": place, "message": self.turns.pop(place).message})

    def restore_turn(self) -> Turn | None:
        """Put the turn removed last back where it was; returns it, or None if there is none."""
        if not self.removed_turns:
            return None
        removed = self.removed_turns.pop()
        turn = Turn(new_key(), removed["message"])
        self.turns.insert(removed["place"], turn)
        return turn

    def move_turn(self, key: str, step: int) -> Turn | None:
        """Move a turn by ``step`` places; returns it, or None when it cannot go there."""
        place = self.place_of(key)
        if place is None or not 0 <= place + step < len(self.turns):
            return None
        turn = self.turns.pop(place)
        self.turns.insert(place + step, turn)
        return turn

    def place_of(self, key: str) -> int | None:
        """The index of the turn with ``key``, None when it is not there."""
        return next((place for place, turn in enumerate(self.turns) if turn.key == key), None)

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

    def remove_parameter(self, name: str) -> None:
        """Take a number out of the request, for instance one that the model refuses."""
        self.typed.pop(name, None)
        if name in NUMBERS:
            self.kept = replace(self.kept, body=without(self.kept.body, name))


def is_changed(draft: Draft, content: Content, name: str) -> bool:
    """Whether saving would make something new: other content, or another name."""
    if draft.prompt is None:
        return bool(name) or content != Content.blank()
    base = PromptVersion.objects.filter(prompt=draft.prompt, number=draft.base_number or 0)
    stored = base.values_list("content_hash", flat=True).first()
    return stored != content.digest() or name != draft.prompt.name


def _with_system(body: dict[str, Any], system: Any) -> dict[str, Any]:
    """``body`` with a system prompt; an empty field means none, unless an empty one is stored."""
    if system == "" and body.get("system") != "":
        return without(body, "system")
    return placed(body, "system", system)


def _turns_of(content: Content) -> list[Turn]:
    messages = content.body.get("messages", [])
    found = messages if isinstance(messages, list) else []
    return [Turn(str(number), message) for number, message in enumerate(found, 1)]
