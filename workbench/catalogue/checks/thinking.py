"""thinking and effort, which depend on the model and on each other.

Sources: thinking, effort and the "what's new" pages (read 2026-10-10).
"""

from collections.abc import Mapping

from workbench.catalogue.checks.subject import (
    Problem,
    Problems,
    Subject,
    is_whole,
    mapping,
    one_of,
    shown,
)
from workbench.catalogue.model import EFFORT_LEVELS

SMALLEST_BUDGET_TOKENS = 1024

DISPLAYS = ("summarized", "omitted")


def thinking(subject: Subject) -> Problems:
    """The type must suit the model, and the other keys must suit the type."""
    value = subject.body.get("thinking")
    if value is None:
        return
    if not isinstance(value, Mapping) or not isinstance(value.get("type"), str):
        yield Problem("thinking", 'thinking must be an object with a type, such as "adaptive".')
        return
    kind = value["type"]
    refused = list(_supported_type(subject, kind))
    yield from refused
    if kind == "enabled" and not refused:
        yield from _budget(subject, value.get("budget_tokens"))
    if kind == "between_tools" and len(value) > 1:
        yield Problem("thinking", 'Thinking "between_tools" takes no other key; remove the others.')
    elif kind == "disabled" and value.get("display") is not None:
        yield Problem("thinking.display", "Without thinking there is no display; remove it.")
    else:
        yield from _display(subject, value.get("display"))


def effort(subject: Subject) -> Problems:
    """The effort must suit the model and the thinking."""
    config = subject.body.get("output_config")
    if config is None:
        return
    if not isinstance(config, Mapping):
        yield Problem("output_config", "output_config must be an object.")
        return
    if config.get("task_budget") is not None and not subject.has_beta("task-budgets"):
        yield Problem(
            "output_config.task_budget",
            'A task budget is a beta field; add the beta "task-budgets-2026-03-13".',
        )
    level = config.get("effort")
    if level is None:
        return
    path = "output_config.effort"
    if not isinstance(level, str):
        yield Problem(path, f"The effort must be {one_of(EFFORT_LEVELS)}.")
        return
    yield from _supported_effort(subject, level)
    yield from _effort_beside_thinking(subject, level)


def refused_type(subject: Subject, kind: str) -> str:
    """Return why the model refuses a type of thinking, without a full stop; "" if it does not."""
    rules, name = subject.rules, subject.model.display_name
    accepted = rules.thinking_types
    if accepted is None or kind in accepted | rules.thinking_types_unconfirmed:
        return ""
    if kind == "disabled" and rules.thinking_default == "always":
        return f'{name} always thinks and does not take thinking "disabled"'
    return f'{name} does not take thinking "{shown(kind)}"'


def _supported_type(subject: Subject, kind: str) -> Problems:
    if refusal := refused_type(subject, kind):
        advice = "remove the field"
        if accepted := subject.rules.thinking_types:
            advice = f"use {one_of(sorted(accepted))} or {advice}"
        yield Problem("thinking.type", f"{refusal}; {advice}.")


def _budget(subject: Subject, budget: object) -> Problems:
    path = "thinking.budget_tokens"
    if not isinstance(budget, int) or not is_whole(budget):
        yield Problem(path, "Give the thinking budget as a whole number of tokens.")
        return
    if budget < SMALLEST_BUDGET_TOKENS:
        yield Problem(path, f"The thinking budget must be at least {SMALLEST_BUDGET_TOKENS:,}.")
    most = subject.body.get("max_tokens")
    # With interleaved thinking the budget spans all calls of a turn and may exceed one answer.
    if isinstance(most, int) and budget >= most and not subject.has_beta("interleaved-thinking"):
        yield Problem(path, f"The thinking budget must be below max tokens ({most:,}).")


def _display(subject: Subject, display: object) -> Problems:
    path = "thinking.display"
    if display == "updates":
        if not subject.has_beta("thinking-display-updates"):
            beta = "thinking-display-updates-2026-08-18"
            yield Problem(path, f'The display "updates" needs the beta "{beta}".')
    elif display is not None and display not in DISPLAYS:
        yield Problem(path, f"The display of thinking must be {one_of(DISPLAYS)}.")


def _supported_effort(subject: Subject, level: str) -> Problems:
    levels = subject.rules.effort_levels
    path = "output_config.effort"
    name = subject.model.display_name
    if levels is None:
        if subject.known_model and level not in EFFORT_LEVELS:
            yield Problem(path, f"The effort must be {one_of(EFFORT_LEVELS)}.")
    elif not levels:
        yield Problem(path, f"{name} has no effort setting; remove it.")
    elif level not in levels:
        yield Problem(
            path, f'{name} does not take the effort "{shown(level)}"; use {one_of(levels)}.'
        )


def _effort_beside_thinking(subject: Subject, level: str) -> Problems:
    most = subject.rules.disabled_max_effort
    kind = mapping(subject.body.get("thinking")).get("type")
    if most is None or kind not in ("disabled", "between_tools") or level not in EFFORT_LEVELS:
        return
    if EFFORT_LEVELS.index(level) > EFFORT_LEVELS.index(most):
        yield Problem(
            "output_config.effort",
            f'With thinking "{kind}", {subject.model.display_name} takes an effort up to '
            f'"{most}"; lower the effort or change the thinking.',
        )
