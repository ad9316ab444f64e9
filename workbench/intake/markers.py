"""Variables as other programs write them in a text, as the `{{NAME}}` of this product."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from .reading import FoundVariable
from .remarks import Remarks

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,99}")
"""What a variable may be called; `prompts/variables.py` has the same."""

_MARKER = re.compile(r"\{\{-?\s*([A-Za-z_][A-Za-z0-9_-]{0,99})\s*-?\}\}")
_OTHER = re.compile(r"\{\{(?!\{)[^{}\n]{1,200}\}\}|\{%-?[^%\n]{1,200}-?%\}")
_PLAIN = re.compile(r"\{\{[A-Za-z_][A-Za-z0-9_-]{0,99}\}\}")
_F_STRING = re.compile(r"\{\{|\}\}|\{([^{}\n]{0,200})\}|[{}]")
_MOST_SAID = 10

Style = Callable[[str, Remarks], str]


def mustache(text: str, remarks: Remarks) -> str:
    """Return a text of mustache or nunjucks; what is more than a name stays as it is."""
    spaced = [match[0] for match in _MARKER.finditer(text) if not _PLAIN.fullmatch(match[0])]
    if spaced:
        remarks.changed(f"Blanks in {spaced[0][:120]} were removed: markers have none here.")
    found = _MARKER.sub(r"{{\1}}", text)
    others = [m[0] for m in _OTHER.finditer(found) if not _PLAIN.fullmatch(m[0])]
    for other in list(dict.fromkeys(others))[:_MOST_SAID]:
        remarks.not_understood("This part of a template has no equivalent and stays text.", other)
    return found


def f_string(text: str, remarks: Remarks) -> str:
    """Return a text of Python's format strings: `{name}` is a variable, `{{` a brace."""

    def replaced(match: re.Match[str]) -> str:
        if match[0] in ("{{", "}}"):
            return match[0][0]
        if match[1] is not None and NAME.fullmatch(match[1]):
            return f"{{{{{match[1]}}}}}"
        sentence = "This part of a template has no equivalent and stays text."
        remarks.not_understood(sentence, match[0])
        return match[0]

    return _F_STRING.sub(replaced, text)


def plain(text: str, _remarks: Remarks) -> str:
    """Return a text without variables."""
    return text


def with_markers(body: Mapping[str, Any], style: Style, remarks: Remarks) -> dict[str, Any]:
    """Return `body` with the markers of `style` in its system prompt and turns written as ours."""

    def written(value: Any) -> Any:
        if isinstance(value, str):
            return style(value, remarks)
        if isinstance(value, list):
            return [written(item) for item in value]
        if isinstance(value, dict):
            return {key: item if key in _AS_IS else written(item) for key, item in value.items()}
        return value

    return {
        key: written(value) if key in ("system", "messages") else value
        for key, value in body.items()
    }


_AS_IS = frozenset({"type", "role", "id", "tool_use_id", "media_type", "data", "signature"})


def variables_of(
    body: Mapping[str, Any], defaults: Mapping[str, str] | None = None
) -> tuple[FoundVariable, ...]:
    """Return the variables whose markers stand in the system prompt and the turns."""
    names: dict[str, None] = {}
    waiting: list[Any] = [body.get("messages"), body.get("system")]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            names |= dict.fromkeys(marker[2:-2] for marker in _PLAIN.findall(value))
        elif isinstance(value, list):
            waiting += reversed(value)
        elif isinstance(value, dict):
            waiting += reversed([item for key, item in value.items() if key not in _AS_IS])
    given = defaults or {}
    return tuple(FoundVariable(name, given.get(name, "")) for name in names)
