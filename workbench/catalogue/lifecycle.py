"""Where a model stands in its life, in sentences for the screen."""

from datetime import date

from workbench.catalogue.model import Model


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
