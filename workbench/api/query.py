"""The parameters of an address. One that is not known is refused.

A misspelt ``label`` would otherwise give a program the latest version without a word.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from workbench.messages_api import clean_text

from .errors import bad_request

VALUE = "var."
LARGEST_DIGITS = 9  # of a number that Postgres takes for an integer, whichever it is


class Query:
    """The parameters that a view knows by ``names``, each given at most once.

    With ``has_values``, also ``values`` and ``var.NAME``. Raises ``ApiError`` (400).
    """

    def __init__(self, request: HttpRequest, *names: str, has_values: bool = False) -> None:
        known = (*names, "values") if has_values else names
        self._texts: dict[str, str] = {}
        self._values: dict[str, str] = {}
        for name, given in request.GET.lists():
            if len(given) > 1:
                raise bad_request(f"Give “{_shown(name)}” once.")
            if has_values and name.startswith(VALUE):
                self._values[clean_text(name.removeprefix(VALUE))] = clean_text(given[0])
            elif name in known:
                self._texts[name] = clean_text(given[0])
            else:
                listed = ", ".join([*known, *([f"{VALUE}NAME"] if has_values else [])])
                raise bad_request(f"There is no parameter “{_shown(name)}” here, only: {listed}.")

    def text(self, name: str) -> str:
        """The text of a parameter; "" when it was not given."""
        return self._texts.get(name, "")

    def is_given(self, name: str) -> bool:
        """Whether the parameter stands in the address, be it empty."""
        return name in self._texts

    def number(self, name: str) -> int | None:
        """A whole number, 0 or greater; None when it was not given."""
        if not self.is_given(name):
            return None
        text = self.text(name)
        if not (text.isascii() and text.isdigit()):
            raise bad_request(f"“{name}” is a whole number.")
        digits = text.lstrip("0") or "0"
        return int(digits[:LARGEST_DIGITS]) if len(digits) <= LARGEST_DIGITS else 10**LARGEST_DIGITS

    def choice(self, name: str, *choices: str) -> str:
        """One of ``choices``; "" when it was not given."""
        text = self.text(name)
        if self.is_given(name) and text not in choices:
            raise bad_request(f"“{name}” is {' or '.join(choices)}.")
        return text

    def values(self) -> dict[str, str] | None:
        """The values of variables by name, from both places; None when there are none of either."""
        if not self._values and not self.is_given("values"):
            return None
        together = _object(self.text("values")) if self.is_given("values") else {}
        if twice := together.keys() & self._values.keys():
            raise bad_request(f"Give “{_shown(min(twice))}” once: in values, or as {VALUE}NAME.")
        return together | self._values


def _object(text: str) -> dict[str, str]:
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):  # the latter for brackets without end
        raise bad_request("“values” is no JSON.") from None
    if not _is_texts(parsed):
        raise bad_request("“values” is a JSON object of texts by the names of variables.")
    return {clean_text(name): clean_text(value) for name, value in parsed.items()}


def _is_texts(parsed: Any) -> bool:
    return isinstance(parsed, Mapping) and all(isinstance(text, str) for text in parsed.values())


def _shown(name: str) -> str:
    return clean_text(name)[:80]
