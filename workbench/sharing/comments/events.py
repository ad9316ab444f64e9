"""What webhooks hear of comments."""

from __future__ import annotations

from workbench.sharing.models import Comment
from workbench.sharing.webhooks.telling import tell


def tell_of(comment: Comment) -> None:
    """Tell the team's webhooks of a new comment, never what it says."""
    tell(
        comment.team_id,
        "comment.created",
        view="sharing:comment",
        arguments=[comment.pk],
        comment=comment.pk,
        answers=comment.parent_id,
        prompt={"id": comment.prompt_id, "name": comment.prompt.name} if comment.prompt else None,
        version=comment.version_number,
        run=comment.run_id,
        proposal=comment.proposal_id,
        by=comment.author_name,
    )
