"""Where a model stands in its life, in sentences for the screen."""

from datetime import date, timedelta

from workbench.catalogue.model import Model

SOON = timedelta(days=90)
"""How long before a retirement a model without a deprecation counts as ending."""


def sentence(model: Model, today: date | None = None) -> str:
    """Return what a person should know about the model's age; empty for a current model."""
    if model.state == "retired":
        return _retired(model)
    if model.state == "deprecated":
        return _deprecated(model, today or date.today())
    if model.state == "legacy":
        return _legacy(model, today or date.today())
    if model.state == "unknown":
        return f"{model.id} is not in the catalogue: its limits, rules and prices are unknown."
    return ""


def mark(model: Model) -> str:
    """Return two or three words for a list of models, such as "retires 2026-11-30", or ""."""
    if model.state == "retired":
        return f"retired {model.retires_on}" if model.retires_on else "retired"
    if model.state == "deprecated":
        return f"retires {model.retires_on}" if model.retires_on else "deprecated"
    return model.state if model.state in {"legacy", "unknown"} else ""


def is_ending(model: Model, today: date | None = None) -> bool:
    """Return whether a prompt should leave the model: it is retired, deprecated, or may go soon.

    A legacy model may go from the day on which its promise ends.
    """
    today = today or date.today()
    if model.state in {"retired", "deprecated"}:
        return True
    if model.retires_on and model.retires_on - today <= SOON:
        return True
    is_promised = model.retires_not_before is None or model.retires_not_before > today
    return model.state == "legacy" and not is_promised


def countdown(model: Model, today: date | None = None) -> str:
    """Return when an ending model goes, such as "retires in 12 days, on 2026-12-10"."""
    today, day = today or date.today(), model.retires_on
    if model.state == "retired":
        return f"retired on {day}" if day else "retired"
    if day is None and model.state == "legacy":
        return f"may be retired from now on; it was promised until {model.retires_not_before}"
    if day is None:
        return "deprecated, without a retirement date yet"
    days = (day - today).days
    if days < 0:
        return f"was due to retire {_days(-days)} ago, on {day}"
    near = {0: "retires today", 1: "retires tomorrow"}
    return f"{near.get(days, f'retires in {days:,} days')}, on {day}"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count:,} days"


def _retired(model: Model) -> str:
    when = f" on {model.retires_on}" if model.retires_on else ""
    advice = f"choose {model.successor} instead" if model.successor else "choose another model"
    return f"{model.display_name} was retired{when} and no longer answers; {advice}."


def _deprecated(model: Model, today: date) -> str:
    successor = f"; successor: {model.successor}" if model.successor else ""
    if model.retires_on is None:
        return f"{model.display_name} is deprecated, without a retirement date yet{successor}."
    # A past date means overdue: only the state "retired" says that the model is gone.
    if model.retires_on < today:
        return (
            f"{model.display_name} is deprecated and was due to retire on {model.retires_on}"
            f"{successor}."
        )
    return f"{model.display_name} is deprecated and retires on {model.retires_on}{successor}."


def _legacy(model: Model, today: date) -> str:
    promise, until = "", model.retires_not_before
    if until and until > today:
        promise = f" and will not be retired before {until}"
    elif until:
        promise = f"; it was promised until {until} and may be retired from now on"
    successor = f"; successor: {model.successor}" if model.successor else ""
    return f"{model.display_name} is a legacy model{promise}{successor}."
