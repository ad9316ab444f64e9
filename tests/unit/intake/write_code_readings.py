"""Writes `samples/code/readings.json` anew: what the readers of code make of each sample."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from workbench.intake.curl import read_curl
from workbench.intake.javascript import read_javascript
from workbench.intake.python import read_python

from .write_readings import as_json

FOLDER = Path(__file__).parent / "samples" / "code"
READINGS = FOLDER / "readings.json"
READERS = {
    "python": read_python,
    "typescript": read_javascript,
    "javascript": read_javascript,
    "curl": read_curl,
}


def reading_of(path: Path) -> dict[str, Any] | None:
    """What comes of a sample, as JSON."""
    reading = READERS[path.name.partition("-")[0]](path.read_text("utf-8"))
    return None if reading is None else as_json(reading)


if __name__ == "__main__":
    readings = {path.name: reading_of(path) for path in sorted(FOLDER.glob("*.txt"))}
    READINGS.write_text(json.dumps(readings, ensure_ascii=False, indent=1) + "\n", "utf-8")
