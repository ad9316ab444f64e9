"""API keys at rest: AES-256-GCM, bound to the row they belong to.

A sealed text is ``v1:<key id>:<base64 of nonce and ciphertext>``. The row's identity is the
associated data, so a ciphertext copied to another row does not open there. Several keys can be
configured, separated by commas: the first one seals, all of them open, which is how keys rotate.

The construction and the limits of a random 96-bit nonce: NIST SP 800-38D, section 8.2.2.
"""

from __future__ import annotations

import hashlib
import os
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass, field
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

VERSION = "v1"
NONCE_BYTES = 12
SHORTEST_SECRET = 32  # characters; what the launcher makes has 43


class Unreadable(Exception):
    """A sealed text does not open: another key, another row, or damage."""


@dataclass(frozen=True)
class Key:
    """One 256-bit key; ``id`` names it in what it sealed and tells nothing about it."""

    id: str
    bytes: bytes = field(repr=False)

    @classmethod
    def from_secret(cls, secret: str) -> Key:
        """The key that ``secret`` stands for; any text of enough characters is one."""
        if len(secret) < SHORTEST_SECRET:
            raise ImproperlyConfigured(
                f"ENCRYPTION_KEY must have {SHORTEST_SECRET} characters or more, each of several "
                f"that commas divide; one has {len(secret)}. This makes one: "
                "openssl rand -base64 32."
            )
        derived = hashlib.sha256(b"workbench encryption key\0" + secret.encode()).digest()
        return cls(hashlib.sha256(b"workbench key id\0" + derived).hexdigest()[:8], derived)


@dataclass(frozen=True)
class KeyRing:
    """The keys of this installation; the first one seals."""

    keys: tuple[Key, ...]

    @classmethod
    def from_text(cls, text: str) -> KeyRing:
        """The ring written as secrets separated by commas.

        Raises ``ImproperlyConfigured`` when there is none or one is too short.
        """
        secrets = [secret.strip() for secret in text.split(",") if secret.strip()]
        if not secrets:
            raise ImproperlyConfigured("ENCRYPTION_KEY is empty: give it a secret.")
        return cls(tuple(Key.from_secret(secret) for secret in secrets))

    @property
    def current(self) -> Key:
        return self.keys[0]

    def seal(self, text: str, row: str) -> str:
        """``text`` encrypted for the row that ``row`` identifies."""
        nonce = os.urandom(NONCE_BYTES)
        ciphertext = AESGCM(self.current.bytes).encrypt(nonce, text.encode(), row.encode())
        return f"{VERSION}:{self.current.id}:{b64encode(nonce + ciphertext).decode()}"

    def open(self, sealed: str, row: str) -> str:
        """The text sealed for ``row``; raises ``Unreadable`` in every other case."""
        version, key_id, payload = [*sealed.split(":", 2), "", ""][:3]
        key = next((key for key in self.keys if key.id == key_id), None)
        if version != VERSION or key is None:
            raise Unreadable("It was sealed with a key that this installation does not have.")
        try:
            data = b64decode(payload, validate=True)
            nonce, ciphertext = data[:NONCE_BYTES], data[NONCE_BYTES:]
            return AESGCM(key.bytes).decrypt(nonce, ciphertext, row.encode()).decode()
        except (InvalidTag, Base64Error, ValueError):
            raise Unreadable("It was sealed for another row, or it is damaged.") from None

    def is_current(self, sealed: str) -> bool:
        """Whether the sealing key made ``sealed``; what it did not make is due for rotation."""
        return sealed.startswith(f"{VERSION}:{self.current.id}:")

    def rotate(self, sealed: str, row: str) -> str:
        """``sealed`` again, under the current key; raises ``Unreadable``."""
        return sealed if self.is_current(sealed) else self.seal(self.open(sealed, row), row)


def connection_row(team_id: int, connection_id: int) -> str:
    """The identity of a connection's row, for ``seal`` and ``open``."""
    return f"team:{team_id}/connection:{connection_id}"


def key_ring() -> KeyRing:
    """The ring of the configured ENCRYPTION_KEY."""
    return _ring(settings.ENCRYPTION_KEY)


@lru_cache(maxsize=4)
def _ring(text: str) -> KeyRing:
    return KeyRing.from_text(text)
