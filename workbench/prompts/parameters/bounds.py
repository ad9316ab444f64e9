"""The parameters that have a field of their own, as bound fields of the request body."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from workbench.catalogue import Problem
from workbench.prompts.bound import (
    CHOICE,
    JSON,
    NUMBER,
    TEXT,
    WHOLE,
    Bound,
    BoundForm,
    parsed_json,
)
from workbench.prompts.fields import Fields
from workbench.prompts.paths import ABSENT

from .order import in_order

EXAMPLE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "answer": {"type": "string", "description": "The answer in one sentence."},
        "is_certain": {"type": "boolean"},
    },
    "required": ["answer", "is_certain"],
    "additionalProperties": False,
}


@dataclass(frozen=True)
class CacheBound(Bound):
    """Automatic caching: off, or for how long."""

    def shown(self, value: Any) -> str:
        if value == {"type": "ephemeral"}:
            return "5m"
        is_plain = isinstance(value, dict) and set(value) == {"type", "ttl"}
        if is_plain and value["type"] == "ephemeral" and value["ttl"] in ("5m", "1h"):
            return str(value["ttl"])
        return "" if value is ABSENT else json.dumps(value, ensure_ascii=False)

    def parsed(self, text: str) -> Any:
        if text == "5m":
            return {"type": "ephemeral"}
        return {"type": "ephemeral", "ttl": text} if text == "1h" else parsed_json(text, self.label)


@dataclass(frozen=True)
class FormatBound(Bound):
    """The output format: the schema alone where there is nothing else to say."""

    def shown(self, value: Any) -> str:
        is_plain = isinstance(value, dict) and set(value) == {"type", "schema"}
        if is_plain and value["type"] == "json_schema" and isinstance(value["schema"], dict):
            return super().shown(value["schema"])
        return super().shown(value)

    def parsed(self, text: str) -> Any:
        value = parsed_json(text, self.label)
        if isinstance(value, dict) and value.get("type") == "json_schema":
            return value
        return {"type": "json_schema", "schema": value}


@dataclass(frozen=True)
class TextOrJson(Bound):
    """A text, or JSON where the API takes an object or null instead."""

    def shown(self, value: Any) -> str:
        if isinstance(value, str) or value is ABSENT:
            return super().shown(value)
        return json.dumps(value, ensure_ascii=False)

    def parsed(self, text: str) -> Any:
        is_json = text.strip() == "null" or text.lstrip().startswith("{")
        return parsed_json(text, self.label) if is_json else text.strip()


BOUNDS: tuple[Bound, ...] = (
    Bound("max_tokens", ("max_tokens",), WHOLE, "Max tokens"),
    Bound("temperature", ("temperature",), NUMBER, "Temperature", "0 to 1"),
    Bound("top_p", ("top_p",), NUMBER, "Top P", "0 to 1"),
    Bound("top_k", ("top_k",), WHOLE, "Top K", "a whole number"),
    Bound("thinking-type", ("thinking", "type"), CHOICE, "Thinking"),
    Bound(
        *("thinking-budget", ("thinking", "budget_tokens"), WHOLE, "Thinking budget"),
        hint="tokens, from 1,024 and below max tokens",
    ),
    Bound(
        *("thinking-display", ("thinking", "display"), CHOICE, "Display of thinking"),
        hint="Omitted thinking costs the same.",
    ),
    Bound("effort", ("output_config", "effort"), CHOICE, "Effort"),
    FormatBound(
        *("output-format", ("output_config", "format"), JSON, "JSON Schema of the answer"),
        hint="Empty: free text.",
    ),
    CacheBound("cache-control", ("cache_control",), CHOICE, "Automatic caching"),
    Bound("service_tier", ("service_tier",), CHOICE, "Service tier"),
    Bound("speed", ("speed",), CHOICE, "Speed"),
    Bound("inference_geo", ("inference_geo",), CHOICE, "Inference region"),
    Bound(
        *("user-id", ("metadata", "user_id"), TEXT, "User id"),
        hint="An opaque id of your end user; no name, no e-mail address.",
    ),
    TextOrJson(
        *("container", ("container",), TEXT, "Container"),
        hint="The id of a container to use again, or an object with skills.",
    ),
    TextOrJson(
        *("previous-message", ("diagnostics", "previous_message_id"), TEXT, "Message before"),
        hint="Asks why its cache was missed. “null” asks without naming one.",
    ),
)
PATHS = {bound.name: ".".join(bound.path) for bound in BOUNDS}
"""The path of each field by its name."""
PLACES = {
    "model": "model",
    "stop_sequences": "stop_sequences",
    "betas": "betas",
    "thinking": "thinking-type",
    "output_config": "effort",
    "metadata": "user-id",
    "diagnostics": "previous-message",
} | {path: name for name, path in PATHS.items()}
"""The error slot by the path of a problem."""


def form_of(
    body: dict[str, Any], typed: dict[str, Any], bounds: Iterable[Bound] = BOUNDS
) -> BoundForm:
    """The parameters of ``body`` as bound fields; ``typed`` is read and written by their names."""
    return BoundForm("", tuple(bounds), body, typed)


def read(fields: Fields, body: dict[str, Any], typed: dict[str, Any]) -> dict[str, Any]:
    """``body`` with the posted parameters; what cannot be read goes to ``typed``."""
    form = form_of(body, typed)
    form.read({name: fields.text(name) for name in PATHS if name in fields})
    return in_order(body, form.value)


def errors(typed: dict[str, Any]) -> list[Problem]:
    """What was typed as a parameter and cannot be used."""
    return form_of({}, typed).problems


def removed(body: dict[str, Any], typed: dict[str, Any], name: str) -> dict[str, Any]:
    """``body`` without the parameter of the field ``name``, which is forgotten as typed, too."""
    form = form_of(body, typed)
    if name in PATHS:
        form.typed.pop(name, None)
        form.read({name: ""})
    return form.value


def with_example_schema(body: dict[str, Any], typed: dict[str, Any]) -> dict[str, Any]:
    """``body`` with a small schema to begin with, unless there is one or something is typed."""
    form = form_of(body, typed)
    if form["output-format"].text:
        return body
    form.read({"output-format": json.dumps(EXAMPLE_SCHEMA)})
    return in_order(body, form.value)


def rest_of(body: dict[str, Any], *elsewhere: str) -> dict[str, Any]:
    """What ``body`` holds besides the parameters here and the keys ``elsewhere``."""
    return form_of(body, {}).rest(*elsewhere)


def typed_outside(typed: Mapping[str, Any], parts: Collection[tuple[str, ...]]) -> dict[str, Any]:
    """What was typed and cannot be read, but for fields of these ``parts`` of a preset."""
    paths = {name: ("body", *path.split(".")) for name, path in PATHS.items()}
    return {
        name: text
        for name, text in typed.items()
        if not {paths.get(name, ())[:2], paths.get(name, ())[:3]} & set(parts)
    }
