"""Reading one entry of GET /v1/models and laying it over what we know of the model.

Every field of an entry may be missing or null, and compatible servers send other shapes: whatever
does not have the documented type is ignored. Fields: Python SDK 2.11.0, types/model_info.py and
types/model_capabilities.py (2026-11-19).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from workbench.catalogue.model import EFFORT_LEVELS, THINKING_TYPES, Model, Rules


def merged_model(model: Model, entry: Mapping[str, Any]) -> Model:
    """Return `model` with the limits, lifecycle and capabilities of the listing's entry."""
    return replace(
        model,
        display_name=_text(entry.get("display_name")) or model.display_name,
        line=_text(entry.get("line")) or model.line,
        state=_state(model, entry.get("lifecycle")),
        released_on=model.released_on or _release_date(entry.get("created_at")),
        deprecated_on=_date(entry.get("deprecated_at")) or model.deprecated_on,
        retires_on=_date(entry.get("retires_at")) or model.retires_on,
        context_tokens=_count(entry.get("max_input_tokens")) or model.context_tokens,
        max_output_tokens=_count(entry.get("max_tokens")) or model.max_output_tokens,
        rules=_rules(model.rules, _mapping(entry.get("capabilities"))),
        source=model.source or "the model list of the upstream",
    )


def _state(model: Model, lifecycle: object) -> str:
    if lifecycle == "active":
        # "Legacy" is our own word for an active model with a newer sibling.
        return "legacy" if model.state == "legacy" else "active"
    return lifecycle if lifecycle in ("deprecated", "retired") else model.state


def _rules(rules: Rules, capabilities: Mapping[str, Any]) -> Rules:
    thinking = _mapping(_mapping(capabilities.get("thinking")).get("types"))
    allowed, unconfirmed = _thinking_types(rules, thinking)
    return replace(
        rules,
        thinking_types=allowed,
        thinking_types_unconfirmed=unconfirmed,
        effort_levels=_effort_levels(rules, _mapping(capabilities.get("effort"))),
        structured_outputs=_either(capabilities, "structured_outputs", rules.structured_outputs),
        image_input=_either(capabilities, "image_input", rules.image_input),
        pdf_input=_either(capabilities, "pdf_input", rules.pdf_input),
    )


def _thinking_types(
    rules: Rules, types: Mapping[str, Any]
) -> tuple[frozenset[str] | None, frozenset[str]]:
    said = {name: _supported(value) for name, value in types.items() if isinstance(name, str)}
    yes = {name for name, supported in said.items() if supported is True}
    no = {name for name, supported in said.items() if supported is False}
    if not yes and not no:
        return rules.thinking_types, rules.thinking_types_unconfirmed
    if rules.thinking_types is None:
        return frozenset(yes), frozenset(THINKING_TYPES) - yes - no
    allowed = (rules.thinking_types | yes) - no
    return frozenset(allowed), frozenset(rules.thinking_types_unconfirmed - yes - no)


def _effort_levels(rules: Rules, effort: Mapping[str, Any]) -> tuple[str, ...] | None:
    if _supported(effort) is False:
        return ()
    said = {name: _supported(value) for name, value in effort.items() if isinstance(name, str)}
    if rules.effort_levels is None and not any(said.get(level) for level in EFFORT_LEVELS):
        return None
    known = set(rules.effort_levels or ())
    known |= {name for name, supported in said.items() if supported is True}
    known -= {name for name, supported in said.items() if supported is False}
    added = sorted(known - set(EFFORT_LEVELS))
    return (*(level for level in EFFORT_LEVELS if level in known), *added)


def _either(capabilities: Mapping[str, Any], name: str, known: bool | None) -> bool | None:
    live = _supported(capabilities.get(name))
    return known if live is None else live


def _supported(value: object) -> bool | None:
    supported = value.get("supported") if isinstance(value, Mapping) else None
    return supported if isinstance(supported, bool) else None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _count(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if value > 0 else None


def _date(value: object) -> date | None:
    try:
        return datetime.fromisoformat(value).date() if isinstance(value, str) else None
    except ValueError:
        return None


def _release_date(value: object) -> date | None:
    released = _date(value)
    # The list gives the start of the epoch where it has no release date.
    return released if released and released.year > 1970 else None
