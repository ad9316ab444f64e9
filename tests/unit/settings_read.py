"""Which variables of the environment the product reads, taken from its source."""

from __future__ import annotations

import re
from pathlib import Path

from workbench.runs.limits import VARIABLES

ROOT = Path(__file__).resolve().parents[2]
# Their code is about the environments of other programs.
OTHERS = ("export", "intake", "simulator")
READS = re.compile(
    r"""(?:\.(?:text|flag|number|secret)|\b_text|\b_number|\b_setting|environ\.get)
    \(\s*(?:environ,\s*)?f?"(?:\{\w+\})?([A-Z_][A-Z0-9_]+)\"""",
    re.VERBOSE,
)
OWN = {"WORKBENCH_DUMP_COMMAND", "_FILE"}
"""What processes of the product tell each other, and the ending of all secrets."""
OF_THE_SYSTEM = {"XDG_DATA_HOME"}
OF_EACH_UPSTREAM = {"_API_KEY": "ANTHROPIC_API_KEY", "_AUTH": "NAME_AUTH"}
"""Begins with the name of an upstream; how README.md names it."""


def settings_read() -> set[str]:
    """The names as README.md has them."""
    found = set(VARIABLES.values())
    for path in (ROOT / "workbench").rglob("*.py"):
        if path.relative_to(ROOT / "workbench").parts[0] not in OTHERS:
            found |= set(READS.findall(path.read_text("utf-8")))
    return {OF_EACH_UPSTREAM.get(name, name) for name in found} - OWN - OF_THE_SYSTEM
