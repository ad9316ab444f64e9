"""How long an installation takes to start, and what it holds while nobody uses it."""

from __future__ import annotations

import asyncio

from bench import processes
from bench.installation import Installation
from bench.report import Row

IDLE_SECONDS = 3.0
WARM_STARTS = 3
MEGABYTE = 1_000_000


async def measure(installation: Installation) -> list[Row]:
    """Start it for the first time and again; leaves it running, with a person signed in."""
    cold = await installation.start()
    await installation.settle_in()
    warm = []
    for _ in range(WARM_STARTS):
        await installation.stop()
        warm.append(await installation.start())
    warm.sort()
    await asyncio.sleep(IDLE_SECONDS)
    web = processes.memory(installation.web)
    whole = sum(processes.memory(pid) for pid in installation.all_processes())
    typical = warm[len(warm) // 2]
    return [
        Row(
            "first start (initdb, migrate) to the first page",
            f"{cold:.1f} s",
            "P7: ≤ 8 s",
            cold <= 8,
        ),
        Row(
            "start to the first page",
            f"{typical:.1f} s ({warm[0]:.1f} to {warm[-1]:.1f})",
            "P7: ≤ 3 s",
            typical <= 3,
        ),
        Row(
            "idle memory (proportional set size)",
            f"{whole / MEGABYTE:.0f} MB, of it {web / MEGABYTE:.0f} MB web process",
            "P5: ≤ 300 MB",
            whole <= 300 * MEGABYTE,
        ),
    ]
