"""Password hashing that a crowd of sign-ins cannot turn into an outage."""

from __future__ import annotations

from threading import BoundedSemaphore

from django.contrib.auth.hashers import Argon2PasswordHasher

# Hashing is memory-hard on purpose: as many at a time as this process can afford, the rest waits.
AT_ONCE = 4
_slots = BoundedSemaphore(AT_ONCE)


class ModestArgon2(Argon2PasswordHasher):
    """Argon2id with OWASP's parameters: 19 MiB, 2 passes, 1 lane.

    Source: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
    Django's default takes 100 MiB for each sign-in.
    """

    memory_cost = 19456  # KiB
    time_cost = 2
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with _slots:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with _slots:
            return super().verify(password, encoded)
