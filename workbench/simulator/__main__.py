"""`python -m workbench.simulator --port 4010`: the simulator for other programs."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal

from workbench.simulator.scenarios import SCENARIOS
from workbench.simulator.server import SimulatorServer


def main() -> None:
    """Print the address and serve until interrupted."""
    parser = argparse.ArgumentParser(prog="workbench.simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 picks a free port")
    parser.add_argument("--list", action="store_true", help="print all scenarios and stop")
    options = parser.parse_args()
    if options.list:
        for name, scenario in SCENARIOS.items():
            print(f"{name:22} {scenario.sentence}")
        return
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(options.host, options.port))


async def _serve(host: str, port: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows
            loop.add_signal_handler(number, stop.set)
    async with SimulatorServer(host, port) as server:
        print(server.base_url, flush=True)
        await stop.wait()


if __name__ == "__main__":
    main()
