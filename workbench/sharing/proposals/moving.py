"""What becomes of proposals when their prompt moves to another team."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils import timezone

from workbench.accounts.models import Team
from workbench.prompts.models import Prompt
from workbench.sharing.inbox import moving as inbox
from workbench.sharing.models import Comment, Notice, Proposal

LEFT = "The prompt moved to another team."


def take_along(sender: type[Prompt], prompt: Prompt, team: Team, **_: Any) -> None:
    """Move the proposals for ``prompt`` to ``team``, with what was said about them.

    They belong to its labels as the moves do. Open ones are withdrawn: who asked for them, and whom
    they asked, need not be members there.
    """
    proposals = Proposal.objects.filter(prompt=prompt)
    proposals.filter(state=Proposal.State.OPEN).update(
        state=Proposal.State.WITHDRAWN, decided_at=timezone.now(), decision_note=LEFT
    )
    keys = list(proposals.values_list("pk", flat=True))
    comments = Comment.objects.filter(proposal__in=keys)
    told = Q(proposal__in=keys) | Q(comment__in=comments.values("pk"))
    inbox.take_along(Notice.objects.filter(told), team)
    comments.update(team=team)
    proposals.update(team=team)
