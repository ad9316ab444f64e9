"""Telling members what concerns them."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.accounts.access import roles_with
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.models import Membership, Team
from workbench.sharing.models import Comment, Notice, Proposal


def tell(
    request: WorkbenchRequest, about: Comment | Proposal, concerned: Mapping[int, str]
) -> None:
    """Write a notice for each user of ``concerned`` (id, kind), never for who does it.

    Who is no active member of the team is told nothing. Call it in the transaction of what it
    tells.
    """
    access = request.access
    others = set(concerned) - {access.user.pk}
    if not others:
        return
    members = Membership.objects.filter(
        team=access.team, user__in=others, user__is_active=True
    ).values_list("user_id", flat=True)
    which = {"comment" if isinstance(about, Comment) else "proposal": about}
    Notice.objects.bulk_create(
        Notice(
            team=access.team,
            user_id=pk,
            kind=concerned[pk],
            actor=access.user,
            actor_name=str(access.user)[:100],
            **which,
        )
        for pk in sorted(members)
    )


def tell_of_webhook(team: Team, host: str) -> None:
    """Tell those who look after the team's webhooks that the one to ``host`` was switched off."""
    roles = roles_with("webhook.edit")
    members = Membership.objects.filter(team=team, role__in=roles, user__is_active=True)
    Notice.objects.bulk_create(
        Notice(team=team, user_id=pk, kind=Notice.Kind.WEBHOOK, actor_name=host[:100])
        for pk in members.order_by("user").values_list("user_id", flat=True)
    )
