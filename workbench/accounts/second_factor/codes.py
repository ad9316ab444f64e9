"""Whether a code is right, once; switching the second factor of a person on and off.

The codes are those of RFC 6238 (https://www.rfc-editor.org/rfc/rfc6238, read 2026-11-29): six
digits of HMAC-SHA-1, steps of 30 seconds. allauth computes them and keeps the secrets. It remembers
used codes in the memory of one process; here the last step used stays in the row, under a lock, so
that a code counts once for all processes.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.utils import decrypt
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from workbench.accounts.encryption import Unreadable
from workbench.accounts.models import User

LAST_STEP = "last_step"
APP, RECOVERY = "app", "recovery code"


def apps_of(user_id: Any) -> QuerySet[Authenticator]:
    """The app that makes a person's codes, as rows: one or none."""
    return _rows(user_id).filter(type=Authenticator.Type.TOTP)


def app_of(user: User) -> Authenticator | None:
    """The app that makes the person's codes, or None while there is no second factor."""
    return apps_of(user.pk).first()


def is_on(user: User) -> bool:
    """Whether a sign-in of this person asks for a code."""
    return app_of(user) is not None


def recovery_codes_left(user: User) -> int:
    """How many recovery codes are unused; 0 also when they cannot be read any more."""
    row = _rows(user.pk).filter(type=Authenticator.Type.RECOVERY_CODES).first()
    if row is not None:
        with suppress(Unreadable):
            return len(RecoveryCodes(row).get_unused_codes())
    return 0


def new_secret() -> str:
    """A fresh secret of 160 bits for an app, in Base32."""
    return str(generate_totp_secret())


@transaction.atomic
def switch_on(user: User, secret: str, code: str) -> list[str] | None:
    """The recovery codes of a second factor that is on now; None when ``code`` is wrong.

    Does nothing and returns None as well when another page has switched it on meanwhile.
    """
    _lock(user)
    step = _step_of(secret, code, after=0)
    if step is None or is_on(user):
        return None
    _rows(user.pk).delete()
    row = TOTP.activate(user, secret).instance
    _use_up(row, step)
    return list(RecoveryCodes.activate(user).generate_codes())


@transaction.atomic
def renew_recovery_codes(user: User) -> list[str] | None:
    """New recovery codes, which end the ones before; None without a second factor."""
    _lock(user)
    if not is_on(user):
        return None
    _rows(user.pk).filter(type=Authenticator.Type.RECOVERY_CODES).delete()
    return list(RecoveryCodes.activate(user).generate_codes())


@transaction.atomic
def switch_off(user: User) -> bool:
    """Forget the second factor and its recovery codes; whether there was one."""
    _lock(user)
    count, _ = _rows(user.pk).delete()
    return bool(count)


@transaction.atomic
def use_up(user: User, code: str) -> str | None:
    """What ``code`` came from, ``APP`` or ``RECOVERY``; it counts once. None when it is wrong."""
    _lock(user)
    app = app_of(user)
    if app is None:
        return None
    with suppress(Unreadable):  # nobody knows then whether it is right
        step = _step_of(decrypt(app.data["secret"]), code, after=app.data[LAST_STEP])
        if step is not None:
            _use_up(app, step)
            return APP
        recovery = _rows(user.pk).filter(type=Authenticator.Type.RECOVERY_CODES).first()
        if recovery is not None and RecoveryCodes(recovery).validate_code(code):
            return RECOVERY
    return None


def _step_of(secret: str, code: str, *, after: int) -> int | None:
    """The step of 30 seconds that ``code`` belongs to, if it is near now and past ``after``."""
    for step in yield_hotp_counters_from_time():
        right = format_hotp_value(hotp_value(secret, step))
        if step > after and compare_user_code(actual=code, expected=right):
            return int(step)
    return None


def _use_up(app: Authenticator, step: int) -> None:
    app.data[LAST_STEP] = step
    app.last_used_at = timezone.now()
    app.save(update_fields=["data", "last_used_at"])


def _rows(user_id: Any) -> QuerySet[Authenticator]:
    rows: QuerySet[Authenticator] = Authenticator.objects.filter(user_id=user_id)
    return rows


def _lock(user: User) -> None:
    """One at a time for each person: of two who send one code, one is let in."""
    User.objects.select_for_update().get(pk=user.pk)
