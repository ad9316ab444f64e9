"""A secret that the next page shows and no page after it: until then the session keeps it sealed.

A session keeps one secret of each kind, bound to the person and the team of the page, so that no
other page shows it. Nothing of it can be read in the database.
"""

from __future__ import annotations

from contextlib import suppress

from .encryption import Unreadable, key_ring
from .http import WorkbenchRequest


def keep(request: WorkbenchRequest, kind: str, secret: str) -> None:
    """Keep ``secret`` for the page of the same team that asks for this ``kind``."""
    request.session[kind] = key_ring().seal(secret, _owner(request, kind))


def take(request: WorkbenchRequest, kind: str) -> str:
    """The secret that was kept, the first time a GET asks for it; else ""."""
    secret = peek(request, kind) if request.method == "GET" else ""
    if secret:
        del request.session[kind]
    return secret


def peek(request: WorkbenchRequest, kind: str) -> str:
    """The secret that was kept, which is kept on; "" when there is none for this page."""
    with suppress(Unreadable):  # it is another team's: a page of that team shows it
        return key_ring().open(request.session.get(kind, ""), _owner(request, kind))
    return ""


def _owner(request: WorkbenchRequest, kind: str) -> str:
    access = getattr(request, "access", None)  # pages of no team have none
    team = f"team:{access.team.pk}/" if access else ""
    return f"{team}{kind}-of:{request.user.pk}"
