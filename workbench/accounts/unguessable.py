"""Secrets that let in whoever has them: how they are made, and what is kept of them."""

from __future__ import annotations

import hashlib
import secrets

BYTES = 32


def new_secret(prefix: str = "") -> str:
    """``prefix`` and 43 characters that stand for 256 random bits."""
    return prefix + secrets.token_urlsafe(BYTES)


def digest(secret: str) -> str:
    """What is kept of a secret: its SHA-256. So many random bits need no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
