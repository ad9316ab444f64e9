"""A reading as JSON and back: what waits for the import needs no second look at the text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from workbench.intake.reading import FoundPrompt, FoundVariable, Kind, Reading, Remark
from workbench.messages_api import MessageRequest, clean_json, clean_text


def packed(reading: Reading, text: str) -> bytes:
    """The reading with the text that it is of, "" for a file that is none."""
    data = {
        "text": text,
        "kind": clean_text(reading.kind),
        "prompts": [_prompt(found) for found in reading.prompts],
        "remarks": _remark_rows(reading.remarks),
    }
    return json.dumps(data).encode()


def unpacked(content: bytes) -> tuple[Reading, str]:
    """What was packed."""
    data = json.loads(content)
    prompts = tuple(_found(prompt) for prompt in data["prompts"])
    return Reading(data["kind"], prompts, _remarks(data["remarks"])), data["text"]


def _prompt(found: FoundPrompt) -> dict[str, Any]:
    # The request is clean; whatever a reader passes on besides it is made so here.
    return {
        "request": found.request.to_dict(),
        "name": clean_text(found.name),
        "description": clean_text(found.description),
        "tags": clean_json(found.tags),
        "variables": clean_json([asdict(variable) for variable in found.variables]),
        "value_sets": clean_json([[name, dict(values)] for name, values in found.value_sets]),
        "remarks": _remark_rows(found.remarks),
        "answer": found.answer,
    }


def _remark_rows(remarks: tuple[Remark, ...]) -> Any:
    return clean_json([asdict(remark) for remark in remarks])


def _found(data: Mapping[str, Any]) -> FoundPrompt:
    return FoundPrompt(
        request=MessageRequest.from_dict(data["request"]),
        name=data["name"],
        description=data["description"],
        tags=tuple(data["tags"]),
        variables=tuple(FoundVariable(**variable) for variable in data["variables"]),
        value_sets=tuple((name, values) for name, values in data["value_sets"]),
        remarks=_remarks(data["remarks"]),
        answer=data["answer"],
    )


def _remarks(rows: list[dict[str, Any]]) -> tuple[Remark, ...]:
    return tuple(Remark(**{**row, "kind": Kind(row["kind"])}) for row in rows)
