"""What becomes of comments when their prompt moves to another team."""

from __future__ import annotations

from typing import Any

from workbench.accounts.models import Team
from workbench.prompts.models import Prompt
from workbench.sharing.inbox import moving as inbox
from workbench.sharing.models import Comment, Notice


def take_along(sender: type[Prompt], prompt: Prompt, team: Team, **_: Any) -> None:
    """Move what is said about ``prompt`` and its versions to ``team``, as their notes do."""
    comments = Comment.objects.filter(prompt=prompt)
    inbox.take_along(Notice.objects.filter(comment__in=comments.values("pk")), team)
    comments.update(team=team)
