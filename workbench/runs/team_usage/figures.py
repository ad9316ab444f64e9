"""The figures that are added up, from a run to the foot of a table."""

FIGURES = (
    "runs",
    "failed",
    "input_tokens",
    "output_tokens",
    "cache_read_tokens",
    "cache_write_tokens",
    "cost_usd",
    "unpriced",
)
