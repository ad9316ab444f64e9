"""``manage.py keys rotate``: seal API keys and all other secrets under the first ENCRYPTION_KEY."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from workbench.accounts import audit, sealed_texts
from workbench.accounts.connections.keys import renewed
from workbench.accounts.encryption import Unreadable
from workbench.accounts.models import Connection
from workbench.accounts.second_factor import sealing


class Command(BaseCommand):
    """Put the new secret before the old ones in ENCRYPTION_KEY, restart, rotate, drop the old."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["rotate"])

    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate row by row, so that it can be broken off and done again at any time."""
        counts: dict[str, Any] = {"sealed": 0, "current": 0, "unreadable": 0}
        for pk in Connection.objects.order_by("pk").values_list("pk", flat=True):
            counts[_rotate(pk)] += 1
        for pk in Authenticator.objects.order_by("pk").values_list("pk", flat=True):
            counts[_rotate_factor(pk)] += 1
        for column in sealed_texts.COLUMNS:
            for became in column.rotate_all():
                counts[became] += 1
        if counts["sealed"]:
            audit.record(None, "keys.rotate", **counts)
        sealed = counts["sealed"]
        self.stdout.write(
            f"{sealed} {'key' if sealed == 1 else 'keys'} sealed again, "
            f"{counts['current']} had the first ENCRYPTION_KEY already, "
            f"{counts['unreadable']} cannot be read and must be entered again. "
            "Secrets of second factors and webhooks, and mails that wait, count as keys."
        )


def _rotate(pk: int) -> str:
    """What became of one row: its name in the counts."""
    with transaction.atomic():
        row = Connection.objects.select_for_update().filter(pk=pk).first()
        if row is None:  # deleted meanwhile
            return "current"
        try:
            return "sealed" if renewed(row) else "current"
        except Unreadable:
            Connection.objects.filter(pk=pk).update(state=Connection.State.UNREADABLE)
            return "unreadable"


def _rotate_factor(pk: int) -> str:
    """What became of the secret of an app or of recovery codes."""
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().filter(pk=pk).first()
        if row is None:  # switched off meanwhile
            return "current"
        try:
            return "sealed" if sealing.renewed(row) else "current"
        except Unreadable:  # an instance admin can remove it
            return "unreadable"
