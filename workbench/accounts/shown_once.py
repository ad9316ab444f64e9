"""A secret that the next page shows and no page after it: until then the session keeps it sealed.

A session keeps one secret of each kind, bound to what ``owner`` names, so that no other page shows
it. Nothing of it can be read in the database.
"""

from __future__ import annotations

from contextlib import suppress

from django.http import HttpRequest

from .encryption import Unreadable, key_ring


def keep(request: HttpRequest, kind: str, secret: str, owner: str) -> None:
    """Keep ``secret`` for the page that asks for this ``kind`` of the same ``owner``."""
    request.session[kind] = key_ring().seal(secret, owner)


def take(request: HttpRequest, kind: str, owner: str) -> str:
    """The secret that was kept, the first time a GET asks for it; else ""."""
    if request.method != "GET" or kind not in request.session:
        return ""
    with suppress(Unreadable):  # it is another owner's: that owner's page shows it
        secret = key_ring().open(request.session[kind], owner)
        del request.session[kind]
        return secret
    return ""
