"""Where a team's requests can go, whose key they go out with, and where new prompts begin."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from workbench.accounts.access import Access
from workbench.accounts.models import Connection, Role
from workbench.accounts.upstreams import Upstream
from workbench.catalogue import DEFAULT_API_VERSION

PLURALS = {
    Role.VIEWER: "members",
    Role.EDITOR: "editors",
    Role.ADMIN: "admins",
    Role.OWNER: "owners",
}
NO_SPENDER = (
    "In this team {} and above may send requests that cost money; yours can go to the simulator."
)
NO_KEY, NO_ROLE = "key", "role"


@dataclass(frozen=True)
class Destination:
    """An upstream, and the team's default connection there, if it has one."""

    upstream: Upstream
    connection: Connection | None = None

    @property
    def has_key(self) -> bool:
        """Whether somebody's key goes with requests of the team; the simulator needs none."""
        return self.connection is not None or self.has_operators_key

    @property
    def has_operators_key(self) -> bool:
        """Whether the operator's key is there, for teams without one of their own too."""
        is_lent = settings.OPERATOR_KEY_FOR_TEAMS or self.upstream.is_simulator
        return bool(self.upstream.api_key) and is_lent

    @property
    def note(self) -> str:
        """Whose key it is, for a list of choices."""
        if self.upstream.is_simulator:
            return "pretend answers, no cost"
        if self.connection is not None:
            return f"key “{self.connection.name}” …{self.connection.last4}"
        return "this server's key" if self.has_operators_key else "no API key yet"


@dataclass(frozen=True)
class Beginning:
    """The upstream of new prompts and their API version.

    ``obstacle`` is why they go to the simulator: ``NO_KEY``, ``NO_ROLE``, or "" for neither.
    """

    upstream: str
    api_version: str = DEFAULT_API_VERSION
    obstacle: str = ""


def destinations_of(team_id: int) -> list[Destination]:
    """All upstreams in their order, with the team's connections; one query."""
    rows = Connection.objects.filter(team_id=team_id, is_default=True).defer("key_ciphertext")
    found = {row.upstream: row for row in rows}
    return [Destination(each, found.get(each.name)) for each in settings.UPSTREAMS.values()]


def beginning_for(access: Access) -> Beginning:
    """Where a member's new prompts go: to the team's own key, else the operator's, else nowhere.

    Nowhere is the simulator, as it is for members who may not spend. One query at most.
    """
    if not may_spend(access):
        return Beginning(_pretended(), obstacle=NO_ROLE)
    return beginning_of_team(access.team.pk)


def beginning_of_team(team_id: int) -> Beginning:
    """The same for a member who may spend."""
    paid = [each for each in destinations_of(team_id) if not each.upstream.is_simulator]
    own = next((each.connection for each in paid if each.connection), None)
    if own is not None:
        return Beginning(own.upstream, own.api_version)
    operators = next((each.upstream.name for each in paid if each.has_key), "")
    return Beginning(operators) if operators else Beginning(_pretended(), obstacle=NO_KEY)


def may_spend(access: Access) -> bool:
    """Whether the team lets the member send requests that cost money."""
    return access.role.rank >= Role(access.team.spend_role).rank


def spend_refusal(access: Access) -> str:
    """The sentence for members who may not spend, "" for the others."""
    return "" if may_spend(access) else NO_SPENDER.format(PLURALS[Role(access.team.spend_role)])


def _pretended() -> str:
    """The name of the simulator; it is always the last upstream."""
    return list(settings.UPSTREAMS)[-1]
