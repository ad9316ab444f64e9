"""Which models exist, what they accept, and what they cost.

    data/        the table, one entry per model, with the source and date of each
    model.py     Model, Rules, PriceTier
    lookup.py    get(), all_models(), Catalogue, and learn() what GET /v1/models says (listing.py)
    lifecycle.py sentences about deprecated and retired models
    pricing.py   cost() of a usage record
    problems.py  problems() of a request, by the checks in checks/

Depends on nothing else of Workbench, and not on Django.
"""

from workbench.catalogue import lifecycle
from workbench.catalogue.checks.subject import Problem, Request
from workbench.catalogue.lookup import (
    Catalogue,
    accepts_prefill,
    all_models,
    current,
    forget,
    get,
    learn,
    sampling_fields,
)
from workbench.catalogue.model import (
    API_VERSIONS,
    DEFAULT_API_VERSION,
    DEFAULT_MODEL,
    EFFORT_LEVELS,
    SAMPLING_FIELDS,
    THINKING_TYPES,
    Model,
    PriceTier,
    Rules,
)
from workbench.catalogue.pricing import Cost, cost
from workbench.catalogue.problems import problems

__all__ = [
    "API_VERSIONS",
    "DEFAULT_API_VERSION",
    "DEFAULT_MODEL",
    "EFFORT_LEVELS",
    "SAMPLING_FIELDS",
    "THINKING_TYPES",
    "Catalogue",
    "Cost",
    "Model",
    "PriceTier",
    "Problem",
    "Request",
    "Rules",
    "accepts_prefill",
    "all_models",
    "cost",
    "current",
    "forget",
    "get",
    "learn",
    "lifecycle",
    "problems",
    "sampling_fields",
]
