"""Collecting remarks about one request."""

from __future__ import annotations

import json
from typing import Any

from .reading import Kind, Remark

STREAMS = "“stream” is not kept: Workbench streams every answer by itself."
TEXT_KEPT = 2_000
"""Characters of a value that a remark keeps."""


class Remarks:
    """The remarks so far; `line` is where the request begins."""

    def __init__(self, line: int | None = None) -> None:
        self.all: list[Remark] = []
        self._line = line

    def changed(self, sentence: str) -> None:
        """Something was understood, and is written differently."""
        self.all.append(Remark(Kind.CHANGED, sentence, self._line))

    def left_out(self, sentence: str, value: Any = None) -> None:
        """Something was understood, and has no equivalent."""
        self.all.append(Remark(Kind.LEFT_OUT, sentence, self._line, as_text(value)))

    def not_understood(self, sentence: str, value: Any = None) -> None:
        """Something was not understood; `value` is kept."""
        self.all.append(Remark(Kind.NOT_UNDERSTOOD, sentence, self._line, as_text(value)))


def as_text(value: Any) -> str:
    """A value as a remark keeps it: text as it is, everything else as JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value[:TEXT_KEPT]
    return json.dumps(value, ensure_ascii=False, default=str)[:TEXT_KEPT]
