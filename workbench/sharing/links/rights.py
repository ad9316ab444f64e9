"""Who may share what: admins everything, editors what is their own if the team allows it."""

from __future__ import annotations

from django.db.models import Q

from workbench.accounts.access import Access
from workbench.prompts.models import Prompt
from workbench.runs.models import Comparison, Run
from workbench.sharing.models import ShareLink

NOT_ALLOWED = "Only admins of this team make links. Ask one of them."
NOT_OWN = "You can share your own prompts and runs: ask who made this one, or an admin."


def refusal(access: Access, subject: Prompt | Run | Comparison) -> str:
    """Why the member may not share ``subject``, in a sentence; "" when they may."""
    if access.can("link.edit-any"):
        return ""
    if not access.team.editors_share or not access.can("link.edit"):
        return NOT_ALLOWED
    return "" if _is_own(access, subject) else NOT_OWN


def may_revoke(access: Access, link: ShareLink) -> bool:
    """Whether the member may revoke a link: who made it, and admins."""
    return access.can("link.edit-any") or link.created_by_id == access.user.pk


def _is_own(access: Access, subject: Prompt | Run | Comparison) -> bool:
    """A prompt that they made or saved a version of; a run that they began of such a prompt."""
    if isinstance(subject, Prompt):
        return not _of_others(access, Q(pk=subject.pk))
    if subject.user_id != access.user.pk:
        return False
    if isinstance(subject, Run):
        return subject.prompt_id is None or not _of_others(access, Q(pk=subject.prompt_id))
    return not _of_others(access, Q(runs__comparison=subject))


def _of_others(access: Access, which: Q) -> bool:
    """Whether one of the prompts has nothing of the member's."""
    own = Q(created_by=access.user) | Q(versions__author=access.user)
    prompts = access.rows(Prompt).filter(which)
    mine = access.rows(Prompt).filter(own).values("pk")
    return prompts.exclude(pk__in=mine).exists()
