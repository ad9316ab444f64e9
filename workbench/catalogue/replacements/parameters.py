"""Replacements for the parameters of a request: limits, sampling, thinking, output, tool choice."""

from dataclasses import replace
from typing import Any

from workbench.catalogue.checks import fields, schema, tools
from workbench.catalogue.checks import sampling as sampling_checks
from workbench.catalogue.checks import thinking as thinking_checks
from workbench.catalogue.checks.subject import Problem, Subject, is_whole, mapping, shown
from workbench.catalogue.checks.thinking import SMALLEST_BUDGET_TOKENS
from workbench.catalogue.model import EFFORT_LEVELS, SAMPLING_FIELDS
from workbench.catalogue.replacements.misfit import (
    Body,
    Misfit,
    Misfits,
    removed,
    without,
    without_advice,
)

# Thinking budgets up to which an effort does about the same, in tokens; above them "xhigh".
_EFFORT_OF_BUDGET = ((4_096, "low"), (16_384, "medium"), (32_768, "high"))
_BUDGET_OF_EFFORT = {"low": 2_048, "medium": 8_192, "high": 16_384}
_LARGEST_OFFERED_BUDGET = 32_768


def max_tokens(subject: Subject) -> Misfits:
    """A limit above the model's maximum becomes the maximum."""
    value, most = subject.body.get("max_tokens"), subject.model.max_output_tokens
    if most is None or not isinstance(value, int) or not is_whole(value) or value <= most:
        return
    yield Misfit(
        "max_tokens",
        "max_tokens",
        f"{subject.model.display_name} writes at most {most:,} tokens.",
        f"Max tokens becomes {most:,}.",
        lambda body: {**body, "max_tokens": most},
    )


def sampling(subject: Subject) -> Misfits:
    """Sampling parameters that are refused are removed."""
    left = subject
    for _ in SAMPLING_FIELDS:
        problem = next(sampling_checks.sampling(left), None)
        if problem is None:
            return
        name = problem.path
        value = shown(str(subject.body.get(name)))
        yield removed(problem, name, f"The {name} {value}", name)
        left = replace(left, body=without(left.body, name))


def thinking(subject: Subject) -> Misfits:
    """A type that is refused becomes the nearest one that is taken, or is left to the model."""
    problem = _at("thinking.type", thinking_checks.thinking(subject))
    if problem is None:
        return
    value = mapping(subject.body.get("thinking"))
    found = _nearest_thinking(subject, value)
    kind = value["type"]
    level = None
    if kind == "enabled":
        level = _effort_of(value.get("budget_tokens"))
    elif kind == "disabled" and found is None:
        level = "low"
    if not _may_set_effort(subject):
        level = None
    elif level is not None:
        level = _nearest_level(level, _levels(subject))
    yield Misfit(
        "thinking",
        problem.path,
        without_advice(problem),
        _thinking_replacement(found, level),
        lambda body: _with_thinking(body, found, level),
    )


def budget(subject: Subject) -> Misfits:
    """A thinking budget that max tokens leave no room for becomes half of them."""
    value = mapping(subject.body.get("thinking"))
    most, tokens = subject.body.get("max_tokens"), value.get("budget_tokens")
    if not isinstance(tokens, int) or not isinstance(most, int):
        return
    problem = _at("thinking.budget_tokens", thinking_checks.thinking(subject))
    if problem is None or most // 2 < SMALLEST_BUDGET_TOKENS or tokens < most:
        return
    smaller = most // 2
    yield Misfit(
        "budget",
        problem.path,
        without_advice(problem),
        f"The thinking budget becomes {smaller:,} tokens.",
        lambda body: _with_budget(body, smaller),
    )


def effort(subject: Subject) -> Misfits:
    """An effort that is refused becomes the nearest one that is taken."""
    path = "output_config.effort"
    problem = _at(path, thinking_checks.effort(subject))
    if problem is None:
        return
    level = mapping(subject.body.get("output_config")).get("effort")
    levels = _levels(subject)
    if level not in EFFORT_LEVELS or not levels:
        label = f"The effort {shown(str(level))}"
        yield removed(problem, "effort", label, "output_config", "effort")
        return
    nearest = _nearest_level(str(level), levels)
    yield Misfit(
        "effort",
        path,
        without_advice(problem),
        f'The effort becomes "{nearest}".',
        lambda body: _with_effort(body, nearest),
    )


def output_format(subject: Subject) -> Misfits:
    """A structured output is removed where the model has none."""
    problem = next(schema.output_format(subject), None)
    if problem is not None and subject.rules.structured_outputs is False:
        yield removed(problem, "format", "The output format", "output_config", "format")


