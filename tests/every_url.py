"""Every URL of the site, as the URLconf has them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Url:
    """One URL of the site: its full name, its view and its arguments."""

    name: str
    view: Callable[..., Any]
    arguments: tuple[str, ...]

    @property
    def rule(self) -> str | None:
        return getattr(self.view, "rule", None)


def every_url() -> list[Url]:
    """All URLs, also those of included URLconfs."""
    return list(_walk(get_resolver()))


def _walk(resolver: URLResolver, prefix: str = "", before: tuple[str, ...] = ()) -> Iterator[Url]:
    for entry in resolver.url_patterns:
        names = (*before, *entry.pattern.converters)
        if isinstance(entry, URLPattern):
            yield Url(f"{prefix}{entry.name}", entry.callback, names)
        else:
            space = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from _walk(entry, space, names)
