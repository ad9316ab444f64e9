"""The parameters of a request as form fields.

    choice.py         the model and API version, and the switch to another one
    bounds.py         fields of one value each: numbers, thinking, output, caching, tiers, identity
    answer_schema.py  what is wrong with the schema of the answer, and on which line
    rows.py           stop sequences and betas, one row each
    panel.py          what the page shows of them for a model
    order.py          where their keys stand in a request

A field that cannot be read is kept as typed, apart from the body, until it can be.
"""

from .answer_schema import located, schema_lines, schema_problems
from .bounds import errors, read, removed, rest_of, typed_outside, with_example_schema
from .choice import ModelChoice, PendingSwitch, model_groups
from .order import in_order, placed, without
from .panel import Panel
from .rows import (
    Beta,
    Stop,
    betas_of,
    blank_beta,
    blank_stop,
    read_betas,
    read_stops,
    stops_of,
    with_stops,
)

__all__ = [
    "Beta",
    "ModelChoice",
    "Panel",
    "PendingSwitch",
    "Stop",
    "betas_of",
    "blank_beta",
    "blank_stop",
    "errors",
    "in_order",
    "located",
    "model_groups",
    "placed",
    "read",
    "read_betas",
    "read_stops",
    "removed",
    "rest_of",
    "schema_lines",
    "schema_problems",
    "stops_of",
    "typed_outside",
    "with_example_schema",
    "with_stops",
    "without",
]
