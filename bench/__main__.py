"""The command: ``python -m bench [--write] [part …]``."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import uvloop

from bench import (
    api,
    browser,
    capacity,
    code,
    editor,
    first_token,
    library,
    report,
    start_up,
    transports,
    usage,
    viewers,
    wal,
)
from bench.installation import ROOT, Installation
from bench.stage import Stage, TooBusy
from bench.upstream import Upstream

Measure = Callable[[Stage], Awaitable[list[report.Row]]]
PARTS: dict[str, tuple[str, Measure]] = {
    "first-token": ("One user", first_token.measure),
    "wal": ("Write-ahead log", wal.measure),
    "capacity": ("Many streams", capacity.measure),
    "viewers": ("Many viewers at two processes", viewers.measure),
    "browser": ("Browser", browser.measure),
    "editor": ("Editor", editor.measure),
    "api": ("Programs", api.measure),
    "code": ("Code of requests, and back", code.measure),
    "transports": ("HTTP transports of the client", transports.measure),
    "usage": ("Usage of 1,000,000 runs", usage.measure),
    "library": ("A large library", library.measure),
}
BY_NAME_ALONE = {"library"}  # it fills a disk: not among "all"


async def _bench(parts: list[str], root: Path) -> list[tuple[str, list[report.Row]]]:
    sections = []
    upstream = Upstream()
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        await upstream.start()
        installation = Installation(Path(directory), upstream.url, root)
        try:
            _say("start-up")
            sections.append(("Start-up and idle", await start_up.measure(installation)))
            stage = Stage(installation, upstream)
            for part in parts:
                title, measure = PARTS[part]
                _say(part)
                try:
                    rows = await measure(stage)
                except TooBusy as reason:
                    rows = [report.Row("not measured", f"the machine is too busy: {reason}")]
                sections.append((title, rows))
        finally:
            await installation.stop()
            await upstream.stop()
    return sections


def _all_parts() -> list[str]:
    return [part for part in PARTS if part not in BY_NAME_ALONE]


def _say(text: str) -> None:
    print(f"{text} …", file=sys.stderr, flush=True)


def main() -> None:
    """Measure, print the table, write it into the README if asked to."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "part", nargs="*", help=f"of {', '.join(PARTS)}; without one all but library"
    )
    parser.add_argument("--write", action="store_true", help="put the table into bench/README.md")
    parser.add_argument("--root", type=Path, default=ROOT, help="another tree of the product")
    chosen = parser.parse_args()
    if unknown := set(chosen.part) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    began, load = time.monotonic(), os.getloadavg()[0]
    sections = uvloop.run(_bench(chosen.part or _all_parts(), chosen.root.resolve()))
    text = f"{report.conditions(load)}\n\n{report.table(sections)}"
    print(text)
    _say(f"took {time.monotonic() - began:.0f} s")
    if chosen.write:
        report.write(text)


if __name__ == "__main__":
    main()
