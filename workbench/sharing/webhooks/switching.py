"""Making, switching and deleting webhooks, each with its audit event."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.db import transaction
from django.http import Http404
from django.utils import timezone

from workbench.accounts import audit
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.teams.roles import lock_team
from workbench.sharing.models import Delivery, Webhook

from .secret import put_secret

MOST = 20
"""Webhooks of a team."""
TOO_MANY = f"A team has at most {MOST} webhooks: delete one that is not needed any more."
SWITCHED_OFF = "The webhook was switched off."


class TooMany(Exception):
    """The team has as many webhooks as it may have."""


@transaction.atomic
def make(request: WorkbenchRequest, url: str, events: list[str]) -> tuple[Webhook, str]:
    """A new webhook and its secret, which is kept encrypted; raises ``TooMany`` and ``Http404``."""
    access = request.access
    # One at a time: two at once would both find a place free.
    lock_team(access.team)
    if access.rows(Webhook).count() >= MOST:
        raise TooMany
    webhook = Webhook.objects.create(
        team=access.team, url=url, events=events, created_by=access.user
    )
    secret = put_secret(webhook)
    _record(request, "webhook.create", webhook, events=events)
    return webhook, secret


@transaction.atomic
def rotate(request: WorkbenchRequest, pk: int) -> str:
    """A new secret in the place of the old one, which signs nothing from now on."""
    webhook = locked(request, pk)
    secret = put_secret(webhook)
    _record(request, "webhook.rotate", webhook)
    return secret


@transaction.atomic
def switch(request: WorkbenchRequest, pk: int, *, is_active: bool) -> Webhook:
    """Switch a webhook on or off; off, what waits is given up. One that is so already stays."""
    webhook = locked(request, pk)
    if webhook.is_active == is_active:
        return webhook
    webhook.is_active = is_active
    webhook.failures, webhook.failing_since, webhook.paused_until = 0, None, None
    webhook.gave_up_at = None
    webhook.save()
    if not is_active:
        let_go(webhook)
    _record(request, "webhook.switch-on" if is_active else "webhook.switch-off", webhook)
    return webhook


@transaction.atomic
def delete(request: WorkbenchRequest, pk: int) -> None:
    """Delete a webhook with the list of its deliveries."""
    # Locked before its deliveries are looked for: whoever adds one comes before or after all this.
    webhook = locked(request, pk, no_key=False)
    _record(request, "webhook.delete", webhook)
    webhook.delete()


@transaction.atomic
def repeat(request: WorkbenchRequest, delivery: Delivery) -> None:
    """Put a delivery on its way again, at once, with the same id; a pause of the webhook ends."""
    webhook = locked(request, delivery.webhook_id)
    rows = Delivery.objects.filter(pk=delivery.pk)
    rows.update(next_at=timezone.now(), delivered_at=None, error="", http_status=None)
    webhook.paused_until = None
    webhook.save(update_fields=["paused_until"])
    _record(request, "webhook.repeat", webhook, delivery=delivery.pk)


def let_go(webhook: Webhook) -> None:
    """Give up what waits for a webhook that is switched off."""
    waiting = Delivery.objects.filter(webhook=webhook, next_at__isnull=False)
    waiting.update(next_at=None, error=SWITCHED_OFF)


def locked(request: WorkbenchRequest, pk: int, *, no_key: bool = True) -> Webhook:
    """The team's webhook, locked; raises ``Http404``."""
    rows = request.access.rows(Webhook).select_for_update(no_key=no_key)
    webhook = rows.filter(pk=pk).first()
    if webhook is None:
        raise Http404("no such webhook")
    return webhook


def host_of(webhook: Webhook) -> str:
    """The part of the address that tells no secret: paths of webhooks often do."""
    return urlsplit(webhook.url).netloc


def _record(request: WorkbenchRequest, action: str, webhook: Webhook, **detail: object) -> None:
    audit.record_in_team(request, action, host_of(webhook), webhook=webhook.pk, **detail)
