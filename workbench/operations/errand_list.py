"""Which errands the web processes of this installation do: none that it has no use for."""

from __future__ import annotations

from django.conf import settings

from workbench.accounts.mail import delivering, outbox
from workbench.sharing import digests
from workbench.sharing.webhooks import delivering as webhooks

from .errands import Errand, in_thread

SOON = 2.0  # seconds
MINUTE = 60.0
HOUR = 3600.0
WEBHOOKS_AT_A_TIME = 3


def errands() -> list[Errand]:
    """The errands, by what the operator has set."""
    return [*_mail(), *_webhooks()]


def _mail() -> list[Errand]:
    if not outbox.is_on():
        return []
    return [
        Errand("Mail", in_thread(delivering.deliver_next), SOON),
        Errand("Mail of notices", in_thread(digests.mail_next), MINUTE),
        Errand("Old mail", in_thread(_forget_old_mail), HOUR),
    ]


def _webhooks() -> list[Errand]:
    if not settings.WEBHOOK_HOSTS:
        return []
    # Several at a time: a host that keeps one waiting does not keep the others of all teams.
    senders = [Errand("Webhooks", webhooks.deliver_next, SOON) for _ in range(WEBHOOKS_AT_A_TIME)]
    return [*senders, Errand("Old deliveries", in_thread(webhooks.forget_old), HOUR)]


def _forget_old_mail() -> bool:
    outbox.forget_old()
    return False
