"""The one way in: whoever has shown who they are is let in here, whichever door they came to.

A door counts its tries before it looks at what was typed (``throttle``). Then it calls ``enter``,
which asks for the second factor where there is one, and ``let_in``, which makes the session: with a
new key, with the device noted by ``signing_in.py``, and with an audit event. Where the operator has
closed a door, ``let_in`` is the wall behind it.
"""

from __future__ import annotations

import json
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme

from workbench.accounts import audit
from workbench.accounts.encryption import Unreadable, key_ring
from workbench.accounts.models import User
from workbench.accounts.second_factor import codes

HALF_WAY = "half_way_in"
SINGLE_SIGN_ON, WELCOME, PASSWORD, INVITATION = (
    "single sign-on",
    "welcome",
    "password",
    "invitation",
)
LONGEST_WAIT = 600  # seconds between the first step and the code


@dataclass(frozen=True)
class HalfWay:
    """Somebody who has passed ``door`` and owes a code; ``proof`` changes with the password."""

    user_id: int
    proof: str
    door: str
    page: str
    at: int


def enter(request: HttpRequest, user: User, door: str, page: str) -> HttpResponseRedirect:
    """Let ``user`` in and lead to ``page``, or to the question for a code before."""
    if not codes.is_on(user):
        let_in(request, user, door)
        return HttpResponseRedirect(where_to(request, page))
    waiting = HalfWay(user.pk, user.get_session_auth_hash(), door, page, int(time.time()))
    request.session[HALF_WAY] = key_ring().seal(json.dumps(asdict(waiting)), HALF_WAY)
    return redirect("accounts:sign-in-code")


def half_way(request: HttpRequest) -> tuple[User, HalfWay] | None:
    """Who owes a code in this browser, if their first step still counts."""
    with suppress(Unreadable):
        text = key_ring().open(request.session.get(HALF_WAY, ""), HALF_WAY)
        waiting = HalfWay(**json.loads(text))
        user = User.objects.filter(pk=waiting.user_id, is_active=True).first()
        is_late = time.time() - waiting.at > LONGEST_WAIT
        if user and not is_late and _is_proof(user, waiting.proof):
            return user, waiting
    return None


@transaction.atomic
def let_in(request: HttpRequest, user: User, door: str, **detail: Any) -> None:
    """Make the session of ``user``, under a new key, and write down by which door they came."""
    if door not in doors_open():
        raise PermissionDenied(door)
    request.session.pop(HALF_WAY, None)
    login(request, user)
    audit.record(request, "sign-in", actor=user, door=door, **detail)


def doors_open() -> tuple[str, ...]:
    """The doors that let people in; with single sign-on only, the welcome is for the first."""
    if passwords_are_closed():
        return SINGLE_SIGN_ON, WELCOME
    return SINGLE_SIGN_ON, WELCOME, PASSWORD, INVITATION


def passwords_are_closed() -> bool:
    """Whether the identity provider is the only way in."""
    return settings.SINGLE_SIGN_ON is not None and settings.SINGLE_SIGN_ON.is_only


def where_to(request: HttpRequest, page: str) -> str:
    """``page`` if it is one of this site, else the first page."""
    is_ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure())
    return page if is_ours else "/"


def _is_proof(user: User, proof: str) -> bool:
    return constant_time_compare(user.get_session_auth_hash(), proof)
