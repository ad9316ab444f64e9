"""The team's webhooks: making one, its secret once, its deliveries, and what is done with it."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from workbench.accounts import audit, shown_once, throttle
from workbench.accounts.access import rule
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.numbers import id_in
from workbench.accounts.pages import newest
from workbench.sharing.models import Delivery, Webhook

from .events import EVENTS
from .forms import WebhookForm
from .switching import TOO_MANY, TooMany, delete, host_of, make, repeat, rotate, switch
from .telling import tell_a_test

NEW = "new_webhook_secret"
PAGE_SIZE = 50
SENT_AN_HOUR = 120
CHOICES = {"on": True, "off": False}
IS_OFF = "The webhook is switched off: switch it on first, then send it again."


@rule("webhook.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def webhooks(request: WorkbenchRequest) -> HttpResponse:
    """List the team's webhooks; POST makes one, whose page shows its secret once."""
    if request.method != "POST":
        return _list_page(request, WebhookForm())
    form = WebhookForm(request.POST)
    if not form.is_valid():
        return _list_page(request, form, status=422)
    try:
        made, secret = make(request, form.cleaned_data["url"], form.cleaned_data["events"])
    except TooMany:
        form.add_error(None, TOO_MANY)
        return _list_page(request, form, status=422)
    return _shown_once(request, made.pk, secret)


@rule("webhook.edit")
@require_safe
def webhook(request: WorkbenchRequest, webhook: int) -> HttpResponse:
    """One webhook and its deliveries, newest first."""
    found = request.access.get(Webhook, pk=webhook)
    before = id_in(request.GET.get("before", ""))
    rows = request.access.rows(Delivery).filter(webhook=found).defer("payload")
    deliveries, older = newest(rows, before, PAGE_SIZE)
    context = {
        "webhook": found,
        "host": host_of(found),
        "events": [(name, EVENTS.get(name, name)) for name in found.events],
        "secret": shown_once.take(request, f"{NEW}_{found.pk}"),
        "deliveries": deliveries,
        "older": older,
        "before": before,
        "is_on": bool(settings.WEBHOOK_HOSTS),
        "is_paused": bool(found.paused_until and found.paused_until > timezone.now()),
    }
    return render(request, "sharing/webhooks/webhook.html", context)


@rule("webhook.edit")
@require_POST
def secret(request: WorkbenchRequest, webhook: int) -> HttpResponse:
    """Make a new secret, which the next page shows once; the old one signs nothing any more."""
    return _shown_once(request, webhook, rotate(request, webhook))


@rule("webhook.edit")
@require_POST
def state(request: WorkbenchRequest, webhook: int) -> HttpResponse:
    """Switch a webhook on or off."""
    request.access.get(Webhook, pk=webhook)
    wanted = CHOICES.get(request.POST.get("state", ""))
    if wanted is None:
        return HttpResponse("Choose on or off.", "text/plain; charset=utf-8", 422)
    switch(request, webhook, is_active=wanted)
    messages.success(request, f"The webhook is switched {'on' if wanted else 'off'}.")
    return _to(request, webhook)


@rule("webhook.edit")
@require_POST
def deletion(request: WorkbenchRequest, webhook: int) -> HttpResponse:
    """Delete a webhook: nothing is sent to it any more."""
    delete(request, webhook)
    messages.success(request, "The webhook is deleted.")
    return redirect("sharing:webhooks", team=request.access.team.slug)


@rule("webhook.edit")
@require_POST
def trial(request: WorkbenchRequest, webhook: int) -> HttpResponse:
    """Send a test, also to a webhook that is switched off or pauses."""
    found = request.access.get(Webhook, pk=webhook)
    bucket = _bucket(request)
    if not bucket.take():
        return throttle.too_many(request, bucket)
    with transaction.atomic():
        tell_a_test(found)
        audit.record_in_team(request, "webhook.test", host_of(found), webhook=found.pk)
    messages.success(request, "A test is on its way. Load this page again to see what came of it.")
    return _to(request, webhook)


@rule("webhook.edit")
@require_POST
def repetition(request: WorkbenchRequest, webhook: int, delivery: int) -> HttpResponse:
    """Send a delivery again, with the same id."""
    found = request.access.get(Webhook, pk=webhook)
    again = request.access.get(Delivery, pk=delivery, webhook=found)
    if not found.is_active:
        messages.error(request, IS_OFF)
        return _to(request, webhook)
    bucket = _bucket(request)
    if not bucket.take():
        return throttle.too_many(request, bucket)
    repeat(request, again)
    messages.success(request, f"Delivery {again.pk} is on its way again.")
    return _to(request, webhook)


def _bucket(request: WorkbenchRequest) -> throttle.Bucket:
    return throttle.Bucket(f"webhook:{request.access.team.pk}", SENT_AN_HOUR)


def _shown_once(request: WorkbenchRequest, webhook: int, secret: str) -> HttpResponse:
    shown_once.keep(request, f"{NEW}_{webhook}", secret)
    return _to(request, webhook)


def _to(request: WorkbenchRequest, webhook: int) -> HttpResponse:
    return redirect("sharing:webhook", team=request.access.team.slug, webhook=webhook)


def _list_page(request: WorkbenchRequest, form: WebhookForm, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "chosen": form["events"].value() or [],
        "webhooks": request.access.rows(Webhook).select_related("created_by").order_by("pk"),
        "hosts": sorted(host.removesuffix(":443") for host in settings.WEBHOOK_HOSTS),
    }
    return render(request, "sharing/webhooks/list.html", context, status=status)
