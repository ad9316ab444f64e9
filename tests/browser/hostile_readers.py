"""Who reads what the hostile members have written: a person of each role, signed in.

Runs where ``hostile_rows.py`` does.
"""

from __future__ import annotations

from django.test import Client

from workbench.accounts.models import Membership, Role, Team, User

READERS = (Role.ADMIN, Role.EDITOR, Role.VIEWER)
"""All roles but that of the owner, whom every site has."""


def another_reader(team: Team, role: Role) -> User:
    """A member with ``role``, called as the owner is: what they see differs by their role alone."""
    made = User.objects.create(email=f"{role}@example.com", name="Ana")
    Membership.objects.create(team=team, user=made, role=role)
    return made


def cookies_of(reader: User) -> dict[str, str]:
    """What the browser of ``reader`` has once they are signed in."""
    client = Client()
    client.force_login(reader)
    return {name: cookie.value for name, cookie in client.cookies.items()}
