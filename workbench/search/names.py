"""Addresses of pages that may not be there: parts of the product come one by one."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse


def address_of(name: str, team: str, *arguments: int | str) -> str:
    """The address of a page of the team; "" when there is no such page."""
    try:
        return reverse(name, args=[team, *arguments])
    except NoReverseMatch:
        return ""
