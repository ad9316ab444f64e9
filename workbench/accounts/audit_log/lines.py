"""Audit events as lines of JSON, one after the other, however many there are."""

from __future__ import annotations

from collections.abc import Iterator

import orjson
from django.db.models import QuerySet

from workbench.accounts.models import AuditEvent

AT_A_TIME = 1_000


def lines_of(events: QuerySet[AuditEvent]) -> Iterator[bytes]:
    """One object a line: when (UTC), who, what, to what, with which details, from where."""
    for event in events.iterator(AT_A_TIME):
        yield orjson.dumps(
            {
                "id": event.pk,
                "at": event.created_at,
                "actor": event.actor.email if event.actor else None,
                "action": event.action,
                "target": event.target,
                "detail": event.detail,
                "address": event.address,
                "request_id": event.request_id,
            },
            option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z,
        )
