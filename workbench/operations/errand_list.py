"""Which errands the web processes of this installation do: none that it has no use for."""

from __future__ import annotations

from workbench.accounts.mail import delivering, outbox

from .errands import Errand, in_thread

SOON = 2.0  # seconds
HOUR = 3600.0


def errands() -> list[Errand]:
    """The errands, by what the operator has set."""
    return [*_mail()]


def _mail() -> list[Errand]:
    if not outbox.is_on():
        return []
    return [
        Errand("Mail", in_thread(delivering.deliver_next), SOON),
        Errand("Old mail", in_thread(_forget_old_mail), HOUR),
    ]


def _forget_old_mail() -> bool:
    outbox.forget_old()
    return False
