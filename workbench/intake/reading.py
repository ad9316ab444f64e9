"""What came of a foreign text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from workbench.messages_api import MessageRequest


class Kind(StrEnum):
    """What a remark says."""

    CHANGED = "changed"
    """Understood, and written differently: a retired model, a default that is no longer sent."""
    LEFT_OUT = "left out"
    """Understood, and without an equivalent here."""
    NOT_UNDERSTOOD = "not understood"
    """Kept verbatim in ``Remark.text``."""
    KEY_REMOVED = "key removed"
    """An API key or another secret that is not kept."""


@dataclass(frozen=True)
class Remark:
    """One sentence for the preview, its place, and the text that it is about."""

    kind: Kind
    sentence: str
    line: int | None = None
    """Counted from 1, in the text that was pasted."""
    text: str = ""


@dataclass(frozen=True)
class FoundVariable:
    """A variable whose ``{{NAME}}`` markers stand in the request."""

    name: str
    default: str = ""
    description: str = ""


@dataclass(frozen=True)
class FoundPrompt:
    """One request, as the editor would show it."""

    request: MessageRequest
    name: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    variables: tuple[FoundVariable, ...] = ()
    value_sets: tuple[tuple[str, Mapping[str, str]], ...] = ()
    """(name, values) of named sets of values."""
    remarks: tuple[Remark, ...] = ()
    answer: Mapping[str, Any] | None = None
    """A recorded answer, as a Message of the API."""


@dataclass(frozen=True)
class Reading:
    """What a text is, and the prompts in it; without prompts ``remarks`` say why."""

    kind: str
    """For people: "curl", "Python, Anthropic SDK", "a Messages body" …"""
    prompts: tuple[FoundPrompt, ...] = ()
    remarks: tuple[Remark, ...] = field(default=())
    """About the text as a whole."""
