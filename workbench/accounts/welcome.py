"""The first person's way in: a one-time code from the terminal, good until somebody used it."""

from __future__ import annotations

from django.db import connection, transaction
from django.urls import reverse

from .models import Membership, Role, Team, User, WelcomeCode
from .unguessable import digest, new_secret

LOCK = 0x776B_7765  # an arbitrary number for pg_advisory_xact_lock


class CodeRefused(Exception):
    """The code is wrong or used, or somebody has an account already."""


def new_welcome_path() -> str | None:
    """The path of the welcome page with a fresh code, or None once there is a user.

    Only the hash of the code is kept, so each call replaces the code before it.
    """
    with transaction.atomic():
        _one_at_a_time()
        if User.objects.exists():
            return None
        code = new_secret()
        WelcomeCode.objects.all().delete()
        WelcomeCode.objects.create(code_hash=digest(code))
    return reverse("accounts:welcome", args=[code])


def is_open(code: str) -> bool:
    """Whether ``code`` would be accepted now."""
    return WelcomeCode.objects.filter(code_hash=digest(code)).exists() and not User.objects.exists()


@transaction.atomic
def accept(code: str, *, email: str, password: str, name: str, team_name: str) -> Membership:
    """Use ``code`` up and make the first user, who owns the first team.

    Raises ``CodeRefused`` for every other code and for everyone who comes second.
    """
    _one_at_a_time()
    used, _ = WelcomeCode.objects.filter(code_hash=digest(code)).delete()
    if not used or User.objects.exists():
        raise CodeRefused
    user = User.objects.create_user(email, password, name=name, is_instance_admin=True)
    team = Team.objects.create(name=team_name, slug=Team.free_slug(team_name))
    return Membership.objects.create(team=team, user=user, role=Role.OWNER)


def _one_at_a_time() -> None:
    """Wait until no other transaction makes or uses a code."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
