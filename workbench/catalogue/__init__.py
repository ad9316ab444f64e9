"""Which models exist, what they accept, and what they cost.

    data/        the table, one entry per model, with the source and date of each
    model.py     Model, Rules, PriceTier
    lookup.py    get(), all_models(), Catalogue, and learn() what GET /v1/models says (listing.py)
    lifecycle.py sentences about deprecated and retired models
    pricing.py   cost() of a usage record
    ceiling.py   ceiling(): the most that a request can cost
    betas.py     the known values of the beta header
    offers.py    offers(): what the editor may offer for a model and API version
    switching.py changes(): what another model or API version means for a request, with the
                 replacements for what no longer fits
    problems.py  problems() of a request, by the checks in checks/

Depends on nothing else of Workbench, and not on Django.
"""

from workbench.catalogue import lifecycle
from workbench.catalogue.betas import KNOWN_BETAS
from workbench.catalogue.ceiling import Ceiling, ceiling, server_tools
from workbench.catalogue.checks.fields import LARGEST_BODY_BYTES
from workbench.catalogue.checks.sources import LARGEST_IMAGE_CHARACTERS
from workbench.catalogue.checks.subject import Problem, Request
from workbench.catalogue.forecast import Forecast, forecast
from workbench.catalogue.lookup import (
    Catalogue,
    accepts_prefill,
    all_models,
    current,
    forget,
    get,
    lasting_successor,
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
from workbench.catalogue.offers import Offer, offers
from workbench.catalogue.pricing import Cost, cost
from workbench.catalogue.problems import problems
from workbench.catalogue.replacements import Misfit
from workbench.catalogue.switching import Switch, changes

__all__ = [
    "API_VERSIONS",
    "DEFAULT_API_VERSION",
    "DEFAULT_MODEL",
    "EFFORT_LEVELS",
    "KNOWN_BETAS",
    "LARGEST_BODY_BYTES",
    "LARGEST_IMAGE_CHARACTERS",
    "SAMPLING_FIELDS",
    "THINKING_TYPES",
    "Catalogue",
    "Ceiling",
    "Cost",
    "Forecast",
    "Misfit",
    "Model",
    "Offer",
    "PriceTier",
    "Problem",
    "Request",
    "Rules",
    "Switch",
    "accepts_prefill",
    "all_models",
    "ceiling",
    "changes",
    "cost",
    "current",
    "forecast",
    "forget",
    "get",
    "lasting_successor",
    "learn",
    "lifecycle",
    "offers",
    "problems",
    "sampling_fields",
    "server_tools",
]
