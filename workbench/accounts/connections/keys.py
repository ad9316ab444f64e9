"""The key of a connection: sealed for its row, opened only to be sent."""

from __future__ import annotations

import re

from django.utils import timezone

from workbench.accounts.encryption import Unreadable, connection_row, key_ring
from workbench.accounts.models import Connection

KEY = re.compile(r"[!-~]{8,256}")
"""What a key may be made of: characters that a header can carry."""


def put_key(connection: Connection, key: str) -> None:
    """Seal ``key`` into a connection's stored row, and say that nobody has tried it yet."""
    connection.key_ciphertext = key_ring().seal(key, _row(connection))
    connection.key_id = key_ring().current.id
    connection.last4 = key[-4:]
    connection.state = Connection.State.UNTESTED
    connection.refused_at = None
    connection.tested_at = timezone.now()
    connection.save(
        update_fields=["key_ciphertext", "key_id", "last4", "state", "refused_at", "tested_at"]
    )


def opened(connection: Connection) -> str:
    """The key of a connection; marks the connection and raises ``Unreadable`` if it has none."""
    try:
        return key_ring().open(connection.key_ciphertext, _row(connection))
    except Unreadable:
        Connection.objects.filter(pk=connection.pk).update(state=Connection.State.UNREADABLE)
        raise


def is_readable(connection: Connection) -> bool:
    """Whether the key can be opened with the keys of this installation."""
    try:
        key_ring().open(connection.key_ciphertext, _row(connection))
    except Unreadable:
        return False
    return True


def default_of(team_id: int, upstream: str) -> Connection | None:
    """The connection that the team's requests to ``upstream`` use."""
    return Connection.objects.filter(team_id=team_id, upstream=upstream, is_default=True).first()


def renewed(connection: Connection) -> bool:
    """Seal the key of a locked row under the first ENCRYPTION_KEY, if it is not already.

    Returns whether it was; raises ``Unreadable``.
    """
    ring = key_ring()
    if ring.is_current(connection.key_ciphertext):
        ring.open(connection.key_ciphertext, _row(connection))
        return False
    connection.key_ciphertext = ring.rotate(connection.key_ciphertext, _row(connection))
    connection.key_id = ring.current.id
    connection.save(update_fields=["key_ciphertext", "key_id"])
    return True


def _row(connection: Connection) -> str:
    return connection_row(connection.team_id, connection.pk)
