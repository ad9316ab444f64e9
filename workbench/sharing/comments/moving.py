"""What becomes of comments when their prompt moves to another team."""

from __future__ import annotations

from typing import Any

from workbench.accounts.models import Membership, Team
from workbench.prompts.models import Prompt
from workbench.sharing.models import Comment, Notice


def take_along(sender: type[Prompt], prompt: Prompt, team: Team, **_: Any) -> None:
    """Move what is said about ``prompt`` and its versions to ``team`` as well.

    It belongs to the versions as their notes do. Members of ``team`` keep what told them of it;
    others could not read it there.
    """
    comments = Comment.objects.filter(prompt=prompt)
    notices = Notice.objects.filter(comment__in=comments.values("pk"))
    members = Membership.objects.filter(team=team).values("user")
    notices.exclude(user__in=members).delete()
    notices.update(team=team)
    comments.update(team=team)
