"""What the editor may offer for a model and API version, and beside what a body holds already.

The table is the one that `problems` refuses by: what is offered here is not refused there. A model
or rule that nobody knows refuses nothing.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workbench.catalogue.checks.blocks import IMAGE_TYPES
from workbench.catalogue.checks.caching import LIFETIMES
from workbench.catalogue.checks.fields import CLOSED_VALUES
from workbench.catalogue.checks.sampling import fixed_value
from workbench.catalogue.checks.subject import Subject, mapping, one_of
from workbench.catalogue.checks.thinking import DISPLAYS, refused_type
from workbench.catalogue.checks.tools import CHOICES
from workbench.catalogue.lookup import Catalogue, current, sampling_fields
from workbench.catalogue.model import API_VERSIONS, EFFORT_LEVELS, SAMPLING_FIELDS, THINKING_TYPES

DOCUMENT_TYPES = ("application/pdf", "text/plain")

_WITHOUT_UP_FRONT_THINKING = ("disabled", "between_tools")
_FORCED = ("any", "tool")


@dataclass(frozen=True, slots=True)
class Offer:
    """What may be offered for one parameter."""

    values: tuple[str, ...] = ()
    """The values to choose from; empty where any value of the right type goes."""
    is_offered: bool = True
    reason: str = ""
    """One sentence that says why the parameter or some of its values are not offered."""
    default: str = ""
    """What happens when the parameter is left out, in words."""


Offers = Iterator[tuple[str, Offer]]


def offers(
    model_id: str,
    api_version: str,
    body: Mapping[str, Any] | None = None,
    catalogue: Catalogue | None = None,
) -> Mapping[str, Offer]:
    """Return the offer of each parameter, by its path in a request (`thinking.type`).

    Three entries are no paths: `prefill`, `system_turns`, and `image` and `document` by their
    media types. `body` is the request so far: a choice in it may rule out others.
    """
    known = catalogue or current()
    subject = Subject(api_version, (), mapping(body), known.get(model_id))
    found = {name: offer for part in _PARTS for name, offer in part(subject)}
    accepted = sampling_fields(model_id, api_version, known)
    return {name: _sampling(subject, name, accepted) for name in SAMPLING_FIELDS} | found


def _sampling(subject: Subject, name: str, accepted: tuple[str, ...]) -> Offer:
    default = _SAMPLING_DEFAULTS[name]
    if name in accepted:
        return Offer(default=default)
    reason = f"{subject.model.display_name} takes sampling parameters at their defaults only."
    if subject.api_version == API_VERSIONS[0]:
        reason = f"API version {subject.api_version} takes no sampling parameters, with any model."
    elif subject.body.get(name) is not None:
        reason = f"{fixed_value(subject, name)}."
    return Offer(is_offered=False, reason=reason, default=default)


def _thinking_type(subject: Subject) -> Offers:
    rules, name = subject.rules, subject.model.display_name
    default = _THINKING_DEFAULTS.get(rules.thinking_default or "", "as the model does it")
    types = _accepted_types(subject)
    if not types:
        reason = f"{name} does not think."
        yield "thinking.type", Offer((), is_offered=False, reason=reason, default=default)
        return
    values, reason = types, _type_reason(subject, types)
    most = rules.disabled_max_effort
    if most and _is_above(_effort(subject), most):
        values = tuple(kind for kind in types if kind not in _WITHOUT_UP_FRONT_THINKING)
        reason = f'{name} thinks less only with an effort up to "{most}"; lower the effort first.'
    elif _choice(subject) in _FORCED and "enabled" in types:
        values = tuple(kind for kind in types if kind != "enabled")
        reason = 'Thinking "enabled" and a forced tool choice exclude each other.'
    chosen = _thinking_of(subject)
    if isinstance(chosen, str) and (refusal := refused_type(subject, chosen)):
        reason = f"{refusal}."
    yield "thinking.type", Offer(values, bool(values), reason, default)


def _type_reason(subject: Subject, types: tuple[str, ...]) -> str:
    """Why not all types are offered, while none that is refused is chosen."""
    name = subject.model.display_name
    if not set(_WITHOUT_UP_FRONT_THINKING) & set(types):
        return f"{name} always thinks; thinking cannot be switched off."
    if "disabled" not in types:
        return f"{name} cannot work without any thinking."
    if set(types) < set(THINKING_TYPES):
        return f"{name} takes the thinking {one_of(types)} only."
    return ""


def _thinking_rest(subject: Subject) -> Offers:
    rules, name = subject.rules, subject.model.display_name
    kind = _thinking_of(subject)
    types = _accepted_types(subject)
    reason = "" if types else f"{name} does not think."
    if types and kind in _WITHOUT_UP_FRONT_THINKING:
        reason = f'With thinking "{kind}" there is no display.'
    default = rules.default_display or "as the model does it"
    yield (
        "thinking.display",
        Offer(() if reason else DISPLAYS, not reason, reason, default),
    )
    # Beside a chosen "enabled" it is the type that is refused; its budget is no second fact.
    takes_budget = "enabled" in types or kind == "enabled"
    reason = "" if takes_budget else f"{name} takes no thinking budget; choose the effort instead."
    yield (
        "thinking.budget_tokens",
        Offer((), takes_budget, reason, 'needed with thinking "enabled"'),
    )


def _accepted_types(subject: Subject) -> tuple[str, ...]:
    rules = subject.rules
    if rules.thinking_types is None:
        return THINKING_TYPES
    accepted = rules.thinking_types | rules.thinking_types_unconfirmed
    return (
        *(kind for kind in THINKING_TYPES if kind in accepted),
        *sorted(accepted - set(THINKING_TYPES)),
    )


def _output(subject: Subject) -> Offers:
    rules, name = subject.rules, subject.model.display_name
    default = rules.default_effort or "as the model does it"
    levels = EFFORT_LEVELS if rules.effort_levels is None else rules.effort_levels
    reason = "" if levels else f"{name} has no effort setting."
    kind = _thinking_of(subject)
    most = rules.disabled_max_effort
    if most and kind in _WITHOUT_UP_FRONT_THINKING:
        levels = tuple(level for level in levels if not _is_above(level, most))
        reason = f'With thinking "{kind}", {name} takes an effort up to "{most}".'
    elif levels and levels != EFFORT_LEVELS and set(levels) < set(EFFORT_LEVELS):
        reason = f"{name} knows the effort {one_of(levels)} only."
    yield "output_config.effort", Offer(levels, bool(levels), reason, default)
    is_offered = rules.structured_outputs is not False
    reason = "" if is_offered else f"{name} has no structured outputs."
    yield "output_config.format", Offer((), is_offered, reason, "free text")


def _tool_choice(subject: Subject) -> Offers:
    values: tuple[str, ...] = CHOICES
    reason = ""
    free = tuple(choice for choice in CHOICES if choice not in _FORCED)
    if subject.rules.forced_tool_choice is False:
        values = free
        reason = f"{subject.model.display_name} cannot be forced to use a tool; ask in the prompt."
    elif _thinking_of(subject) == "enabled":
        values = free
        reason = 'With thinking "enabled" no tool can be forced.'
    yield "tool_choice.type", Offer(values, True, reason, "auto with tools, none without")
    yield "tool_choice.disable_parallel_tool_use", Offer(default="several tools at once")


def _conversation(subject: Subject) -> Offers:
    rules, name = subject.rules, subject.model.display_name
    reason = ""
    if rules.prefill is False:
        reason = f"{name} does not continue an assistant turn."
    elif rules.prefill and _thinks(subject):
        reason = f"{name} continues an assistant turn only without thinking."
    yield "prefill", Offer((), not reason, reason, "the answer begins by itself")
    reason = f"{name} does not take system turns." if rules.system_turns is False else ""
    yield "system_turns", Offer((), not reason, reason, "the system prompt alone")


def _media(subject: Subject) -> Offers:
    rules, name = subject.rules, subject.model.display_name
    reason = f"{name} does not take images." if rules.image_input is False else ""
    yield "image", Offer(() if reason else IMAGE_TYPES, not reason, reason, "no image")
    if rules.pdf_input is False:
        reason = f"{name} does not take PDF files."
        yield "document", Offer(DOCUMENT_TYPES[1:], True, reason, "no document")
    else:
        yield "document", Offer(DOCUMENT_TYPES, default="no document")


def _where_it_runs(subject: Subject) -> Offers:
    name, rules = subject.model.display_name, subject.rules
    yield "service_tier", Offer(CLOSED_VALUES["service_tier"], default="auto")
    if rules.inference_geo is False:
        reason = f"{name} lets nobody choose the region."
        yield "inference_geo", Offer((), False, reason, "the model's own region")
    else:
        values = CLOSED_VALUES["inference_geo"]
        yield "inference_geo", Offer(values, default="what the workspace has set")
    if rules.fast_mode is False:
        yield "speed", Offer(("standard",), True, f"{name} has no fast mode.", "standard")
    else:
        yield "speed", Offer(CLOSED_VALUES["speed"], default="standard")


def _always(subject: Subject) -> Offers:
    most = subject.model.max_output_tokens
    limit = f"; at most {most:,}" if most else ""
    yield "max_tokens", Offer(default=f"needed{limit}")
    yield "cache_control", Offer(LIFETIMES, default="nothing is cached by itself")
    for name, default in _FREE.items():
        yield name, Offer(default=default)


def _thinks(subject: Subject) -> bool:
    return _thinking_of(subject) in ("enabled", "adaptive")


def _thinking_of(subject: Subject) -> object:
    return mapping(subject.body.get("thinking")).get("type")


def _choice(subject: Subject) -> object:
    return mapping(subject.body.get("tool_choice")).get("type")


def _effort(subject: Subject) -> object:
    return mapping(subject.body.get("output_config")).get("effort")


def _is_above(level: object, most: str) -> bool:
    known = level in EFFORT_LEVELS and most in EFFORT_LEVELS
    return known and EFFORT_LEVELS.index(str(level)) > EFFORT_LEVELS.index(most)


_SAMPLING_DEFAULTS = {"temperature": "1", "top_p": "as the model does it", "top_k": "no limit"}
_THINKING_DEFAULTS = {"always": "always on", "on": "adaptive", "off": "off"}
_FREE = {
    "stop_sequences": "none",
    "metadata.user_id": "none",
    "container": "none",
    "diagnostics": "not asked for",
    "betas": "none",
}
_PARTS: tuple[Callable[[Subject], Offers], ...] = (
    _always,
    _thinking_type,
    _thinking_rest,
    _output,
    _tool_choice,
    _conversation,
    _media,
    _where_it_runs,
)
