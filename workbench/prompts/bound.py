"""Bound fields: each shows and sets one value of a JSON object, found by its path.

Nothing is lost: a field that comes back as the page showed it changes nothing, whatever odd value
it stands for. What cannot be read is kept as ``typed`` text, beside the object, and reported.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.catalogue import Problem
from workbench.messages_api import clean_json

from .fields import number_from
from .paths import ABSENT, placed_at, value_at, without_at

TEXT, LONG, WHOLE, NUMBER, CHOICE, FLAG, LINES, JSON = (
    *("text", "long", "whole", "number", "choice", "flag", "lines", "json"),
)
SHOWN = "-shown"
"""Ends the hidden field that says that a checkbox was on the page: an empty one posts nothing."""

MOST_DIGITS = 1_000
"""Of a whole number; nothing needs more, and Python reads no more than 4,300."""


class Unreadable(ValueError):
    """A typed text is not what its field takes; the message is a sentence about it."""


@dataclass(frozen=True)
class Bound:
    """A form field and the place of its value. ``name`` is unique within one ``BoundForm``.

    Kinds: ``text``, ``long`` (of several lines) and ``choice`` hold a string, ``whole`` and
    ``number`` a number, ``flag`` true or nothing, ``lines`` a list of strings, ``json`` anything.
    An emptied field takes its key away.
    """

    name: str
    path: tuple[str, ...]
    kind: str = TEXT
    label: str = ""
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()
    """(value, words) of a choice; a stored value that is not among them is shown as well."""
    least: int | None = None
    """The smallest number that can be typed."""
    pattern: str = ""
    """The regular expression of the texts that can be typed; ``wanted`` says it in words."""
    wanted: str = ""

    def shown(self, value: Any) -> str:
        """What the field of a stored value shows; "" for ``ABSENT``."""
        if value is ABSENT or self.kind == FLAG:
            return ""
        if self.kind in (TEXT, LONG, CHOICE) and isinstance(value, str):
            return value
        if self.kind == LINES and _is_lines(value):
            return "\n".join(value)
        return json.dumps(value, ensure_ascii=False, indent=2 if self.kind == JSON else None)

    def parsed(self, text: str) -> Any:
        """The value that ``text`` writes; raises ``Unreadable``."""
        if self.kind in (WHOLE, NUMBER):
            return self._number(text)
        if self.kind == LINES:
            return [line.strip() for line in text.split("\n") if line.strip()]
        if self.kind == JSON:
            return parsed_json(text, self.label or self.name)
        return self._patterned(text.strip()) if self.pattern else text

    def is_empty(self, text: str) -> bool:
        """Whether ``text`` writes no value; blanks are one where any text goes."""
        is_free = self.kind in (TEXT, LONG) and not self.pattern
        return text == "" if is_free else not text.strip()

    def error(self, text: str) -> str:
        """Why ``text`` cannot be read, as a sentence; "" when it can."""
        try:
            self.parsed(text)
        except Unreadable as error:
            return str(error)
        return ""

    def _number(self, text: str) -> int | float:
        number = number_from(text)
        if number is None or not self._takes(number):
            kind = "a whole number" if self.kind == WHOLE else "a number"
            least = "" if self.least is None else f" of {self.least:,} or more"
            raise self._refusal(kind + least, text)
        return number

    def _takes(self, number: float) -> bool:
        is_kind = self.kind == NUMBER or isinstance(number, int)
        return is_kind and (self.least is None or number >= self.least)

    def _patterned(self, text: str) -> str:
        if not re.fullmatch(self.pattern, text):
            raise self._refusal(self.wanted, text)
        return text

    def _refusal(self, wanted: str, text: str) -> Unreadable:
        return Unreadable(f"{self.label or self.name} must be {wanted}, not “{text[:100]}”.")


@dataclass(frozen=True)
class Shown:
    """A bound field as a template draws it; ``id`` is also its name in the form."""

    id: str
    bound: Bound
    text: str
    is_on: bool
    error: str

    @property
    def label(self) -> str:
        """The words beside the field."""
        return self.bound.label

    @property
    def kind(self) -> str:
        """The kind of field, as in ``Bound``."""
        return self.bound.kind

    @property
    def hint(self) -> str:
        """A sentence of help; "" without one."""
        return self.bound.hint

    @property
    def is_line(self) -> bool:
        """Whether a field of one line can hold the text."""
        return self.kind == TEXT and "\n" not in self.text

    @property
    def rows(self) -> int:
        """Lines of text area that show the text without scrolling, two to 24."""
        return min(24, max(2, self.text.count("\n") + 1))

    @property
    def options(self) -> list[tuple[str, str]]:
        """The choices, with the stored value among them whatever it is."""
        known = [value for value, _ in self.bound.options]
        extra = [] if self.text in known or not self.text else [(self.text, self.text)]
        return [*self.bound.options, *extra]


@dataclass
class BoundForm:
    """A JSON object as bound fields; ``prefix`` begins their names in the form.

    ``typed`` holds, by field name, what was typed and cannot be read. What stood there before
    goes, unless ``keeps_former``.
    """

    prefix: str
    bounds: tuple[Bound, ...]
    value: dict[str, Any]
    typed: dict[str, str] = field(default_factory=dict)
    keeps_former: bool = False

    def read(self, posted: Mapping[str, str]) -> None:
        """Take the posted fields, by their names without the prefix, into ``value``."""
        for bound in self.bounds:
            if bound.kind == FLAG:
                self._read_flag(bound, posted)
            elif bound.name in posted:
                self._read_text(bound, posted[bound.name])

    def _read_flag(self, bound: Bound, posted: Mapping[str, str]) -> None:
        is_on = bound.name in posted
        if bound.name + SHOWN not in posted or is_on == self._is_on(bound):
            return
        self.value = (
            placed_at(self.value, bound.path, True) if is_on else without_at(self.value, bound.path)
        )

    def _read_text(self, bound: Bound, text: str) -> None:
        if text == self._text(bound):
            return
        self.typed.pop(bound.name, None)
        if bound.is_empty(text):
            self.value = without_at(self.value, bound.path)
            return
        try:
            self.value = placed_at(self.value, bound.path, bound.parsed(text))
        except Unreadable:
            self.typed[bound.name] = text
            if not self.keeps_former:
                self.value = without_at(self.value, bound.path)

    def _text(self, bound: Bound) -> str:
        if bound.name in self.typed:
            return self.typed[bound.name]
        return bound.shown(value_at(self.value, bound.path))

    def _is_on(self, bound: Bound) -> bool:
        return value_at(self.value, bound.path) is True

    @property
    def problems(self) -> list[Problem]:
        """One problem per text that cannot be read; its path is the value's place."""
        return [
            Problem(".".join(bound.path), bound.error(self.typed[bound.name]))
            for bound in self.bounds
            if bound.name in self.typed
        ]

    def __iter__(self) -> Iterator[Shown]:
        return (self._shown(bound) for bound in self.bounds)

    def __getitem__(self, name: str) -> Shown:
        return self._shown(next(bound for bound in self.bounds if bound.name == name))

    def _shown(self, bound: Bound) -> Shown:
        typed = self.typed.get(bound.name)
        error = "" if typed is None else bound.error(typed)
        is_on = self._is_on(bound)
        return Shown(f"{self.prefix}{bound.name}", bound, self._text(bound), is_on, error)

    def rest(self, *more: str) -> dict[str, Any]:
        """What ``value`` holds besides the bound fields and the keys ``more``."""
        rest = {key: item for key, item in self.value.items() if key not in more}
        for bound in self.bounds:
            rest = without_at(rest, bound.path)
        return rest


def parsed_json(text: str, label: str) -> Any:
    """The cleaned JSON value of ``text``; raises ``Unreadable`` with line and column.

    A key that stands twice in one object is refused too: one of the two would be lost.
    """
    try:
        return clean_json(strict_json(text))
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Unreadable(f"{label} is no valid JSON: {error.msg} at {where}.") from None
    except RecursionError:
        raise Unreadable(f"{label} is nested too deeply.") from None
    except ValueError as error:
        raise Unreadable(f"{label} is no valid JSON: {error}.") from None


def strict_json(text: str) -> Any:
    """The JSON value of ``text``; raises ``ValueError``, also where Python reads more than JSON."""
    return json.loads(
        text,
        object_pairs_hook=_unique,
        parse_constant=_refused,
        parse_float=_finite,
        parse_int=_whole,
    )


def _unique(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key “{key[:60]}” stands twice in one object")
        found[key] = value
    return found


def _refused(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"the number {text[:60]} is too large")
    return number


def _whole(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise ValueError(f"the number {text[:60]}… has more than {MOST_DIGITS:,} digits")
    return int(text)


def _is_lines(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(item, str) and item == item.strip() != "" and "\n" not in item for item in value
    )
