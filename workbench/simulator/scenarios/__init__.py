"""All scenarios by name. The names are what a request asks for: `simulate: drop after=5`."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.simulator.scenarios import (
    broken_events,
    every_block,
    faults,
    framing,
    healthy,
    odd_text,
    oddities,
    pacing,
    statuses,
)
from workbench.simulator.stage import Scenario, Scope

_MODULES = (
    healthy,
    every_block,
    pacing,
    statuses,
    faults,
    framing,
    odd_text,
    oddities,
    broken_events,
)

SCENARIOS: Mapping[str, Scenario] = {
    name: scenario for module in _MODULES for name, scenario in module.REGISTER.items()
}
"""Name -> Scenario(name, sentence, play, scope), grouped by kind."""

__all__ = ["SCENARIOS", "Scenario", "Scope"]
