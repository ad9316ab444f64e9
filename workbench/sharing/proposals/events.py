"""What webhooks hear of proposals."""

from __future__ import annotations

from workbench.accounts.models import User
from workbench.sharing.models import Proposal
from workbench.sharing.webhooks.telling import tell


def tell_of(proposal: Proposal, event: str, user: User) -> None:
    """Tell the team's webhooks that ``user`` made or settled a proposal; no note goes along."""
    tell(
        proposal.team_id,
        event,
        view="sharing:proposal",
        arguments=[proposal.pk],
        prompt={"id": proposal.prompt_id, "name": proposal.prompt.name},
        proposal=proposal.pk,
        label=proposal.label,
        from_version=proposal.from_number,
        to_version=proposal.to_number,
        state=proposal.state,
        by=str(user),
    )
