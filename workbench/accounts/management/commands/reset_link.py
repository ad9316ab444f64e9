"""``manage.py reset_link E-MAIL``: a link with which a person chooses a new password."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from workbench.accounts import audit
from workbench.accounts.models import User
from workbench.accounts.resets import CLOSED, reset_path
from workbench.accounts.sessions.entering import passwords_are_closed


class Command(BaseCommand):
    """Prints the link; it works once, for one hour."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the e-mail address with which the person signs in")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        if passwords_are_closed():
            raise CommandError(CLOSED)
        user = User.objects.filter(email__iexact=email, is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody signs in with {email}.")
        audit.record(None, "account.reset-link", target=user.email)
        self.stdout.write(settings.SITE_URL + reset_path(user))
