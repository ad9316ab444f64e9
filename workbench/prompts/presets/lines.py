"""Parameters as lines to read, and what differs between two."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from workbench.prompts.blocks import shown_json
from workbench.prompts.bound import JSON, Shown
from workbench.prompts.content import Content
from workbench.prompts.parameters import ModelChoice, Panel, rest_of
from workbench.prompts.tools import Tools

from .parts import BODY, SPLIT, Part, applied

LONGEST_WORDS = 60
NOTHING_TYPED: Mapping[str, Any] = MappingProxyType({})
OWN_LINE = ("model", "stop_sequences", "system", "messages", "tools", "tool_choice")
"""Keys of the body that have a line without having a field among the parameters."""


@dataclass(frozen=True)
class Line:
    """One parameter: its label, its whole text, and a few words of it."""

    part: Part
    label: str
    text: str
    short: str
    is_long: bool = False
    """Whether the whole text says more than the short one."""

    @classmethod
    def of_text(cls, part: Part, label: str, text: str) -> Line:
        """The line of a text."""
        short = _cut(text)
        return cls(part, label, text, short, short != text)

    @classmethod
    def of_json(cls, part: Part, label: str, value: Any, words: str = "") -> Line:
        """The line of a JSON value, in ``words`` where they say more than its beginning."""
        compact = json.dumps(value, ensure_ascii=False)
        is_long = bool(words) or len(compact) > LONGEST_WORDS
        return cls(part, label, shown_json(value), words or _cut(compact), is_long)


def _cut(text: str) -> str:
    """The first line of a text, cut."""
    first = text.partition("\n")[0][:LONGEST_WORDS]
    return first if first == text else f"{first} …"


@dataclass(frozen=True)
class Change:
    """A parameter that is another one afterwards; an absent line means that it is not set."""

    label: str
    before: Line | None
    after: Line | None


def lines_of(parameters: Mapping[str, Any], typed: Mapping[str, Any] = NOTHING_TYPED) -> list[Line]:
    """The parameters that are set; ``typed`` holds fields whose text cannot be read."""
    content = applied(Content({}), parameters)
    return [
        *_head(content, parameters),
        *map(_of_field, Panel(content, dict(typed)).set_values),
        *_lists(content),
        *_rest(content.body),
    ]


def _head(content: Content, parameters: Mapping[str, Any]) -> Iterator[Line]:
    if "model" in content.body:
        choice = ModelChoice.of(content)
        yield Line((BODY, "model"), "Model", choice.model_id, choice.name)
    if "api_version" in parameters:
        yield Line.of_text(("api_version",), "API version", content.api_version)


def _of_field(field: Shown) -> Line:
    path = field.bound.path
    part = (BODY, *path[: 2 if path[0] == SPLIT else 1])
    if field.kind == JSON:
        return Line(part, "Output format", field.text, "JSON Schema", is_long=True)
    return Line.of_text(part, field.label, field.text)


def _lists(content: Content) -> Iterator[Line]:
    body = content.body
    if "stop_sequences" in body:
        yield Line.of_json((BODY, "stop_sequences"), "Stop sequences", body["stop_sequences"])
    if content.betas:
        yield Line.of_text(("betas",), "Betas", ", ".join(map(str, content.betas)))
    if "tools" in body:
        summary = Tools.of(body, {}, {}).summary
        yield Line.of_json((BODY, "tools"), "Tools", body["tools"], summary)
    if "tool_choice" in body:
        yield Line.of_json((BODY, "tool_choice"), "Tool choice", body["tool_choice"])
    if content.mocks:
        words = _cut(f"of {', '.join(content.mocks)}")
        yield Line.of_json(("mocks",), "Mocked results", content.mocks, words)


def _rest(body: dict[str, Any]) -> Iterator[Line]:
    """What has no field: shown by its key, as JSON."""
    for key, value in rest_of(body, *OWN_LINE).items():
        if key == SPLIT and isinstance(value, dict):
            for inner, each in value.items():
                yield Line.of_json((BODY, key, inner), f"{key}.{inner}", each)
        else:
            yield Line.of_json((BODY, key), key, value)


def changes(before: list[Line], after: list[Line]) -> list[Change]:
    """The lines that differ, in the order of ``after``, then those that are gone."""
    old = {(line.part, line.label): line for line in before}
    new = {(line.part, line.label): line for line in after}
    pairs = [(key, old.get(key), new.get(key)) for key in (*new, *(k for k in old if k not in new))]
    return [
        Change(label, one, other)
        for (_, label), one, other in pairs
        if (one and one.text) != (other and other.text)
    ]


def sentence_of(lines: list[Line]) -> str:
    """The lines in one line of text, without the model."""
    return " · ".join(
        f"{line.label} {line.short}" for line in lines if line.part != (BODY, "model")
    )
