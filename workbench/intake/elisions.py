"""Media whose data was shortened by whoever copied the request: it is kept, and said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from .reading import FoundPrompt, Kind, Remark

_NO_BASE64 = re.compile(r"[^A-Za-z0-9+/=\s]")
_SHOWN = 60


def with_elisions(prompt: FoundPrompt) -> FoundPrompt:
    """Return the prompt with a remark on each file whose data cannot be whole."""
    remarks = [
        Remark(
            Kind.NOT_UNDERSTOOD,
            f"{path}: the data of this file is not whole: put the file in again.",
            text=data[:_SHOWN],
        )
        for path, data in _media(prompt.request.body.get("messages"), "messages")
        if _is_cut(data)
    ]
    return replace(prompt, remarks=(*prompt.remarks, *remarks)) if remarks else prompt


def _is_cut(data: str) -> bool:
    return not data or _NO_BASE64.search(data) is not None


def _media(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from _media(item, f"{path}.{number}")
    elif isinstance(value, Mapping):
        source = value.get("source")
        if isinstance(source, Mapping) and source.get("type") == "base64":
            data = source.get("data")
            # A marker stands for what a program puts in.
            if isinstance(data, str) and "{{" not in data:
                yield path, data
        elif "content" in value:
            yield from _media(value["content"], f"{path}.content")
