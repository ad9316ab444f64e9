"""What a target has to put on the wire, settled once for all of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from workbench.export.source import Source

_HEADER_WORD = re.compile(r"[!-+\--~]{1,200}")
_WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True)
class Wire:
    """Headers and body; ``notes`` say what of the request no header can carry."""

    version: str
    betas: tuple[str, ...]
    body: dict[str, Any]
    notes: tuple[str, ...] = ()

    @property
    def headers(self) -> dict[str, str]:
        """``anthropic-version`` and ``anthropic-beta``, as far as they are there."""
        found = {"anthropic-version": self.version, "anthropic-beta": ",".join(self.betas)}
        return {name: value for name, value in found.items() if value}


def wire_of(source: Source, *, streaming: bool) -> Wire:
    """The wire of ``source``, with ``"stream": true`` exactly when ``streaming``."""
    request = source.request.streaming() if streaming else source.request
    body = dict(request.body)
    if not streaming and body.get("stream") is True:
        del body["stream"]
    words = (request.api_version, *request.betas)
    bad = [word for word in words if not _HEADER_WORD.fullmatch(word)]
    notes = tuple(
        f"“{word}” is left out: it cannot be sent as an API version or beta name." for word in bad
    )
    version = "" if request.api_version in bad else request.api_version
    return Wire(version, tuple(beta for beta in request.betas if beta not in bad), body, notes)


def slug_of(title: str) -> str:
    """A name for a file: small ASCII letters, digits and hyphens; "prompt" when none are left."""
    return "-".join(_WORD.findall(title.lower()))[:60].strip("-") or "prompt"
