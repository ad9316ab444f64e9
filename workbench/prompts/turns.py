"""The turns of a conversation, and what can be done with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workbench.catalogue import Problem

from .blocks import Block, Contents, new_key, shown_json
from .fields import Fields, from_json, to_json

HINTS = {"user": "Enter instructions or a prompt for the model…"}
ROLES = {"user": "User", "assistant": "Assistant", "system": "System"}
MOST_NEIGHBOURS = 20
"""Turns of one role in a row that are looked through for the tool uses before them."""


@dataclass(frozen=True)
class Call:
    """A tool use that a tool result may answer."""

    id: str
    tool: str


class Turn:
    """One message of the conversation. ``key`` names it in the form and on the page, for its life.

    ``note`` is a sentence about how it came here. ``contents`` is None for a message without the
    shape that fields can show, which is kept as it is.
    """

    def __init__(
        self, key: str, message: Any, note: str = "", notes: Mapping[str, Any] | None = None
    ) -> None:
        self.key = key
        self.note = note
        self._message = message
        self.contents: Contents | None = None
        self.before: Turn | None = None
        if _is_editable(message):
            self.contents = Contents.of(self.name, message["content"], notes)

    @classmethod
    def read(cls, key: str, fields: Mapping[str, str]) -> Turn:
        """The posted turn; raises ``BadRequest`` when a hidden field is damaged."""
        if "whole" in fields:
            return cls(key, from_json(fields["whole"]))
        rest = from_json(fields["rest"]) if fields.get("rest") else {}
        own = {"role": fields.get("role") or "user", "content": None}
        turn = cls(key, rest | own if isinstance(rest, dict) else own)
        turn.contents = Contents.read(turn.name, fields)
        return turn

    @property
    def message(self) -> Any:
        """The turn as an entry of ``messages``."""
        if self.contents is None:
            return self._message
        return self._message | {"content": self.contents.value}

    @message.setter
    def message(self, message: Any) -> None:
        self._message = message
        is_editable = _is_editable(message)
        self.contents = Contents.of(self.name, message["content"]) if is_editable else None

    @property
    def name(self) -> str:
        return f"turn-{self.key}"

    @property
    def role(self) -> str:
        return str(self._message["role"]) if self.contents else ""

    @property
    def title(self) -> str:
        return ROLES.get(self.role, self.role[:60] or "Unknown turn")

    @property
    def is_odd_role(self) -> bool:
        return self.role not in ROLES

    @property
    def hint(self) -> str:
        return HINTS.get(self.role, "")

    @property
    def menu(self) -> str:
        """The name of the menu of what can be added."""
        return self.role if self.role in ROLES else "user"

    @property
    def calls(self) -> list[Call]:
        """The tool uses of the assistant turns before, which tool results here may answer."""
        found: list[Call] = []
        turn, has_passed = self.before, False
        for _ in range(MOST_NEIGHBOURS):
            if turn is None or (has_passed and turn.role != "assistant"):
                break
            if turn.role == "assistant" and turn.contents:
                has_passed = True
                found = [*_calls_in(turn.contents.blocks), *found]
            turn = turn.before
        return found

    @property
    def open_calls(self) -> list[Call]:
        """The tool uses before that no tool result here answers."""
        blocks = self.contents.blocks if self.contents else []
        answered = {block.form.value.get("tool_use_id") for block in blocks if _is_result(block)}
        return [call for call in self.calls if call.id not in answered]

    @property
    def rest(self) -> str:
        """The JSON of the message without its content; "" when it has no other keys."""
        if tuple(self._message) == ("role", "content"):
            return ""
        return to_json(self._message | {"content": None})

    @property
    def shown_rest(self) -> str:
        """The further keys for reading; "" when there are none."""
        rest = {key: item for key, item in self._message.items() if key not in ("role", "content")}
        return shown_json(rest) if rest else ""

    @property
    def json(self) -> str:
        return to_json(self.message)

    @property
    def shown(self) -> str:
        return shown_json(self.message)


class Turns:
    """All turns of a draft, in their order; ``removed`` holds those that can be put back."""

    def __init__(self, turns: list[Turn], removed: list[dict[str, Any]]) -> None:
        self._turns = turns
        self.removed = removed
        self._link()

    @classmethod
    def of(cls, body: dict[str, Any], notes: dict[str, Any]) -> Turns:
        """The turns of a stored body, with what the draft noted about them."""
        messages = body.get("messages", [])
        found = messages if isinstance(messages, list) else []
        about = notes.get("turns", {})
        turns = [
            Turn(str(place + 1), message, notes=about.get(str(place)))
            for place, message in enumerate(found)
        ]
        return cls(turns, list(notes.get("removed_turns", [])))

    def read(self, fields: Fields) -> None:
        """Take the posted turns; those that the page did not show at all stay as they are."""
        posted = fields.groups("turn")
        if posted or fields.has_part("turns"):
            self._turns = [Turn.read(key, group) for key, group in posted.items()]
            self._link()

    def _link(self) -> None:
        """Tell each turn which one stands before it."""
        before = None
        for turn in self._turns:
            turn.before, before = before, turn

    def __iter__(self) -> Iterator[Turn]:
        return iter(self._turns)

    def __len__(self) -> int:
        return len(self._turns)

    def __getitem__(self, place: int) -> Turn:
        return self._turns[place]

    @property
    def messages(self) -> list[Any]:
        """The turns as the ``messages`` of a body."""
        return [turn.message for turn in self._turns]

    @property
    def errors(self) -> list[Problem]:
        """What was typed into turns and cannot be used."""
        return [
            problem._replace(path=f"messages.{place}.content.{problem.path}")
            for place, turn in enumerate(self)
            if turn.contents
            for problem in turn.contents.errors
        ]

    @property
    def places(self) -> dict[str, str]:
        """The error slot of each turn and block by the path of its problems."""
        found = {f"messages.{place}": turn.name for place, turn in enumerate(self)}
        for place, turn in enumerate(self):
            for path, name in turn.contents.places if turn.contents else ():
                found[f"messages.{place}.content.{path}"] = name
        return found

    @property
    def notes(self) -> dict[str, Any]:
        """What a draft remembers about its turns besides the body."""
        about = {
            str(place): turn.contents.notes
            for place, turn in enumerate(self)
            if turn.contents and turn.contents.notes
        }
        return {"removed_turns": self.removed} | ({"turns": about} if about else {})

    def take(self, messages: Any) -> None:
        """Take other messages; a turn whose message is among them stays, with all typed in it.

        What cannot stay, since its block has changed, can be put back with the turn it was in.
        """
        waiting: dict[str, list[Turn]] = {}
        for turn in reversed(self._turns):
            waiting.setdefault(to_json(turn.message), []).append(turn)
        new = messages if isinstance(messages, list) else []
        same = [turns.pop() if (turns := waiting.get(to_json(each))) else None for each in new]
        stay = {id(turn) for turn in same}
        gone = {place: turn for place, turn in enumerate(self._turns) if id(turn) not in stay}
        self._turns = [
            turn or _changed(gone.get(place), message)
            for place, (turn, message) in enumerate(zip(same, new, strict=True))
        ]
        for place, turn in gone.items():
            now = self._turns[place].contents if place < len(new) else None
            if turn.contents and turn.contents.notes != (now.notes if now else {}):
                self._keep_removed(place, turn)
        self._link()

    def append(self, *turns: Turn) -> None:
        """Put turns at the end."""
        self._turns.extend(turns)
        self._link()

    def add_pair(self) -> list[Turn]:
        """Append a message pair and return it.

        A conversation that ends with the assistant gets a user turn alone: models answer a user.
        """
        ends_with_assistant = bool(self._turns) and self._turns[-1].role == "assistant"
        roles = ["user"] if ends_with_assistant or not self._turns else ["assistant", "user"]
        added = [Turn(new_key(), {"role": role, "content": ""}) for role in roles]
        self.append(*added)
        return added

    def add_system(self) -> Turn:
        """Append a system turn and return it."""
        added = Turn(new_key(), {"role": "system", "content": ""})
        self.append(added)
        return added

    def remove(self, key: str) -> None:
        """Take out a turn; it can be put back until the next version is saved."""
        place = self.place_of(key)
        if place is None:
            return
        self._keep_removed(place, self._turns.pop(place))
        self._link()

    def _keep_removed(self, place: int, turn: Turn) -> None:
        notes = turn.contents.notes if turn.contents else {}
        noted = {"notes": notes} if notes else {}
        self.removed.append({"place": place, "message": turn.message, **noted})

    def restore(self) -> Turn | None:
        """Put the turn removed last back where it was; returns it, or None if there is none."""
        if not self.removed:
            return None
        removed = self.removed.pop()
        turn = Turn(new_key(), removed["message"], notes=removed.get("notes"))
        self._turns.insert(removed["place"], turn)
        self._link()
        return turn

    def move(self, key: str, step: int) -> Turn | None:
        """Move a turn by ``step`` places; returns it, or None when it cannot go there."""
        place = self.place_of(key)
        if place is None or not 0 <= place + step < len(self._turns):
            return None
        turn = self._turns.pop(place)
        self._turns.insert(place + step, turn)
        self._link()
        return turn

    def forget_removed(self) -> list[Contents]:
        """Let removed turns and blocks go; returns the contents that blocks were removed from."""
        self.removed = []
        return [
            contents
            for turn in self
            if turn.contents
            for contents in turn.contents.forget_removed()
        ]

    def place_of(self, key: str) -> int | None:
        """The index of the turn with ``key``, None when it is not there."""
        return next((place for place, turn in enumerate(self) if turn.key == key), None)

    def get(self, key: str) -> Turn | None:
        """The turn with ``key``, None when it is not there."""
        return next((turn for turn in self if turn.key == key), None)


def _changed(turn: Turn | None, message: Any) -> Turn:
    """The turn of a changed message, with what is typed into blocks that are the same."""
    if turn is None or turn.contents is None or not _is_editable(message):
        return Turn(new_key(), message)
    return Turn(turn.key, message, notes=turn.contents.notes_for(message["content"]))


def _is_editable(message: Any) -> bool:
    return (
        isinstance(message, dict)
        and isinstance(message.get("role"), str)
        and message["role"] != ""
        and "content" in message
    )


def _calls_in(blocks: list[Block]) -> list[Call]:
    values = [block.form.value for block in blocks if block.kind.name == "tool_use"]
    return [
        Call(value["id"], str(value.get("name", ""))[:100])
        for value in values
        if isinstance(value.get("id"), str) and value["id"]
    ]


def _is_result(block: Block) -> bool:
    return block.kind.name == "tool_result"
