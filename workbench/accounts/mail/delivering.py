"""Handing the outbox over to the mail server, message by message.

A process claims a message for some minutes and sends it outside of any transaction. If it dies in
between, the claim runs out and the message is sent again, with the same Message-ID.
"""

from __future__ import annotations

import logging
import smtplib
from datetime import timedelta
from email.errors import MessageError
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from workbench.accounts import audit
from workbench.accounts.encryption import Unreadable, key_ring
from workbench.accounts.invitations.links import state_of as state_of_invitation
from workbench.accounts.models import Mail, User

from . import wording
from .outbox import row_of

logger = logging.getLogger(__name__)

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360))
LONGEST = timedelta(days=2)
CLAIM = timedelta(minutes=5)
SECONDS = 20.0  # for each answer of the mail server
NOT_READABLE = "Its text was encrypted with an ENCRYPTION_KEY that is not there any more."
NOT_WRITABLE = "Its address or its subject holds signs that no mail can have."
NO_ACCOUNT = "no account"


class Unwanted(Exception):
    """A message is not to be sent any more; the text says why."""


def deliver_next() -> bool:
    """Send the message that is due longest; False when none is."""
    mail = _claimed()
    if mail is None:
        return False
    try:
        _send(mail, _text_of(mail))
    except Unwanted as reason:
        _forget(mail) if str(reason) == NO_ACCOUNT else _give_up(mail, str(reason))
    except (smtplib.SMTPException, OSError) as error:
        _put_off(mail, error)
    except (ValueError, MessageError):  # of Python's own mail: trying again would fail again
        _give_up(mail, NOT_WRITABLE)
    else:
        _settle(mail, next_at=None, error="", text_ciphertext="")
    return True


@transaction.atomic
def _claimed() -> Mail | None:
    """The message that is due longest, put off so far that nobody else takes it meanwhile."""
    due = Mail.objects.select_for_update(skip_locked=True, of=("self",)).filter(next_at__lte=Now())
    mail = due.order_by("next_at").first()
    if mail is not None:
        mail.attempts += 1
        Mail.objects.filter(pk=mail.pk).update(attempts=mail.attempts, next_at=Now() + CLAIM)
    return mail


def _text_of(mail: Mail) -> str:
    """What ``mail`` says; raises ``Unwanted``."""
    if mail.kind == Mail.Kind.RESET:
        # Made now: the request did the same for an address that nobody has.
        user = User.objects.filter(email__iexact=mail.to, is_active=True).first()
        if user is None or not user.has_usable_password():
            raise Unwanted(NO_ACCOUNT)
        return wording.reset_mail(user)
    if mail.invitation is not None:
        state = state_of_invitation(mail.invitation)
        if state != "open":
            raise Unwanted(f"The invitation is {state}.")
    try:
        return key_ring().open(mail.text_ciphertext, row_of(mail))
    except Unreadable:
        raise Unwanted(NOT_READABLE) from None


def _send(mail: Mail, text: str) -> None:
    server = settings.MAIL_SERVER
    backend = EmailBackend(
        host=server.host,
        port=server.port,
        username=server.user,
        password=server.password,
        use_tls=server.starts_tls,
        use_ssl=server.speaks_tls,
        timeout=SECONDS,
    )
    host = urlsplit(settings.SITE_URL).hostname
    headers = {"Message-ID": f"<{mail.pk}@{host}>", "Auto-Submitted": "auto-generated"}
    message = EmailMessage(
        mail.subject, text, settings.DEFAULT_FROM_EMAIL, [mail.to], headers=headers
    )
    backend.send_messages([message])


def _put_off(mail: Mail, error: Exception) -> None:
    """Try again after a while, which grows; give up when that makes no sense."""
    pause = PAUSES[min(mail.attempts, len(PAUSES)) - 1]
    if _is_final(error) or timezone.now() + pause > mail.created_at + LONGEST:
        _give_up(mail, _words(error))
        return
    logger.warning("A mail waits, the mail server did not take it: %s", _words(error))
    _settle(mail, next_at=timezone.now() + pause, error=_words(error))


@transaction.atomic
def _give_up(mail: Mail, why: str) -> None:
    if _settle(mail, next_at=None, error=why, text_ciphertext=""):
        logger.error("A mail (%s) is given up: %s", mail.kind, why)
        team = mail.invitation.team if mail.invitation else None
        audit.record(None, "mail.give-up", team=team, target=mail.to, kind=mail.kind, why=why)


def _forget(mail: Mail) -> None:
    """Delete what nobody is to read: an address that somebody typed and no account has."""
    Mail.objects.filter(pk=mail.pk).delete()


def _settle(mail: Mail, **fields: object) -> bool:
    """Write down what became of this attempt, unless another process has begun the next one."""
    rows = Mail.objects.filter(pk=mail.pk, attempts=mail.attempts)
    return bool(rows.update(**fields))


def _is_final(error: Exception) -> bool:
    """Whether the server has refused this message for good (RFC 5321, 4.2.1: 5yz)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500


def _words(error: Exception) -> str:
    """What the mail server said, or why it was not reached."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        return _answered(code, said)
    if isinstance(error, smtplib.SMTPResponseException):
        return _answered(error.smtp_code, error.smtp_error)
    return wording.visible(f"The mail server cannot be reached: {error}")[:200]


def _answered(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return wording.visible(f"The mail server answered {code} {text}")[:200]
