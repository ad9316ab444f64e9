"""What the page shows of the parameters: what the model takes, what it refuses, and why."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from workbench.catalogue import (
    EFFORT_LEVELS,
    KNOWN_BETAS,
    SAMPLING_FIELDS,
    THINKING_TYPES,
    Offer,
    offers,
)
from workbench.prompts.bound import CHOICE, Bound, Shown
from workbench.prompts.content import Content

from .bounds import BOUNDS, PATHS, PLACES, form_of
from .choice import ModelChoice

WORDS = {
    "adaptive": "Adaptive",
    "enabled": "Enabled (budget)",
    "disabled": "Disabled",
    "between_tools": "Between tools only",
    "5m": "5 minutes",
    "1h": "1 hour",
    "standard_only": "Standard only",
    "us": "US",
    "xhigh": "Extra high (xhigh)",
}
ALSO_SAID = {
    "prefill": "Prefilled answer",
    "system_turns": "System turns",
    "tool_choice.type": "Tool choice",
    "image": "Images",
    "document": "Documents",
}
"""Offers of other parts of the page that are explained here when they are not made."""
KNOWN_VALUES = {
    "effort": EFFORT_LEVELS,
    "thinking-type": THINKING_TYPES,
    "speed": ("standard", "fast"),
}
"""Values that some model takes, so that the reason of an offer is about them."""
ALWAYS_DRAWN = (*("model", "stop_sequences", "betas", "user-id", "container", "previous-message"),)
FOLLOWERS = ("thinking-budget", "thinking-display")
"""Fields that go with some types of thinking only."""


def words_of(value: str) -> str:
    """A value of a parameter as its lists show it."""
    return WORDS.get(value, value.title())


def _either(values: list[str]) -> str:
    *others, last = [f'"{value}"' for value in values]
    return f"{', '.join(others)} or {last}" if others else last


@dataclass(frozen=True)
class Control:
    """One parameter on the page."""

    field: Shown
    offer: Offer
    is_apart: bool = False
    """Whether it has no field on the page, since nothing may be set there."""

    @property
    def id(self) -> str:
        return self.field.id

    @property
    def is_set(self) -> bool:
        return self.field.text != ""

    @property
    def is_refused(self) -> bool:
        """Whether the request holds a value that the model does not take."""
        if not self.is_set:
            return False
        return not self.offer.is_offered or self._is_other

    @property
    def reason(self) -> str:
        """Why the value that is set may block the run, as a sentence."""
        is_known = self.field.text in KNOWN_VALUES.get(self.id, (self.field.text,))
        if self._is_other and not (is_known and self.offer.reason):
            return f"The model takes {_either(self._values)}."
        return self.offer.reason or "It does not go with the thinking that is chosen."

    @property
    def _values(self) -> list[str]:
        """The values of its list, without the empty one; none where there is no list."""
        return [value for value, _ in self.field.bound.options if value]

    @property
    def _is_other(self) -> bool:
        return bool(self._values) and self.field.text not in self._values

    @property
    def mark(self) -> object:
        return self.id, self.field.hint, self.field.options


@dataclass(frozen=True)
class Region:
    """A part of the page that is drawn anew, by its id, when other fields belong on it."""

    name: str
    controls: tuple[Control, ...] = ()
    lines: tuple[tuple[str, str], ...] = ()
    refused: tuple[Control, ...] = ()

    @property
    def has_fields(self) -> bool:
        """Whether somebody may be typing there."""
        return self.name not in ("model-notes", "kept-choice")

    @property
    def template(self) -> str:
        return f"prompts/settings/_{self.name.replace('-', '_')}.html"

    @property
    def mark(self) -> str:
        """Differs exactly when the region looks different, but for the values in its fields."""
        refused = [(each.id, each.field.text, each.reason) for each in self.refused]
        drawn = [control.mark for control in self.controls]
        return f"{zlib.crc32(repr((drawn, self.lines, refused)).encode(errors='replace')):x}"


class Panel:
    """The parameters of a content as the page shows them."""

    def __init__(self, content: Content, typed: dict[str, Any]) -> None:
        self.choice = ModelChoice.of(content)
        self._betas = [beta for beta in content.betas if isinstance(beta, str)]
        self._offers = offers(self.choice.model_id, self.choice.api_version, content.body)
        self._form = form_of(content.body, typed, map(self._dressed, BOUNDS))

    def _control(self, name: str) -> Control:
        return Control(self._form[name], self._offer(name))

    @property
    def set_values(self) -> list[Shown]:
        """The parameters that the request holds."""
        return [field for field in self._form if field.text != ""]

    def text_of(self, name: str) -> str:
        """What the field ``name`` shows."""
        return self._form[name].text

    @property
    def user_id(self) -> Control:
        return self._control("user-id")

    @property
    def container(self) -> Control:
        return self._control("container")

    @property
    def previous_message(self) -> Control:
        return self._control("previous-message")

    @property
    def known_betas(self) -> Mapping[str, str]:
        return KNOWN_BETAS

    @cached_property
    def regions(self) -> dict[str, Region]:
        """The parts that depend on the model and on each other, by name."""
        controls = {
            "limit": ("max_tokens",),
            "thinking-fields": ("effort", "thinking-type", *FOLLOWERS),
            "sampling": SAMPLING_FIELDS,
            "format": ("output-format",),
            "caching": ("cache-control",),
            "where": ("service_tier", "speed", "inference_geo"),
        }
        found = [Region(name, self._shown(*ids)) for name, ids in controls.items()]
        kept = (self.choice.model_id, self.choice.api_version)
        notes = Region("model-notes", (), self._lines, self._refused)
        return {
            region.name: region for region in (*found, notes, Region("kept-choice", (), (kept,)))
        }

    @property
    def places(self) -> dict[str, str]:
        """The error slot by the path of a problem, of those slots that are on the page."""
        drawn = [control for region in self.regions.values() for control in region.controls]
        apart = [control for control in self.regions["model-notes"].refused if control.is_apart]
        names = {*ALWAYS_DRAWN, *(control.id for control in (*drawn, *apart))}
        return {path: name for path, name in PLACES.items() if name in names}

    def _shown(self, *names: str) -> tuple[Control, ...]:
        return tuple(control for control in map(self._control, names) if self._belongs(control))

    def _belongs(self, control: Control) -> bool:
        if control.id in FOLLOWERS:
            return self._follows(control.id) and control.offer.is_offered
        few = control.field.kind == CHOICE and len(control.offer.values) < 2
        return control.offer.is_offered and not (few and not self._tells(control))

    def _tells(self, control: Control) -> bool:
        """Whether a list of one value says something: to think adaptively can be said aloud."""
        return control.is_set or control.id == "thinking-type"

    def _follows(self, name: str) -> bool:
        kind = self._form["thinking-type"].text
        return kind == "enabled" or (kind == "adaptive" and name == "thinking-display")

    @property
    def _refused(self) -> tuple[Control, ...]:
        found = []
        for control in map(self._control, PATHS):
            is_apart = control.is_set and not self._belongs(control)
            if is_apart or control.is_refused:
                found.append(replace(control, is_apart=is_apart))
        return tuple(found)

    @property
    def _lines(self) -> tuple[tuple[str, str], ...]:
        """What is not offered, as (label, reason); parameters with the same reason share a line."""
        labels: dict[str, list[str]] = {}
        for label, reason in self._reasons():
            labels.setdefault(reason, []).append(label)
        return tuple((", ".join(names), reason) for reason, names in labels.items())

    def _reasons(self) -> Iterator[tuple[str, str]]:
        for bound in BOUNDS:
            if bound.name != "thinking-display" and (reason := self._offer(bound.name).reason):
                yield bound.label, reason
        for path, label in ALSO_SAID.items():
            if reason := self._offers[path].reason:
                yield label, reason

    def _offer(self, name: str) -> Offer:
        return self._offers.get(PATHS[name], Offer())

    def _dressed(self, bound: Bound) -> Bound:
        """The field with what this model adds to it: its values, its default, its limits."""
        offer = self._offer(bound.name)
        if bound.name == "max_tokens" and self.choice.model.max_output_tokens:
            return replace(bound, hint=f"at most {self.choice.model.max_output_tokens:,}")
        if bound.kind != CHOICE:
            return bound
        values = offer.values
        if bound.name == "thinking-display" and self._has_beta("thinking-display-updates"):
            values = (*values, "updates")
        empty = "Off" if bound.name == "cache-control" else f"Default: {offer.default}"
        options = [("", empty), *((value, words_of(value)) for value in values)]
        hint = self._caching_hint if bound.name == "cache-control" else bound.hint
        return replace(bound, options=tuple(options), hint=hint)

    def _has_beta(self, prefix: str) -> bool:
        return any(beta.startswith(prefix) for beta in self._betas)

    @property
    def _caching_hint(self) -> str:
        least = self.choice.model.rules.minimum_cache_tokens
        if least is None:
            return "How short a text is still cached is not known for this model."
        return f"{self.choice.name} caches from {least:,} tokens on; shorter texts are not kept."
