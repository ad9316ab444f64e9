"""The secrets of second factors at rest: sealed like API keys, with the same keys."""

from __future__ import annotations

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator

from workbench.accounts.encryption import key_ring

# What the secrets are sealed for: no ciphertext of an API key opens as one of these.
PURPOSE = "second-factor"
_SECRETS = ("secret", "seed")


class SealingAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Tells allauth how the secrets of its table are encrypted."""

    def encrypt(self, text: str) -> str:
        return key_ring().seal(text, PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        """The secret; raises ``Unreadable`` when the key that sealed it is gone."""
        return key_ring().open(encrypted_text, PURPOSE)


def renewed(row: Authenticator) -> bool:
    """Whether the row, which is locked, had to be sealed again; raises ``Unreadable``."""
    before = {name: row.data[name] for name in _SECRETS if name in row.data}
    after = {name: key_ring().rotate(sealed, PURPOSE) for name, sealed in before.items()}
    if after == before:
        return False
    row.data |= after
    row.save(update_fields=["data"])
    return True
