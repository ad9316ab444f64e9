"""Writes `samples/readings.json` anew: what the importer makes of each sample."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from workbench.intake.detect import read
from workbench.intake.reading import FoundPrompt, Reading, Remark

FOLDER = Path(__file__).parent / "samples"
READINGS = FOLDER / "readings.json"


def reading_of(path: Path) -> dict[str, Any]:
    """What comes of a sample, as JSON."""
    return as_json(read(path.read_text("utf-8"), path.name.removesuffix(".txt")))


def as_json(reading: Reading) -> dict[str, Any]:
    return {
        "kind": reading.kind,
        "prompts": [_prompt(prompt) for prompt in reading.prompts],
        "remarks": [_remark(remark) for remark in reading.remarks],
    }


def _prompt(prompt: FoundPrompt) -> dict[str, Any]:
    said = {
        "name": prompt.name,
        "description": prompt.description,
        "tags": list(prompt.tags),
        "request": prompt.request.to_dict(),
        "variables": [vars(variable) for variable in prompt.variables],
        "value_sets": [[name, dict(values)] for name, values in prompt.value_sets],
        "answer": prompt.answer,
        "remarks": [_remark(remark) for remark in prompt.remarks],
    }
    return {key: value for key, value in said.items() if value}


def _remark(remark: Remark) -> str:
    line = f"line {remark.line}: " if remark.line else ""
    text = f" [{remark.text}]" if remark.text else ""
    return f"{remark.kind}: {line}{remark.sentence}{text}"


if __name__ == "__main__":
    readings = {path.name: reading_of(path) for path in sorted(FOLDER.glob("*.txt"))}
    READINGS.write_text(json.dumps(readings, ensure_ascii=False, indent=1) + "\n", "utf-8")
