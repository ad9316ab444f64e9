"""Whose key a request goes out with: the team's connection, or else the operator's own."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings

from workbench.accounts.connections.destinations import PLURALS
from workbench.accounts.connections.keys import default_of, opened
from workbench.accounts.encryption import Unreadable
from workbench.accounts.models import Connection, Role, Team
from workbench.accounts.upstreams import Upstream

from .reserving import NotPaid

NO_KEY = (
    "The team has no API key for {}. An admin of the team can add one under Team, Connections; "
    "the simulator answers without a key."
)
UNREADABLE = (
    "The API key of the connection “{}” cannot be read any more. An admin of the team can enter "
    "it again under Team, Connections."
)
TOO_LOW = (
    "In this team {} and above may send requests that cost money, so this can go to the simulator "
    "alone. An admin of the team can change that under Team, Connections."
)


@dataclass(frozen=True)
class Means:
    """The key to send with, and the team's connection it belongs to, if it is no operator's."""

    connection: Connection | None = None
    api_key: str = field(default="", repr=False)

    @property
    def last4(self) -> str:
        return self.api_key[-4:]


def means_for(team_id: int, upstream: Upstream) -> Means:
    """The key for a team's requests to ``upstream``; raises ``NotPaid`` when there is none.

    The simulator needs none.
    """
    if upstream.is_simulator:
        return Means()
    if connection := default_of(team_id, upstream.name):
        try:
            return Means(connection, opened(connection))
        except Unreadable:
            raise NotPaid(UNREADABLE.format(connection.name)) from None
    if settings.OPERATOR_KEY_FOR_TEAMS and upstream.api_key:
        return Means(None, upstream.api_key)
    raise NotPaid(NO_KEY.format(upstream.label))


def require_spender(team_id: int, role: Role, upstream: Upstream) -> None:
    """Raise ``NotPaid`` when the team lets only higher roles send what costs money."""
    if upstream.is_simulator:
        return
    chosen = Team.objects.filter(pk=team_id).values_list("spend_role", flat=True).first()
    least = Role(chosen or Role.EDITOR)
    if role.rank < least.rank:
        raise NotPaid(TOO_LOW.format(PLURALS[least]))
