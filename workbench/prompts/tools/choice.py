"""The ``tool_choice`` of a request as form fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.catalogue import Offer
from workbench.prompts.blocks import shown_json
from workbench.prompts.fields import Fields
from workbench.prompts.paths import ABSENT

FIELD, PARALLEL = "tool_choice", "tool_choice-parallel"
DISABLE = "disable_parallel_tool_use"
ONE = "tool:"
"""Begins the value of the choice of one tool; its name follows."""
WORDS = {
    "auto": "Auto: the model decides",
    "any": "Any: one of the tools must be used",
    "none": "None: no tool may be used",
}


class ToolChoice:
    """A stored ``tool_choice``, ``ABSENT`` when there is none."""

    def __init__(self, stored: Any) -> None:
        self.stored = stored

    def read(self, fields: Fields) -> None:
        """Take the posted choice; what the page did not show stays."""
        if FIELD not in fields or self.is_odd:
            return
        is_single = PARALLEL in fields
        text = fields.text(FIELD)
        if text != self.text:
            self._choose(text)
        if f"{PARALLEL}-shown" in fields and is_single != self.is_single:
            self._limit(is_single)

    def _choose(self, text: str) -> None:
        before = {} if self.stored is ABSENT else self.stored
        kept = {key: value for key, value in before.items() if key != "name"}
        if not text:
            self.stored = ABSENT
        elif text.startswith(ONE):
            self.stored = kept | {"type": "tool", "name": text.removeprefix(ONE)}
        else:
            self.stored = kept | {"type": text[:60]}
        if text == "none":
            self._limit(False)

    def _limit(self, is_single: bool) -> None:
        found = {"type": "auto"} if self.stored is ABSENT else dict(self.stored)
        found.pop(DISABLE, None)
        if is_single:
            found[DISABLE] = True
        if is_single or self.stored is not ABSENT:
            self.stored = found

    def follow(self, renamed: Mapping[str, str], names: list[str]) -> None:
        """Keep to the chosen tool when it got another name; ``names`` are those of now."""
        if self.is_odd or not self.text.startswith(ONE):
            return
        chosen = self.text.removeprefix(ONE)
        if renamed.get(chosen) and chosen not in names:
            self.stored = self.stored | {"name": renamed[chosen]}

    def remove(self) -> None:
        """Take it out of the request."""
        self.stored = ABSENT

    @property
    def is_stored(self) -> bool:
        """Whether the request has one."""
        return self.stored is not ABSENT

    @property
    def is_odd(self) -> bool:
        """Whether it has a form that the fields cannot show; it is kept as it is."""
        if self.stored is ABSENT:
            return False
        if not isinstance(self.stored, dict) or not isinstance(self.stored.get("type"), str):
            return True
        name = self.stored.get("name", "")
        is_line = isinstance(name, str) and "\n" not in self.stored["type"] + name
        return not is_line or ("name" in self.stored) != (self.stored["type"] == "tool")

    @property
    def shown(self) -> str:
        """Its JSON, for reading; "" without one."""
        return "" if self.stored is ABSENT else shown_json(self.stored)

    @property
    def text(self) -> str:
        """The value of the list."""
        if self.stored is ABSENT:
            return ""
        kind = str(self.stored["type"])
        return f"{ONE}{self.stored['name']}" if kind == "tool" else kind

    @property
    def is_single(self) -> bool:
        """Whether one call at a time is asked for."""
        return isinstance(self.stored, dict) and self.stored.get(DISABLE) is True

    def is_refused(self, offer: Offer) -> bool:
        """Whether the model does not take what is stored."""
        kind = self.stored.get("type") if isinstance(self.stored, dict) else None
        return kind in (*WORDS, "tool") and kind not in offer.values

    def options(self, offer: Offer, names: list[str]) -> list[tuple[str, str]]:
        """(value, words) of the list: what is offered, and what is stored all the same."""
        found = [("", f"Not set: {offer.default}")]
        found += [(kind, words) for kind, words in WORDS.items() if kind in offer.values]
        if "tool" in offer.values:
            found[-1:-1] = [(f"{ONE}{name}", f"Only {name}") for name in dict.fromkeys(names)]
        if self.text in [value for value, _ in found]:
            return found
        words = f"Only {self.text.removeprefix(ONE)}" if self.text.startswith(ONE) else self.text
        return [*found, (self.text, WORDS.get(self.text, words))]