def tool_choice(subject: Subject) -> Misfits:
    """A forced choice becomes "auto" where the model or its thinking refuses it."""
    value = mapping(subject.body.get("tool_choice"))
    forced = value.get("type") in ("any", "tool")
    thinks = mapping(subject.body.get("thinking")).get("type") == "enabled"
    if not forced or not (subject.rules.forced_tool_choice is False or thinks):
        return
    problem = _at("tool_choice.type", tools.tool_choice(subject))
    if problem is not None:
        yield Misfit(
            "tool_choice",
            problem.path,
            without_advice(problem),
            'The tool choice becomes "auto"; ask for the tool in the prompt.',
            _with_free_choice,
        )


def region_and_speed(subject: Subject) -> Misfits:
    """A region or speed that is refused is removed."""
    for problem in fields.model_dependent_values(subject):
        value = shown(str(subject.body.get(problem.path)))
        yield removed(problem, problem.path, f'{problem.path} "{value}"', problem.path)


def _at(path: str, problems: Any) -> Problem | None:
    return next((problem for problem in problems if problem.path == path), None)


def _nearest_thinking(subject: Subject, value: Body) -> dict[str, Any] | None:
    rules = subject.rules
    accepted = (rules.thinking_types or frozenset()) | rules.thinking_types_unconfirmed
    kind = value["type"]
    if kind == "enabled" and "adaptive" in accepted:
        rest = {key: item for key, item in value.items() if key != "budget_tokens"}
        return rest | {"type": "adaptive"}
    if kind == "adaptive" and "enabled" in rules.thinking_types_unconfirmed:
        return None
    if kind == "adaptive" and "enabled" in accepted:
        tokens = _budget_for(subject)
        return {**value, "type": "enabled", "budget_tokens": tokens} if tokens else None
    if kind == "disabled" and "between_tools" in accepted - rules.thinking_types_unconfirmed:
        return {"type": "between_tools"}
    if kind == "between_tools" and "disabled" in accepted:
        return {"type": "disabled"}
    return None


def _budget_for(subject: Subject) -> int | None:
    """A thinking budget in place of an effort, below max tokens; None without room for one."""
    level = mapping(subject.body.get("output_config")).get("effort", "high")
    tokens = _BUDGET_OF_EFFORT.get(str(level), _LARGEST_OFFERED_BUDGET)
    most = subject.body.get("max_tokens")
    if not isinstance(most, int) or not is_whole(most):
        return None
    tokens = min(tokens, most // 2)
    return tokens if tokens >= SMALLEST_BUDGET_TOKENS else None


def _thinking_replacement(found: dict[str, Any] | None, level: str | None) -> str:
    effort = f', with the effort "{level}"' if level else ""
    if found is None:
        return f"The setting is removed and thinking left to the model{effort}."
    tokens = (
        f" with a budget of {found['budget_tokens']:,} tokens" if "budget_tokens" in found else ""
    )
    return f'Thinking becomes "{found["type"]}"{tokens}{effort}.'


def _with_thinking(body: Body, found: dict[str, Any] | None, level: str | None) -> dict[str, Any]:
    changed = without(body, "thinking") if found is None else {**body, "thinking": found}
    return _with_effort(changed, level) if level else changed


def _with_budget(body: Body, tokens: int) -> dict[str, Any]:
    value = mapping(body.get("thinking"))
    if value.get("type") != "enabled":
        return dict(body)
    return {**body, "thinking": {**value, "budget_tokens": tokens}}


def _may_set_effort(subject: Subject) -> bool:
    config = subject.body.get("output_config", {})
    is_free = isinstance(config, dict) and config.get("effort") is None
    return is_free and bool(_levels(subject))


def _with_effort(body: Body, level: str) -> dict[str, Any]:
    return {**body, "output_config": {**mapping(body.get("output_config")), "effort": level}}


def _levels(subject: Subject) -> tuple[str, ...]:
    rules = subject.rules
    known = EFFORT_LEVELS if rules.effort_levels is None else rules.effort_levels
    levels = tuple(level for level in EFFORT_LEVELS if level in known)
    kind = mapping(subject.body.get("thinking")).get("type")
    if rules.disabled_max_effort and kind in ("disabled", "between_tools"):
        most = EFFORT_LEVELS.index(rules.disabled_max_effort)
        levels = tuple(level for level in levels if EFFORT_LEVELS.index(level) <= most)
    return levels


def _effort_of(tokens: object) -> str:
    if not isinstance(tokens, int):
        return "high"
    return next((level for most, level in _EFFORT_OF_BUDGET if tokens <= most), "xhigh")


def _nearest_level(level: str, levels: tuple[str, ...]) -> str:
    place = EFFORT_LEVELS.index
    return min(levels, key=lambda known: (abs(place(known) - place(level)), place(known)))


def _with_free_choice(body: Body) -> dict[str, Any]:
    value = mapping(body.get("tool_choice"))
    if value.get("type") not in ("any", "tool"):
        return dict(body)
    rest = {key: item for key, item in value.items() if key != "name"}
    return {**body, "tool_choice": {**rest, "type": "auto"}}
