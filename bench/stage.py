"""What every part of the bench works with."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

import orjson

from bench.installation import Installation
from bench.upstream import Upstream


class TooBusy(Exception):
    """The direct line itself is slow: what would be measured is the machine, not the product."""


@dataclass
class Stage:
    """An installation and its upstream, both running."""

    installation: Installation
    upstream: Upstream
    _keys: itertools.count[int] = field(default_factory=itertools.count)

    def wish(self, **wanted: object) -> tuple[str, str]:
        """A key and the line that asks the upstream for an answer under that key."""
        key = f"k{next(self._keys)}"
        words = " ".join(f"{name}={value}" for name, value in ({"key": key} | wanted).items())
        return key, f"bench: {words}"


def body(text: str) -> bytes:
    """The body of a direct request that says ``text``."""
    return orjson.dumps(
        {
            "model": "claude-opus-5-5",
            "max_tokens": 4096,
            "stream": True,
            "messages": [{"role": "user", "content": text}],
        }
    )
