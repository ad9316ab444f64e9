"""How much is unread, for the navigation of a team's pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from workbench.accounts.access import Access
from workbench.sharing.models import Notice

MOST = 99


def inbox(request: HttpRequest) -> dict[str, Any]:
    """``unread``: how many notices of the page's team the person has not read, up to ``MOST``.

    One query, by an index that holds nothing else, and only if a page shows it.
    """
    access = getattr(request, "access", None)
    if not isinstance(access, Access):
        return {"unread": 0}
    return {"unread": SimpleLazyObject(lambda: _count(access))}


def _count(access: Access) -> int:
    rows = access.rows(Notice).filter(user=access.user, read_at=None)
    return rows[:MOST].count()
