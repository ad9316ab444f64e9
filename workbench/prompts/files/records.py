"""What the files of a library say, cleaned and checked; every problem is a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from workbench.messages_api import clean_json, clean_text
from workbench.prompts.content import Content
from workbench.prompts.declarations import MOST as MOST_VARIABLES
from workbench.prompts.history.changes import LONGEST_NOTE
from workbench.prompts.library.details import LONGEST_DESCRIPTION
from workbench.prompts.tags import LONGEST_TAG, MOST_TAGS, is_visible, tags_of
from workbench.prompts.variables import NAME

from . import layout
from .front_matter import read_json, shown
from .text import About, SystemText, VersionText, read_system_version, read_time, read_version

LONGEST_NAME = 200
LONGEST_LABEL = 60
LONGEST_SLUG = 80
LATEST_NUMBER = 2**31 - 1
SHELVED = ("name", "description", "tags", "created", "archived")


class Wrong(ValueError):
    """What a file says cannot be taken; the message is a sentence."""


@dataclass(frozen=True)
class Shelved:
    """What is said of a prompt or system prompt as a whole."""

    name: str
    description: str
    tags: list[str]
    created: datetime | None
    archived: datetime | None


@dataclass(frozen=True)
class Move:
    """One step in the history of a label."""

    name: str
    from_number: int | None
    to_number: int | None
    by: str
    at: datetime


@dataclass(frozen=True)
class PromptRecord(Shelved):
    """What ``prompt.json`` says."""

    labels: dict[str, int]
    moves: list[Move]
    value_sets: dict[str, dict[str, str]]


@dataclass(frozen=True)
class PresetRecord:
    """What the file of a preset says."""

    name: str
    description: str
    is_default: bool
    created: datetime | None
    parameters: dict[str, Any]


class Fields:
    """The values of a JSON object by their keys; a wrong one raises ``Wrong``."""

    def __init__(self, values: Any, known: tuple[str, ...], what: str = "it") -> None:
        if not isinstance(values, dict):
            raise Wrong(f"{what} must be a JSON object: begin with {{ and end with }}.")
        if unknown := next((key for key in values if key not in known), None):
            raise Wrong(f"“{shown(unknown)}” has no meaning here: rename or remove it.")
        self.values: Mapping[str, Any] = values

    def text(self, key: str, most: int | None = None) -> str:
        value = self.values.get(key, "")
        if not isinstance(value, str):
            raise Wrong(f"“{key}” must be text in double quotes.")
        if most is not None and len(value) > most:
            raise Wrong(f"“{key}” has {len(value):,} characters: at most {most:,} are taken.")
        return value

    def name(self, key: str = "name", most: int = LONGEST_NAME) -> str:
        name = " ".join(self.text(key).split())
        if not is_visible(name):
            raise Wrong(f"“{key}” is empty: write a name.")
        if len(name) > most:
            raise Wrong(f"“{key}” has {len(name):,} characters: at most {most:,} are taken.")
        return name

    def time(self, key: str) -> datetime | None:
        value = self.values.get(key)
        moment = read_time(value) if isinstance(value, str) else None
        if value is not None and moment is None:
            raise Wrong(f"“{key}” must be a time such as 2026-11-28T17:40:00Z.")
        return moment

    def number(self, key: str) -> int | None:
        value = self.values.get(key)
        if value is not None and not _is_number(value):
            raise Wrong(f"“{key}” must be the number of a version.")
        return value

    def flag(self, key: str) -> bool:
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            raise Wrong(f"“{key}” must be true or false.")
        return value

    def items(self, key: str) -> list[Any]:
        value = self.values.get(key, [])
        if not isinstance(value, list):
            raise Wrong(f"“{key}” must be a list: begin with [ and end with ].")
        return value

    def object(self, key: str) -> dict[str, Any]:
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            raise Wrong(f"“{key}” must be an object: begin with {{ and end with }}.")
        return value


def decoded(content: bytes) -> str:
    """The text of a file; raises ``Wrong``."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Wrong("it is not UTF-8 text: save it as UTF-8.") from None


def read_top(content: bytes) -> set[str]:
    """The hashes of files that the export itself did not find; raises ``Wrong`` or ``Broken``."""
    fields = Fields(_json(content), ("format", "missing_media"))
    found = fields.values.get("format")
    if found is True or found != layout.FORMAT:
        raise Wrong(
            f"its format is not known: this Workbench reads format {layout.FORMAT}. Import it with "
            "a newer Workbench."
        )
    return {digest for digest in fields.items("missing_media") if isinstance(digest, str)}


def read_prompt(content: bytes) -> PromptRecord:
    """What ``prompt.json`` says; raises ``Wrong`` or ``Broken``."""
    keys = (*SHELVED, "labels", "label_moves", "value_sets")
    fields = Fields(_json(content), keys)
    labels = fields.object("labels")
    for name, number in labels.items():
        if not name.strip() or len(name) > LONGEST_LABEL or not _is_number(number):
            raise Wrong(
                f"the label “{shown(name)}” cannot be taken: write a name of at most "
                f"{LONGEST_LABEL} characters and the number of a version."
            )
    return PromptRecord(
        **_shelved(fields),
        labels=labels,
        moves=[_move(move) for move in fields.items("label_moves")],
        value_sets=_value_sets(fields.items("value_sets")),
    )


