"""Whole addresses: where an answer points to can be asked for as it stands."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse


def absolute(path: str) -> str:
    """The address of a path of this site. The header ``Host`` has no say in it."""
    return f"{settings.SITE_URL}{path}"


def address(name: str, *arguments: Any) -> str:
    """The whole address of a view."""
    return absolute(reverse(name, args=arguments))
