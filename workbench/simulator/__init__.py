"""A pretend Messages API: for trying without a key, and for tests.

It speaks both API versions, really streams, and plays every fault a real upstream can show
(`SCENARIOS`). A request picks one with the header `x-simulate` or with a line in its last user
text, for example `simulate: drop-mid-json after=5 delay=0.01`.
"""

from __future__ import annotations

from workbench.simulator.ports import DeadPorts
from workbench.simulator.scenarios import SCENARIOS
from workbench.simulator.server import SimulatorServer
from workbench.simulator.transport import SimulatorTransport

__all__ = ["SCENARIOS", "DeadPorts", "SimulatorServer", "SimulatorTransport"]
