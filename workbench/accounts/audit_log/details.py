"""The details of an event as people read them: words, no names of columns, no lists of Python."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

LONGEST = 200  # characters of one detail
ALONE = {None: "none", True: "yes", False: "no"}


@dataclass(frozen=True)
class Detail:
    """One thing that is said of an event: a ``moment`` where it is one, else ``words``."""

    name: str
    words: str
    moment: datetime | None = None


def details_of(detail: Mapping[str, Any]) -> list[Detail]:
    """The details in their order."""
    return [
        Detail(_name(key), _words(value)[:LONGEST], _moment(value)) for key, value in detail.items()
    ]


def _name(key: str) -> str:
    return key.replace("_", " ")


def _words(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return ALONE[value]
    if isinstance(value, Mapping):
        return _listed(f"{_name(key)}: {_words(each)}" for key, each in value.items())
    return _listed(map(_words, value)) if isinstance(value, list) else str(value)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words) or "none"


def _moment(value: Any) -> datetime | None:
    """When it is, for what was written by ``isoformat`` with a zone."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None
