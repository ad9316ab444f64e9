"""What every page's frame shows: the team, the person's teams, and two plain warnings."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from .access import Access, roles_with
from .connections.destinations import beginning_for
from .mail import outbox
from .models import Membership, Team


def site(request: HttpRequest) -> dict[str, Any]:
    """The person's ``access``, ``team`` and ``memberships``, and what they can; two warnings.

    A page of a team costs no query for them; ``memberships``, ``obstacle`` (why new prompts go to
    the simulator), and ``team`` on a page that belongs to none, cost one query if they are looked
    at.
    """
    access: Access | None = getattr(request, "access", None)
    memberships = SimpleLazyObject(lambda: _memberships(request))
    return {
        "access": access,
        "team": access.team if access else SimpleLazyObject(lambda: _first_team(memberships)),
        "memberships": memberships,
        "can_edit": SimpleLazyObject(lambda: _can("prompt.edit", access, memberships)),
        "can_make_tokens": SimpleLazyObject(lambda: _can("token.edit", access, memberships)),
        "is_mailed": outbox.is_on(),
        "single_sign_on": settings.SINGLE_SIGN_ON,
        "obstacle": SimpleLazyObject(lambda: beginning_for(access).obstacle if access else ""),
        "is_insecure": _is_insecure(settings.SITE_URL),
    }


def _can(ability: str, access: Access | None, memberships: Any) -> bool:
    """Whether the person has ``ability`` in the team that the page's frame shows."""
    if access:
        return access.can(ability)
    return bool(memberships) and memberships[0].role in roles_with(ability)


def _memberships(request: HttpRequest) -> list[Membership]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    rows = Membership.objects.filter(user_id=user.pk).select_related("team")
    return list(rows.order_by("team__name"))


def _first_team(memberships: Any) -> Team | None:
    return memberships[0].team if memberships else None


def _is_insecure(site_url: str) -> bool:
    """Whether passwords travel unencrypted over a network: http to another machine."""
    parts = urlsplit(site_url)
    return parts.scheme == "http" and not _is_this_machine(parts.hostname or "")


def _is_this_machine(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")
