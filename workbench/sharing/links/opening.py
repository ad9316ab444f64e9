"""Opening a link by its token: whether it is open, its password, and counting who looked."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.db.models import F
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from workbench.accounts.address import client_network
from workbench.accounts.models import Membership
from workbench.accounts.throttle import Bucket, first_empty
from workbench.accounts.unguessable import digest
from workbench.sharing.models import ShareLink

from .making import open_links

COOKIE = "workbench-link"
"""Says that a reader has typed the password: signed, for one link, sent to its own path only."""
SALT = "workbench.sharing.links"
UNLOCKED_SECONDS = 3600


def find(token: str) -> ShareLink | None:
    """The open link with this token; None for a wrong, revoked or expired one."""
    links = ShareLink.objects.select_related("team", "prompt")
    return links.filter(open_links(), token_hash=digest(token)).first()


def is_locked(request: HttpRequest, link: ShareLink) -> bool:
    """Whether the reader has yet to type the password."""
    if not link.password:
        return False
    signed = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=UNLOCKED_SECONDS)
    return str(signed) != _proof(link)


def unlock(response: HttpResponseBase, link: ShareLink, token: str) -> None:
    """Let the browser that gets ``response`` read the link for an hour."""
    response.set_signed_cookie(
        COOKIE,
        _proof(link),
        salt=SALT,
        max_age=UNLOCKED_SECONDS,
        path=reverse("sharing:shared", args=[token]),
        secure=settings.IS_HTTPS,
        httponly=True,
        samesite="Lax",
    )


def try_password(request: HttpRequest, link: ShareLink, password: str) -> bool | Bucket:
    """Whether ``password`` is right; the bucket that is empty when nobody may try just now.

    10 wrong ones an hour for a link from one place, 100 from everywhere.
    """
    network = client_network(request)
    buckets = (Bucket(f"link:{link.pk}:{network}", 10), Bucket(f"link:{link.pk}", 100))
    if empty := first_empty(buckets):
        return empty
    if not check_password(password, link.password):
        return False
    for bucket in buckets:
        bucket.give_back()
    return True


def count_view(request: HttpRequest, link: ShareLink) -> None:
    """Count a look at the page: not one of the team's own members, and no HEAD."""
    if request.method != "GET":
        return
    own = Membership.objects.filter(team=link.team_id, user=request.user.pk)
    if request.user.is_authenticated and own.exists():
        return
    ShareLink.objects.filter(pk=link.pk).update(views=F("views") + 1, last_viewed_at=timezone.now())


def _proof(link: ShareLink) -> str:
    # With a piece of the hash: a cookie of another installation with the same numbers is none here.
    return f"{link.pk}:{digest(link.password)[:16]}"
