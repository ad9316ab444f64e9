"""Sending what is due to webhooks: signed, once if all goes well, again if not.

A process claims a delivery for a minute and sends it outside of any transaction. If it dies in
between, the claim runs out and it is sent again: at least once, with the same id in its header.
After a failure the whole webhook pauses, so that a host that is away costs one try at a time. An
event is given up after a day; a webhook that has taken nothing for three days is switched off.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

import httpx
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connections, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from workbench.accounts import audit
from workbench.accounts.encryption import Unreadable
from workbench.messages_api import clean_text
from workbench.sharing.inbox.telling import tell_of_webhook
from workbench.sharing.models import Delivery, Webhook
from workbench.version import version

from .events import TEST
from .hosts import refusal
from .secret import opened, signature
from .switching import host_of, let_go

Found = TypeVar("Found")
logger = logging.getLogger(__name__)

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360))
LONGEST = timedelta(days=1)
PATIENCE = timedelta(days=3)
CLAIM = timedelta(minutes=1)
SECONDS = 10.0
KEPT = timedelta(days=30)
UNREADABLE = "Its secret cannot be read any more: make a new one."
LATE = f"No answer within {SECONDS:.0f} seconds."
REDIRECT = "It answered {status}: redirects are not followed, so give the address that it names."


@dataclass(frozen=True)
class Answer:
    """What came of sending: a status of HTTP or none, and "" or why it did not arrive."""

    status: int | None
    error: str


async def deliver_next() -> bool:
    """Send the delivery that is due longest; False when none is."""
    delivery = await _in_thread(_claimed)
    if delivery is None:
        return False
    answer = await _sent(delivery)
    await _in_thread(_settle, delivery, answer)
    return True


def forget_old() -> bool:
    """Delete what arrived or was given up long ago; False, since all of it goes at once."""
    Delivery.objects.filter(next_at=None, created_at__lt=timezone.now() - KEPT).delete()
    return False


@transaction.atomic
def _claimed() -> Delivery | None:
    """The delivery that is due longest, put off so far that nobody else takes it meanwhile."""
    is_ready = Q(webhook__paused_until=None) | Q(webhook__paused_until__lte=Now())
    due = Delivery.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        Q(webhook__is_active=True) & is_ready | Q(event=TEST), next_at__lte=Now()
    )
    delivery = due.select_related("webhook").order_by("next_at", "pk").first()
    if delivery is not None:
        delivery.attempts += 1
        rows = Delivery.objects.filter(pk=delivery.pk)
        rows.update(attempts=delivery.attempts, next_at=Now() + CLAIM)
    return delivery


async def _sent(delivery: Delivery) -> Answer:
    webhook = delivery.webhook
    if sentence := refusal(webhook.url, settings.WEBHOOK_HOSTS):
        return Answer(None, sentence)
    try:
        secret = opened(webhook)
    except Unreadable:
        return Answer(None, UNREADABLE)
    body = json.dumps({"id": str(delivery.pk), **delivery.payload}).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"Workbench/{version()}",
        "Workbench-Event": delivery.event,
        "Workbench-Delivery": str(delivery.pk),
        "Workbench-Signature": signature(secret, int(time.time()), body),
    }
    return await post(webhook.url, body, headers)


async def post(url: str, body: bytes, headers: dict[str, str]) -> Answer:
    """Post ``body`` and read the head of the answer, within ``SECONDS`` in all."""
    try:
        async with (
            asyncio.timeout(SECONDS),
            httpx.AsyncClient(follow_redirects=False, timeout=SECONDS) as client,
            client.stream("POST", url, content=body, headers=headers) as answer,
        ):
            status = answer.status_code
    except (TimeoutError, httpx.TimeoutException):
        return Answer(None, LATE)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        return Answer(None, " ".join(clean_text(f"It was not reached: {error}").split())[:200])
    if 300 <= status < 400:
        return Answer(status, REDIRECT.format(status=status))
    return Answer(status, "" if 200 <= status < 300 else f"It answered {status}.")


@transaction.atomic
def _settle(delivery: Delivery, answer: Answer) -> None:
    """Write down what became of this try, unless another process has begun the next one."""
    # The webhook first: whoever switches it does it in this order too.
    webhook = Webhook.objects.select_for_update(no_key=True).filter(pk=delivery.webhook_id).first()
    rows = Delivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts)
    if webhook is None:
        return
    if not answer.error:
        now = timezone.now()
        rows.update(next_at=None, http_status=answer.status, error="", delivered_at=now)
        if webhook.failures:
            _save(webhook, failures=0, failing_since=None, paused_until=None)
        return
    again = None if delivery.event == TEST else _paused(webhook)
    if again and again > delivery.created_at + LONGEST:
        again = None
    rows.update(next_at=again, http_status=answer.status, error=answer.error)
    if delivery.event != TEST:
        _end_patience(webhook)


def _paused(webhook: Webhook) -> datetime:
    """Let a locked webhook pause, longer after each failure; returns until when."""
    now = timezone.now()
    if webhook.paused_until and webhook.paused_until > now:  # one of several tries at a time
        return webhook.paused_until
    failures = webhook.failures + 1
    until = now + PAUSES[min(failures, len(PAUSES)) - 1]
    since = webhook.failing_since or now
    _save(webhook, failures=failures, failing_since=since, paused_until=until)
    return until


def _end_patience(webhook: Webhook) -> None:
    """Switch a locked webhook off that has taken nothing for too long."""
    since = webhook.failing_since
    if not webhook.is_active or since is None or timezone.now() - since < PATIENCE:
        return
    _save(webhook, is_active=False, gave_up_at=timezone.now())
    let_go(webhook)
    logger.warning("Webhook %s is switched off: nothing has arrived for three days", webhook.pk)
    detail: dict[str, Any] = {"webhook": webhook.pk, "failures": webhook.failures}
    audit.record(None, "webhook.give-up", team=webhook.team, target=host_of(webhook), **detail)
    tell_of_webhook(webhook.team, host_of(webhook))


def _save(webhook: Webhook, **fields: object) -> None:
    for name, value in fields.items():
        setattr(webhook, name, value)
    webhook.save(update_fields=list(fields))


async def _in_thread(work: Callable[..., Found], *arguments: object) -> Found:
    """What ``work`` returns; its database connection goes back."""

    def worked() -> Found:
        try:
            return work(*arguments)
        finally:
            connections.close_all()

    return await sync_to_async(worked, thread_sensitive=False)()