def read_system_prompt(content: bytes) -> Shelved:
    """What ``system-prompt.json`` says; raises ``Wrong`` or ``Broken``."""
    return Shelved(**_shelved(Fields(_json(content), SHELVED)))


def read_preset(content: bytes) -> PresetRecord:
    """What the file of a preset says; raises ``Wrong`` or ``Broken``."""
    fields = Fields(_json(content), ("name", "description", "is_default", "created", "parameters"))
    parameters = fields.object("parameters")
    parts = Fields(parameters, tuple(parameters))
    parts.object("body"), parts.text("api_version"), parts.object("mocks")
    if not all(isinstance(beta, str) for beta in parts.items("betas")):
        raise Wrong("“betas” must be a list of names in double quotes.")
    return PresetRecord(
        fields.name(),
        fields.text("description", LONGEST_DESCRIPTION),
        fields.flag("is_default"),
        fields.time("created"),
        parameters,
    )


def read_prompt_version(content: bytes) -> VersionText:
    """What a version's file says, cleaned; raises ``Wrong`` or ``Broken``."""
    version = read_version(decoded(content))
    said = version.content.to_dict()
    cleaned = replace(version, content=Content.from_dict(_cleaned(said)), **_clean(version))
    _check_variables(cleaned.content)
    _check_copied_from(cleaned.content.copied_from)
    return cleaned


def read_system_text(content: bytes) -> SystemText:
    """What the file of a system prompt's version says, cleaned; raises ``Wrong`` or ``Broken``."""
    version = read_system_version(decoded(content))
    return replace(version, text=clean_text(version.text), **_clean(version))


def _json(content: bytes) -> Any:
    return _cleaned(read_json(decoded(content), 1, "the file"))


def _cleaned(value: Any) -> Any:
    try:
        return clean_json(value)
    except ValueError:
        raise Wrong("it is nested too deeply: use at most 200 levels.") from None


def _shelved(fields: Fields) -> dict[str, Any]:
    return {
        "name": fields.name(),
        "description": fields.text("description", LONGEST_DESCRIPTION),
        "tags": _tags(fields.items("tags")),
        "created": fields.time("created"),
        "archived": fields.time("archived"),
    }


def _tags(values: list[Any]) -> list[str]:
    """Tags that a page, too, would take as they are."""
    try:
        if tags_of("\n".join(values)) == values:
            return values
    except (TypeError, ValueError):  # the former when one is no text
        pass
    raise Wrong(
        f"“tags” must be at most {MOST_TAGS} different texts of 1 to {LONGEST_TAG} characters in "
        "double quotes, none with a comma or with blanks around it."
    )


def _move(value: Any) -> Move:
    fields = Fields(value, ("name", "from", "to", "by", "at"), "a step of “label_moves”")
    moment = fields.time("at")
    if moment is None:
        raise Wrong("a step of “label_moves” has no “at”: write when it was.")
    return Move(
        fields.text("name", LONGEST_LABEL),
        fields.number("from"),
        fields.number("to"),
        fields.text("by", LONGEST_NAME),
        moment,
    )


def _value_sets(values: list[Any]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for value in values:
        fields = Fields(value, ("name", "values"), "each of “value_sets”")
        name, texts = fields.text("name", LONGEST_NAME), fields.object("values")
        if not name.strip() or name in found:
            raise Wrong(
                f"the name “{shown(name)}” of a value set is empty or there twice: write another."
            )
        if not all(isinstance(text, str) for text in texts.values()):
            raise Wrong(f"the values of “{shown(name)}” must be texts in double quotes.")
        found[name] = texts
    return found


def _clean(about: About) -> dict[str, Any]:
    """The texts about a version, as they are stored."""
    if len(about.author) > LONGEST_NAME:
        raise Wrong(
            f"the author's name has {len(about.author):,} characters: at most {LONGEST_NAME} are "
            "taken."
        )
    if len(about.note) > LONGEST_NOTE:
        raise Wrong(
            f"its note has {len(about.note):,} characters: at most {LONGEST_NOTE:,} are taken."
        )
    texts = {"name": about.name, "author": about.author, "note": about.note}
    return {key: clean_text(text) for key, text in texts.items()}


def _check_variables(content: Content) -> None:
    names = content.declared
    if bad := next((name for name in names if not NAME.fullmatch(name)), None):
        raise Wrong(
            f"“{shown(bad)}” cannot name a variable: use up to 100 letters, digits, _ and -, "
            "beginning with a letter or _."
        )
    if len(set(names)) < len(names):
        raise Wrong("a variable is declared twice: remove one of the two.")
    if len(names) > MOST_VARIABLES:
        raise Wrong(f"it declares {len(names):,} variables: at most {MOST_VARIABLES:,} are taken.")


def _check_copied_from(notes: Mapping[str, Any]) -> None:
    for note in notes.values():
        slug = note.get("slug", "") if isinstance(note, dict) else None
        if not isinstance(slug, str) or len(slug) > LONGEST_SLUG:
            raise Wrong("the value of copied_from does not name what it is a copy of: remove it.")


def _is_number(value: Any) -> bool:
    return type(value) is int and 1 <= value <= LATEST_NUMBER
