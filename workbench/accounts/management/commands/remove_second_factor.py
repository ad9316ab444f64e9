"""``manage.py remove_second_factor E-MAIL``: for somebody whose app and recovery codes are lost."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from workbench.accounts import audit
from workbench.accounts.models import User
from workbench.accounts.second_factor import codes


class Command(BaseCommand):
    """The way in when no instance admin is left who could do the same on the page of accounts."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the e-mail address with which the person signs in")

    @transaction.atomic
    def handle(self, *args: Any, email: str, **options: Any) -> None:
        """Remove the second factor and its recovery codes; from now on the password is enough."""
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            raise CommandError(f"Nobody signs in with {email}.")
        if not codes.switch_off(user):
            raise CommandError(f"{user.email} has no two-factor sign-in.")
        audit.record(None, "second-factor.remove", target=user.email)
        self.stdout.write(f"{user.email} signs in by password alone from now on.")
