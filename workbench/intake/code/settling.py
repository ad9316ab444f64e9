"""A value read from code as JSON, with a remark on everything that is not in it."""

from __future__ import annotations

from typing import Any, Final

from workbench.intake.reading import Kind, Remark

from .holes import Holes
from .limits import LONGEST_TEXT, MOST_VALUES, TOO_MUCH
from .values import MISSING, OMIT, Dumped, Hole, Unknown

TEXT_KEPT = 2_000
"""Characters of code that a remark keeps."""
MOST_REMARKS = 50
"""Remarks on the values of one call."""

_GONE: Final = object()
_TEXTS = frozenset(
    {
        "content",
        "text",
        "system",
        "prompt",
        "instructions",
        "input",
        "description",
        "title",
        "context",
        "user_id",
        "stop_sequences",
        "query",
        "url",
    }
)
"""Keys whose value may be a variable: a person writes it, and it changes from run to run."""


class Settler:
    """Settles the values of one request; `remarks` says what came of them."""

    def __init__(self, holes: Holes) -> None:
        self.remarks: list[Remark] = []
        self._holes = holes
        self._values_left = MOST_VALUES
        self._text_left = LONGEST_TEXT

    def settle(self, value: Any) -> Any:
        """Return `value` as JSON; None for one that cannot be settled."""
        settled = self._settled(value, "")
        return None if settled is _GONE else settled

    def _settled(self, value: Any, key: str) -> Any:
        self._values_left -= 1
        if isinstance(value, str):
            self._text_left -= len(value)
        if self._values_left < 0 or self._text_left < 0:
            self._say(Kind.NOT_UNDERSTOOD, TOO_MUCH, None)
            return _GONE
        if isinstance(value, dict):
            return {
                name: settled
                for name, item in value.items()
                if (settled := self._settled(item, name)) is not _GONE
            }
        if isinstance(value, list):
            inner = key if key == "stop_sequences" else ""
            items = (self._settled(item, inner) for item in value)
            return [item for item in items if item is not _GONE]
        if isinstance(value, Hole):
            return self._hole(value, key)
        if isinstance(value, Unknown):
            return self._unknown(value, key)
        if isinstance(value, Dumped):
            settled = self._settled(value.value, key)
            return _GONE if settled is _GONE else value.written(settled)
        return _GONE if value is OMIT else value

    def _hole(self, hole: Hole, key: str) -> Any:
        if hole.is_anywhere or key in _TEXTS:
            return self._holes.marker(hole)
        if hole.default is not MISSING:
            if hole.default is not None:
                sentence = f"“{key}” was taken at the default value of the argument “{hole.name}”."
                self._say(Kind.CHANGED, sentence, hole.line)
            return self._settled(hole.default, key)
        sentence = (
            f"The value of “{hole.name}” for “{key or 'an entry of a list'}” is not in the text."
        )
        self._say(Kind.NOT_UNDERSTOOD, sentence, hole.line, hole.source or hole.name)
        return _GONE

    def _unknown(self, value: Unknown, key: str) -> Any:
        if value.is_media or key == "data":
            sentence = value.sentence or "The data is not in the text: put the file in again."
            self._say(Kind.NOT_UNDERSTOOD, sentence, value.line, value.source)
            return ""
        if key in _TEXTS and not value.sentence:
            return self._holes.marker(value)
        where = f"The value of “{key}”" if key else "An entry of a list"
        sentence = value.sentence or f"{where} was not understood and was left out."
        self._say(Kind.NOT_UNDERSTOOD, sentence, value.line, value.source)
        return _GONE

    def _say(self, kind: Kind, sentence: str, line: int | None, text: str = "") -> None:
        if len(self.remarks) > MOST_REMARKS:
            return
        remark = Remark(kind, sentence, line, text[:TEXT_KEPT])
        if len(self.remarks) < MOST_REMARKS and remark not in self.remarks:
            self.remarks.append(remark)
        elif len(self.remarks) == MOST_REMARKS:
            sentence = "There is more that was changed or not understood in this call."
            self.remarks.append(Remark(Kind.NOT_UNDERSTOOD, sentence, line))
