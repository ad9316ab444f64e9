"""The outbox: a message waits in the database until the mail server has taken it.

It is written in the transaction of what it tells, so neither goes without the other, and no request
waits for a mail server. Without one nothing is written: nothing pretends that mail is on its way.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from workbench.accounts.encryption import key_ring
from workbench.accounts.models import Invitation, Mail

KEPT = timedelta(days=30)
"""How long the outbox remembers what it is done with."""


def is_on() -> bool:
    """Whether this installation has a mail server."""
    return bool(settings.MAIL_SERVER.host)


def put(
    kind: Mail.Kind, to: str, subject: str, text: str = "", *, invitation: Invitation | None = None
) -> Mail | None:
    """Put a message into the outbox; None without a mail server.

    Without a ``text`` it is made when the message is sent.
    """
    if not is_on():
        return None
    mail = Mail(kind=kind, to=to, subject=subject[:200], invitation=invitation)
    mail.text_ciphertext = key_ring().seal(text, row_of(mail)) if text else ""
    mail.save(force_insert=True)
    return mail


def row_of(mail: Mail) -> str:
    """The identity of a message's row, for ``seal`` and ``open``."""
    return f"mail:{mail.pk}"


def state_of(mail: Mail) -> str:
    """``waiting``, ``sent`` or ``given up``."""
    if mail.next_at is not None:
        return "waiting"
    return "given up" if mail.error else "sent"


def unsent() -> QuerySet[Mail]:
    """What waits or is given up, newest first."""
    rows = Mail.objects.filter(next_at__isnull=False) | Mail.objects.exclude(error="")
    return rows.order_by("-created_at")


def forget_old() -> None:
    """Delete what was sent or given up long ago."""
    Mail.objects.filter(next_at=None, created_at__lt=timezone.now() - KEPT).delete()
