"""The secret of a webhook and what it signs.

The receiver computes the HMAC-SHA256 of the time, a dot and the body with the same secret, compares
in constant time, and refuses what is older than some minutes.
"""

from __future__ import annotations

import hashlib
import hmac

from workbench.accounts.encryption import key_ring
from workbench.accounts.unguessable import new_secret
from workbench.sharing.models import Webhook

PREFIX = "whsec_"
"""Tells people, logs and scanners of source code what this text is."""


def put_secret(webhook: Webhook) -> str:
    """Give a stored webhook a new secret, and return it: it can be read nowhere afterwards."""
    secret = new_secret(PREFIX)
    webhook.secret_ciphertext = key_ring().seal(secret, row_of(webhook))
    webhook.last4 = secret[-4:]
    webhook.save(update_fields=["secret_ciphertext", "last4"])
    return secret


def opened(webhook: Webhook) -> str:
    """The secret of a webhook; raises ``Unreadable``."""
    return key_ring().open(webhook.secret_ciphertext, row_of(webhook))


def signature(secret: str, moment: int, body: bytes) -> str:
    """The value of ``Workbench-Signature`` for ``body`` sent at ``moment``, in Unix seconds."""
    signed = hmac.new(secret.encode(), b"%d." % moment + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={signed}"


def row_of(webhook: Webhook) -> str:
    """The identity of a webhook's row, for ``seal`` and ``open``."""
    return f"team:{webhook.team_id}/webhook:{webhook.pk}"
