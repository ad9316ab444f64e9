"""The parameters of a request as form fields: model, numbers, stop sequences.

A field that cannot be read is kept as typed, apart from the body, until it can be.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from workbench.catalogue import SAMPLING_FIELDS, Model, all_models, get, lifecycle, sampling_fields

from .fields import Fields, from_json, number_from, to_json
from .turns import new_key, shown_json

NUMBERS = {
    "max_tokens": ("Max tokens", "a whole number such as 4096"),
    "temperature": ("Temperature", "a number such as 0.7"),
    "top_p": ("Top P", "a number such as 0.9"),
    "top_k": ("Top K", "a whole number such as 40"),
}
WHOLE = ("max_tokens", "top_k")
GROUPS = {"active": "Current", "legacy": "Legacy", "deprecated": "Deprecated", "retired": "Retired"}
ORDER = ("model", *NUMBERS, "stop_sequences", "system", "messages")
"""The keys of the body that the editor has fields for; all others are kept as they are."""


def shown_value(body: dict[str, Any], typed: dict[str, Any], name: str) -> str:
    """What the field of a parameter shows: what was typed last, else the body's value."""
    if name in typed:
        return str(typed[name])
    value = body.get(name, "")
    return (
        value
        if isinstance(value, str) and name == "model"
        else to_json(value)
        if value != ""
        else ""
    )


def read_number(
    fields: Fields, body: dict[str, Any], typed: dict[str, Any], name: str
) -> dict[str, Any]:
    """``body`` with the posted number ``name``; what is no number goes to ``typed`` instead.

    An empty field removes the parameter; a field as the page showed it changes nothing.
    """
    if name not in fields:
        return body
    text = fields.text(name)
    if text == shown_value(body, typed, name):
        return body
    typed.pop(name, None)
    number = number_from(text)
    if number is not None and (name not in WHOLE or isinstance(number, int)):
        return placed(body, name, number)
    if text.strip():
        typed[name] = text
    return without(body, name)


def placed(body: dict[str, Any], name: str, value: Any) -> dict[str, Any]:
    """``body`` with ``name`` set: where it stands, or else in the usual order of a request.

    A field that is emptied and filled again thus gives the same request, byte for byte.
    """
    if name in body:
        return body | {name: value}
    after = ORDER[ORDER.index(name) + 1 :]
    next_key = next((key for key in body if key in after), None)
    found: dict[str, Any] = {}
    for key, item in body.items():
        if key == next_key:
            found[name] = value
        found[key] = item
    return found | {name: value}


def without(body: dict[str, Any], name: str) -> dict[str, Any]:
    """``body`` without the key ``name``."""
    return {key: value for key, value in body.items() if key != name}


def number_sentence(name: str, text: str) -> str:
    """What is wrong with ``text`` as the number ``name``."""
    label, wanted = NUMBERS[name]
    return f"{label} must be {wanted}, not “{text[:100]}”."


def read_model(fields: Fields, body: dict[str, Any]) -> dict[str, Any]:
    """``body`` with the chosen or typed model id; the list wins over the free text."""
    if "model" not in fields and "model-id" not in fields:
        return body
    model_id = fields.text("model") or fields.text("model-id").strip()
    shown = shown_value(body, {}, "model")
    return body if model_id == shown else placed(body, "model", model_id)


@dataclass(frozen=True)
class ModelGroup:
    """One heading of the model list, with (id, words) of each entry."""

    label: str
    options: list[tuple[str, str]]


def model_groups() -> list[ModelGroup]:
    """The models of the catalogue under Current, Legacy, Deprecated and Retired."""
    found: dict[str, list[tuple[str, str]]] = {state: [] for state in GROUPS}
    for model in all_models():
        found[model.state].append((model.id, _words(model)))
    return [ModelGroup(GROUPS[state], options) for state, options in found.items() if options]


def _words(model: Model) -> str:
    mark = lifecycle.mark(model)
    return f"{model.display_name} ({mark})" if mark else model.display_name


@dataclass(frozen=True)
class SamplingField:
    """temperature, top_p or top_k: offered, or set although the model refuses it."""

    name: str
    label: str
    text: str
    is_offered: bool
    problems: list[str]


@dataclass(frozen=True)
class ModelChoice:
    """A model id and API version as chosen, and what follows from them."""

    model_id: str
    api_version: str

    @property
    def model(self) -> Model:
        return get(self.model_id)

    @property
    def is_listed(self) -> bool:
        return any(model.id == self.model_id for model in all_models())

    @property
    def lifecycle_sentence(self) -> str:
        if not self.model_id:
            return "Choose a model, or write the id of another one under Settings."
        return lifecycle.sentence(self.model)

    @property
    def mark(self) -> str:
        """Differs exactly when the fields below the model have to be drawn anew."""
        return f"{self.model_id} {self.api_version}".replace("\n", " ")

    def sampling(self, body: dict[str, Any], typed: dict[str, Any]) -> list[SamplingField]:
        """The sampling fields to show: those accepted, and those set all the same."""
        accepted = sampling_fields(self.model_id, self.api_version)
        fields = (
            SamplingField(
                name,
                NUMBERS[name][0],
                shown_value(body, typed, name),
                name in accepted,
                [number_sentence(name, typed[name])] if name in typed else [],
            )
            for name in SAMPLING_FIELDS
        )
        return [field for field in fields if field.is_offered or field.text]


@dataclass(frozen=True)
class Stop:
    """One stop sequence; ``key`` names it in the form and on the page.

    An ``is_new`` row waits to be filled in.
    """

    key: str
    value: Any
    is_new: bool = False

    @property
    def is_text(self) -> bool:
        """Whether a textarea can hold it; a stored empty text would read as a row to fill in."""
        return self.is_new or (isinstance(self.value, str) and self.value != "")

    @property
    def json(self) -> str:
        return to_json(self.value)

    @property
    def shown(self) -> str:
        return shown_json(self.value)


def blank_stop() -> Stop:
    """An empty row for one more stop sequence."""
    return Stop(new_key(), "", is_new=True)


def stops_of(body: dict[str, Any]) -> list[Stop]:
    """The stop sequences of ``body``, each as a row."""
    stored = body.get("stop_sequences", [])
    values = stored if isinstance(stored, list) else []
    return [Stop(str(number), value) for number, value in enumerate(values, 1)]


def read_stops(fields: Fields) -> list[Stop]:
    """The posted stop sequences; empty rows are left out."""
    rows = (_read_stop(key, group) for key, group in fields.groups("stop").items())
    return [stop for stop in rows if stop]


def _read_stop(key: str, group: dict[str, str]) -> Stop | None:
    if "json" in group:
        return Stop(key, from_json(group["json"]))
    return Stop(key, group["text"]) if group.get("text") else None


def with_stops(body: dict[str, Any], stops: Iterable[Stop]) -> dict[str, Any]:
    """``body`` with these stop sequences; without any the key goes, unless it held just that."""
    stored = body.get("stop_sequences", [])
    if not isinstance(stored, list):
        return body
    values = [stop.value for stop in stops]
    if values or (stored == [] and "stop_sequences" in body):
        return placed(body, "stop_sequences", values)
    return without(body, "stop_sequences")
