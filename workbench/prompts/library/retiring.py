"""Which models go away, for the list of prompts that still use them."""

from __future__ import annotations

from datetime import date, timedelta

from workbench.catalogue import Model, all_models, get, lifecycle

SOON = timedelta(days=180)


def is_retiring(model: Model, today: date | None = None) -> bool:
    """Whether the model is deprecated, retired, or to be retired within ``SOON``."""
    if model.state in ("deprecated", "retired"):
        return True
    return model.retires_on is not None and model.retires_on <= (today or date.today()) + SOON


def retiring_ids() -> list[str]:
    """The ids and aliases of all models that ``is_retiring``."""
    return [
        name for model in all_models() if is_retiring(model) for name in (model.id, *model.aliases)
    ]


def mark_of(model_id: str) -> tuple[str, str]:
    """What a chip beside the model says and, at more length, its title; empty for most models."""
    model = get(model_id)
    if not is_retiring(model):
        return "", ""
    return lifecycle.mark(model) or f"retires {model.retires_on}", lifecycle.sentence(model)
