"""What each model accepts, and its life: the simulator's own table.

It is written a second time from the documentation, and on purpose shares nothing with the
catalogue: the simulator refuses by this table, so a mistake in either one shows in a test.

Sources, platform.claude.com: models/overview, model-deprecations, thinking, effort, the "what's
new" pages and haiku-5-5/migration-guide (2026-10-10), prompt-caching and
mid-conversation-system-messages (2026-08-22), whats-new-fable-5-2 and versioning (2026-11-12).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

NEW, OLD = "2026-10-21", "2023-06-01"
API_VERSIONS = (NEW, OLD)
EFFORTS = ("low", "medium", "high", "xhigh", "max")
LINES = ("haiku", "sonnet", "opus", "fable", "mythos", "instant")

# Model | display name | lifecycle | released | deprecated | retires or retired | context tokens |
# most output tokens. A hyphen means that no source tells.
_LIVES = """
claude-fable-5-2           | Claude Fable 5.2      | active     | 2026-11-09 | - | - | 1000000 | 128000
claude-mythos-5-2          | Claude Mythos 5.2     | active     | 2026-11-09 | - | - | 1000000 | 128000
claude-haiku-5-5           | Claude Haiku 5.5      | active     | 2026-10-07 | - | - | 1000000 | 128000
claude-sonnet-5-5          | Claude Sonnet 5.5     | active     | 2026-09-28 | - | - | 1000000 | 128000
claude-opus-5-5            | Claude Opus 5.5       | active     | 2026-09-22 | - | - | 1000000 | 128000
claude-fable-5-1           | Claude Fable 5.1      | active     | 2026-09-01 | - | - | 1000000 | 128000
claude-mythos-5-1          | Claude Mythos 5.1     | active     | 2026-09-01 | - | - | 1000000 | 128000
claude-opus-5              | Claude Opus 5         | active     | 2026-07-24 | - | - | 1000000 | 128000
claude-sonnet-5            | Claude Sonnet 5       | active     | 2026-06-30 | - | - | 1000000 | 128000
claude-fable-5             | Claude Fable 5        | active     | 2026-06-09 | - | - | 1000000 | 128000
claude-mythos-5            | Claude Mythos 5       | active     | 2026-06-09 | - | - | 1000000 | 128000
claude-opus-4-8            | Claude Opus 4.8       | active     | 2026-05-28 | - | - | 1000000 | 128000
claude-opus-4-7            | Claude Opus 4.7       | active     | 2026-04-16 | - | - | 1000000 | 128000
claude-opus-4-6            | Claude Opus 4.6       | active     | - | - | - | 1000000 | 128000
claude-sonnet-4-6          | Claude Sonnet 4.6     | active     | - | - | - | 1000000 | -
claude-opus-4-5-20251101   | Claude Opus 4.5       | active     | - | - | - | - | -
claude-haiku-4-5-20251001  | Claude Haiku 4.5      | active     | - | - | - | 200000 | 64000
claude-sonnet-4-5-20250929 | Claude Sonnet 4.5     | deprecated | - | 2026-09-30 | 2026-11-30 | - | -
claude-mythos-preview      | Claude Mythos Preview | deprecated | - | 2026-06-09 | 2026-06-30 | - | -
claude-opus-4-1-20250805   | Claude Opus 4.1       | retired    | - | - | 2026-08-05 | - | -
claude-opus-4-20250514     | Claude Opus 4         | retired    | - | - | 2026-06-15 | - | -
claude-sonnet-4-20250514   | Claude Sonnet 4       | retired    | - | - | 2026-06-15 | - | -
claude-3-haiku-20240307    | Claude Haiku 3        | retired    | - | - | 2026-04-20 | - | -
claude-3-7-sonnet-20250219 | Claude Sonnet 3.7     | retired    | - | - | 2026-02-19 | - | -
claude-3-5-haiku-20241022  | Claude Haiku 3.5      | retired    | - | - | 2026-02-19 | - | -
claude-3-opus-20240229     | Claude Opus 3         | retired    | - | - | 2026-01-05 | - | -
claude-3-5-sonnet-20241022 | Claude Sonnet 3.5 (October 2024) | retired | - | - | 2025-10-28 | - | -
claude-3-5-sonnet-20240620 | Claude Sonnet 3.5 (June 2024)    | retired | - | - | 2025-10-28 | - | -
claude-3-sonnet-20240229   | Claude Sonnet 3       | retired    | - | - | 2025-07-21 | - | -
claude-2.1                 | Claude 2.1            | retired    | - | - | 2025-07-21 | - | -
claude-2.0                 | Claude 2.0            | retired    | - | - | 2025-07-21 | - | -
claude-1.3                 | Claude 1.3            | retired    | - | - | 2024-11-06 | - | -
claude-1.2                 | Claude 1.2            | retired    | - | - | 2024-11-06 | - | -
claude-1.1                 | Claude 1.1            | retired    | - | - | 2024-11-06 | - | -
claude-1.0                 | Claude 1.0            | retired    | - | - | 2024-11-06 | - | -
claude-instant-1.2         | Claude Instant 1.2    | retired    | - | - | 2024-11-06 | - | -
claude-instant-1.1         | Claude Instant 1.1    | retired    | - | - | 2024-11-06 | - | -
claude-instant-1.0         | Claude Instant 1.0    | retired    | - | - | 2024-11-06 | - | -
"""  # noqa: E501

# y: accepted, n: refused, h: accepted up to effort "high", ?: no source tells, so accepted.
# Sampling with API version 2023-06-01: free, fixed (temperature 1, top_p from 0.99, no top_k),
# exact (as fixed, but top_p 0.99 only and not beside temperature).
#                 thinking                            effort   forced   sampling  region     min.
# Fast: announced for Opus 5.5, 5 and 4.8; Opus 4.6 takes it and answers at standard speed.
# model          default adaptive enabled disabled          tools prefill    system  fast  cached
#                                     between_tools
_ACCEPTS = """
fable-5-2          always  y  ?  n  ?  ?         ?  n  fixed  ?  y  n  ?
mythos-5-2         always  y  ?  n  ?  ?         ?  n  fixed  ?  y  n  ?
haiku-5-5          on      y  n  h  n  all       y  n  exact  ?  y  n  512
sonnet-5-5         on      y  n  n  h  all       n  n  fixed  y  y  n  512
opus-5-5           always  y  n  n  n  all       n  n  fixed  y  y  y  512
fable-5-1          always  y  n  n  n  all       n  n  fixed  y  y  n  ?
mythos-5-1         always  y  n  n  n  all       n  n  fixed  y  y  n  ?
opus-5             on      y  n  h  n  all       y  n  fixed  y  y  y  512
sonnet-5           on      y  n  y  n  all       y  n  fixed  n  y  n  1024
fable-5            always  y  n  n  n  all       y  n  fixed  y  y  n  512
mythos-5           always  y  n  n  n  all       y  n  fixed  y  y  n  512
opus-4-8           off     y  n  y  n  all       y  n  fixed  y  y  y  1024
opus-4-7           off     y  n  y  n  all       y  n  fixed  n  y  n  2048
opus-4-6           off     y  y  y  n  no-xhigh  y  n  free   n  y  y  4096
sonnet-4-6         off     y  y  y  n  no-xhigh  y  n  free   n  y  n  1024
opus-4-5-20251101  off     n  y  y  n  to-high   y  y  free   n  n  n  4096
haiku-4-5-20251001 off     n  y  y  n  none      y  y  free   n  n  n  4096
sonnet-4-5-20250929 off    n  y  y  n  none      y  y  free   n  n  n  1024
mythos-preview     ?       ?  y  ?  n  no-xhigh  n  n  fixed  ?  ?  n  ?
"""

# Names without a date exist for models before 4.6 only; the older ones are from Python SDK 0.x.
_ALIASES = {
    "claude-opus-4-5": "claude-opus-4-5-20251101",
    "claude-haiku-4-5": "claude-haiku-4-5-20251001",
    "claude-sonnet-4-5": "claude-sonnet-4-5-20250929",
    "claude-opus-4-1": "claude-opus-4-1-20250805",
    "claude-opus-4-0": "claude-opus-4-20250514",
    "claude-sonnet-4-0": "claude-sonnet-4-20250514",
    "claude-3-7-sonnet-latest": "claude-3-7-sonnet-20250219",
    "claude-3-5-sonnet-latest": "claude-3-5-sonnet-20241022",
    "claude-3-5-haiku-latest": "claude-3-5-haiku-20241022",
    "claude-3-opus-latest": "claude-3-opus-20240229",
}

_EFFORTS: Mapping[str, tuple[str, ...] | None] = {
    "all": EFFORTS,
    "no-xhigh": ("low", "medium", "high", "max"),
    "to-high": ("low", "medium", "high"),
    "none": (),
    "?": None,
}


@dataclass(frozen=True, slots=True)
class Accepted:
    """What one model accepts; None where no source tells, which lets everything pass."""

    thinking_default: str | None = None
    """"always", "on" or "off"."""
    thinking: Mapping[str, bool | None] = field(default_factory=dict)
    calm: frozenset[str] = frozenset()
    """The types of thinking that go with an effort up to "high" only."""
    efforts: tuple[str, ...] | None = None
    forced_tools: bool | None = None
    prefill: bool | None = None
    sampling: str | None = None
    """With the old API version: "free", "fixed" or "exact"."""
    system_turns: bool | None = None
    region: bool | None = None
    fast: bool | None = None
    smallest_cached: int | None = None
    """Tokens; a shorter prefix is not cached."""


@dataclass(frozen=True, slots=True)
class Life:
    """One model as the list of models shows it; days are `YYYY-MM-DD`, sizes are tokens."""

    id: str
    name: str
    lifecycle: str | None = None
    released: str | None = None
    deprecated: str | None = None
    retires: str | None = None
    context: int | None = None
    most_output: int | None = None
    accepted: Accepted = Accepted()

    @property
    def is_known(self) -> bool:
        """Return whether the API has this model."""
        return self.lifecycle is not None

    @property
    def line(self) -> str | None:
        """The line of the model, such as "opus"."""
        return next((line for line in LINES if line in self.id), None)


def life_of(model_id: str) -> Life:
    """Return what is known of a model by its id or alias; nothing for an id nobody knows."""
    return LIVES.get(_ALIASES.get(model_id, model_id)) or Life(model_id, model_id)


def _accepted(cells: list[str]) -> Accepted:
    default, adaptive, enabled, disabled, between, efforts, *rest = cells
    kinds = {
        "adaptive": adaptive,
        "enabled": enabled,
        "disabled": disabled,
        "between_tools": between,
    }
    forced, prefill, sampling, system, region, fast, cached = rest
    return Accepted(
        thinking_default=None if default == "?" else default,
        thinking={kind: _mark(cell) for kind, cell in kinds.items()},
        calm=frozenset(kind for kind, cell in kinds.items() if cell == "h"),
        efforts=_EFFORTS[efforts],
        forced_tools=_mark(forced),
        prefill=_mark(prefill),
        sampling=sampling,
        system_turns=_mark(system),
        region=_mark(region),
        fast=_mark(fast),
        smallest_cached=None if cached == "?" else int(cached),
    )


def _mark(cell: str) -> bool | None:
    return {"y": True, "h": True, "n": False, "?": None}[cell]


def _lives() -> dict[str, Life]:
    rows = (line.split() for line in _ACCEPTS.strip().splitlines())
    accepted = {f"claude-{name}": _accepted(cells) for name, *cells in rows}
    lives = {}
    for line in _LIVES.strip().splitlines():
        model_id, name, lifecycle, *rest = (cell.strip() for cell in line.split("|"))
        released, deprecated, retires, context, most = (None if c == "-" else c for c in rest)
        lives[model_id] = Life(
            model_id,
            name,
            lifecycle,
            released,
            deprecated,
            retires,
            int(context) if context else None,
            int(most) if most else None,
            accepted.get(model_id, Accepted()),
        )
    return lives


LIVES: Mapping[str, Life] = _lives()
"""Every model of the API by its id, newest first, retired ones last."""
