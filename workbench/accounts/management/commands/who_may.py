"""``manage.py who_may``: print the table of who may do what, as docs/security.md has it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from workbench.accounts.who_may import table


class Command(BaseCommand):
    """Prints Markdown."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(table(), ending="")
