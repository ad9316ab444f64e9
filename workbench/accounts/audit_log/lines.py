"""Audit events as lines of JSON or CSV, one after the other, however many there are."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

import orjson
from django.db.models import QuerySet

from workbench.accounts.csv_cells import harmless
from workbench.accounts.models import AuditEvent

AT_A_TIME = 1_000
COLUMNS = ("id", "at", "actor", "action", "target", "detail", "address", "request_id")


def json_lines(events: QuerySet[AuditEvent]) -> Iterator[bytes]:
    """One object a line: when (UTC), who, what, to what, with which details, from where."""
    for event in events.iterator(AT_A_TIME):
        yield orjson.dumps(_values(event), option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z)


def csv_lines(events: QuerySet[AuditEvent]) -> Iterator[bytes]:
    """The same as CSV (RFC 4180) behind a line of names; the details are an object of JSON."""
    line = _Line()
    writer = csv.writer(line)
    writer.writerow(COLUMNS)
    yield line.text.encode()
    for event in events.iterator(AT_A_TIME):
        values = _values(event) | {
            "at": event.created_at.isoformat(),
            "detail": orjson.dumps(event.detail).decode(),
        }
        writer.writerow(["" if each is None else harmless(str(each)) for each in values.values()])
        yield line.text.encode()


class _Line:
    """What a CSV writer wrote last."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text


def _values(event: AuditEvent) -> dict[str, Any]:
    values = (
        event.pk,
        event.created_at,
        event.actor.email if event.actor else event.actor_email or None,
        event.action,
        event.target,
        event.detail,
        event.address,
        event.request_id,
    )
    return dict(zip(COLUMNS, values, strict=True))
