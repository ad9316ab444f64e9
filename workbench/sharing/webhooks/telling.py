"""Telling the team's webhooks what happened: ids, names, numbers and addresses, never a text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from workbench.accounts.models import Team
from workbench.sharing.models import Delivery, Webhook

from .events import TEST

# Locked as a reference would be: none of them is deleted before the transaction ends.
_WANTING = """
    SELECT webhook.id, team.id, team.name, team.slug
    FROM sharing_webhook webhook JOIN accounts_team team ON team.id = webhook.team_id
    WHERE webhook.team_id = %s AND webhook.is_active AND webhook.events @> to_jsonb(%s::text)
    ORDER BY webhook.id FOR KEY SHARE OF webhook
"""


def tell(
    team: Team | int, event: str, *, view: str = "", arguments: Sequence[Any] = (), **data: Any
) -> None:
    """Put ``event`` on its way to each webhook of the team that wants it.

    ``view`` and its ``arguments`` after the team name the page about it. Call it in the transaction
    of what it tells. Without webhooks on this site it costs nothing, else one question.
    """
    if not settings.WEBHOOK_HOSTS:
        return
    team_id = team.pk if isinstance(team, Team) else team
    with connection.cursor() as cursor:
        cursor.execute(_WANTING, [team_id, event])
        found = cursor.fetchall()
    if found:
        _, pk, name, slug = found[0]
        payload = payload_of(Team(pk, name, slug), event, view, arguments, data)
        Delivery.objects.bulk_create(
            Delivery(team_id=team_id, webhook_id=webhook, event=event, payload=payload)
            for webhook, *_ in found
        )


def tell_a_test(webhook: Webhook) -> Delivery:
    """Put a test on its way, whatever the webhook wants and however it stands."""
    payload = payload_of(webhook.team, TEST, "sharing:webhook", [webhook.pk], {})
    return Delivery.objects.create(team=webhook.team, webhook=webhook, event=TEST, payload=payload)


def payload_of(
    team: Team, event: str, view: str, arguments: Sequence[Any], data: dict[str, Any]
) -> dict[str, Any]:
    """What is sent, but for the id of the delivery."""
    url = settings.SITE_URL + reverse(view, args=[team.slug, *arguments]) if view else ""
    return {
        "event": event,
        "created_at": timezone.now().isoformat(timespec="seconds"),
        "team": {"id": team.pk, "name": team.name, "slug": team.slug},
        "url": url,
        "data": data,
    }
