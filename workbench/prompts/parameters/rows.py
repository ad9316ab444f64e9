"""Lists of short texts, one row each: stop sequences and betas."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from workbench.prompts.blocks import new_key, shown_json
from workbench.prompts.fields import Fields, from_json, to_json

from .order import placed, without


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


@dataclass(frozen=True)
class Beta(Stop):
    """One value of the beta header."""

    @property
    def is_text(self) -> bool:
        """Whether a field of one line can hold it, which is read as several betas at its commas."""
        value = self.value
        return self.is_new or (isinstance(value, str) and _names(value) == [value])


def blank_stop() -> Stop:
    """An empty row for one more stop sequence."""
    return Stop(new_key(), "", is_new=True)


def blank_beta() -> Beta:
    """An empty row for one more beta."""
    return Beta(new_key(), "", is_new=True)


def stops_of(body: dict[str, Any]) -> list[Stop]:
    """The stop sequences of ``body``, each as a row."""
    stored = body.get("stop_sequences", [])
    values = stored if isinstance(stored, list) else []
    return [Stop(str(number), value) for number, value in enumerate(values, 1)]


def betas_of(values: Iterable[Any]) -> list[Beta]:
    """The betas of a content, each as a row."""
    return [Beta(str(number), value) for number, value in enumerate(values, 1)]


def read_stops(fields: Fields) -> list[Stop]:
    """The posted stop sequences; empty rows are left out."""
    rows = (_read_stop(key, group) for key, group in fields.groups("stop").items())
    return [stop for stop in rows if stop]


def read_betas(fields: Fields) -> list[Beta]:
    """The posted betas; empty rows are left out, a header that was pasted makes several."""
    return [beta for key, group in fields.groups("beta").items() for beta in _read(key, group)]


def _read_stop(key: str, group: dict[str, str]) -> Stop | None:
    if "json" in group:
        return Stop(key, from_json(group["json"]))
    return Stop(key, group["text"]) if group.get("text") else None


def _read(key: str, group: dict[str, str]) -> list[Beta]:
    if "json" in group:
        return [Beta(key, from_json(group["json"]))]
    first, *others = _names(group.get("text", "")) or [""]
    rows = [Beta(key, first), *(Beta(new_key(), name) for name in others)]
    return rows if first else []


def _names(text: str) -> list[str]:
    """The names between commas, as the header joins them, without needless blanks."""
    names = (" ".join(part.split()) for part in text.split(","))
    return [name for name in names if name]


def with_stops(body: dict[str, Any], stops: Iterable[Stop]) -> dict[str, Any]:
    """``body`` with these stop sequences; without any the key goes, unless it held just that."""
    stored = body.get("stop_sequences", [])
    if not isinstance(stored, list):
        return body
    values = [stop.value for stop in stops]
    if values or (stored == [] and "stop_sequences" in body):
        return placed(body, "stop_sequences", values)
    return without(body, "stop_sequences")
