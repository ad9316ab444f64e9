"""A request body as one JSON text, and the places in it.

The text is what a person edits: whatever it holds, known or not, becomes the body.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from workbench.catalogue import Problem

from .bound import Unreadable, parsed_json
from .json_lines import line_of, lines_of


@dataclass(frozen=True)
class Remark:
    """A problem of a body with the line of its text it belongs to, None when it has none."""

    line: int | None
    path: str
    sentence: str


def text_of(body: dict[str, Any]) -> str:
    """The body as indented JSON."""
    return json.dumps(body, ensure_ascii=False, indent=2)


def body_of(text: str) -> dict[str, Any]:
    """The body that ``text`` writes; raises ``Unreadable`` with line and column."""
    body = parsed_json(text, "The body")
    if not isinstance(body, dict):
        raise Unreadable("The body must be a JSON object: begin with { and end with }.")
    return body


def remarks(problems: Iterable[Problem], text: str) -> list[Remark]:
    """The problems in the order of the lines of ``text`` they belong to."""
    lines = lines_of(text)
    found = [Remark(line_of(problem.path, lines), *problem) for problem in problems]
    return sorted(found, key=lambda remark: remark.line or 0)
