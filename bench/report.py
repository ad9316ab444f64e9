"""The table: figures, goals, and the conditions under which they were taken."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

README = Path(__file__).parent / "README.md"
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"
PACKAGES = ("Django", "uvicorn", "uvloop", "httpx", "psycopg", "orjson", "markdown-it-py")


@dataclass(frozen=True)
class Row:
    """One figure; ``goal`` is its number and bound, ``is_reached`` None where there is no goal."""

    what: str
    result: str
    goal: str = ""
    is_reached: bool | None = None


def table(sections: Sequence[tuple[str, Sequence[Row]]]) -> str:
    """The figures as Markdown."""
    lines = ["| What | Result | Goal | Reached |", "|---|---|---|---|"]
    for title, rows in sections:
        lines.append(f"| **{title}** | | | |")
        for row in rows:
            reached = "" if row.is_reached is None else ("yes" if row.is_reached else "**no**")
            lines.append(f"| {row.what} | {row.result} | {row.goal} | {reached} |")
    return "\n".join(lines)


def conditions(load_before: float) -> str:
    """One line on the machine, the versions and how busy it was."""
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    load = os.getloadavg()[0]
    kernel = ".".join(platform.release().split(".")[:2])
    return (
        f"{date.today()}, {_processor()}, {os.cpu_count()} cores, {platform.system()} "
        f"{kernel}, Python {platform.python_version()}, {packages}. "
        f"Load average {load_before:.1f} before, {load:.1f} after (the bench itself keeps "
        "about two cores busy). Upstream, viewers, browser, web process and Postgres share "
        "the machine."
    )


def write(text: str) -> None:
    """Put the table into README.md, in place of the last one."""
    readme = README.read_text("utf-8")
    pattern = re.compile(f"{re.escape(BEGIN)}.*{re.escape(END)}", re.DOTALL)
    README.write_text(pattern.sub(lambda _: f"{BEGIN}\n{text}\n{END}", readme), "utf-8")


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
