"""Asking for a new password by mail, and the page of mail for those who run the installation."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from workbench.accounts import audit, throttle
from workbench.accounts.access import instance_admin, public
from workbench.accounts.address import client_network
from workbench.accounts.forms import EmailField, focus_on_first_error
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.models import Mail
from workbench.accounts.sessions.entering import passwords_are_closed

from . import outbox, wording

SHOWN = 100


class AddressForm(forms.Form):
    """Whose password is forgotten."""

    email = EmailField(
        label="E-mail",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
        error_messages={
            "required": "Type the e-mail address of your account.",
            "invalid": "Type the e-mail address of your account, such as you@example.org.",
        },
    )


@public
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a new password by mail; the answer is the same for any address.

    Whether there is an account is looked up when the mail is sent, so that not even the time tells.
    """
    if not outbox.is_on() or passwords_are_closed():
        raise Http404("no mail server")
    form = AddressForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        if form.errors:
            focus_on_first_error(form)
        status = 422 if form.is_bound else 200
        return render(request, "accounts/mail/forgotten.html", {"form": form}, status=status)
    bucket = throttle.forgotten_bucket(client_network(request))
    if not bucket.take():
        return throttle.too_many(request, bucket)
    _ask(form.cleaned_data["email"])
    return redirect("accounts:forgotten-sent")


@public
@require_safe
def forgotten_sent(request: HttpRequest) -> HttpResponse:
    """Say what happens now."""
    if not outbox.is_on():
        raise Http404("no mail server")
    return render(request, "accounts/mail/sent.html")


@instance_admin
@require_safe
def mail(request: WorkbenchRequest) -> HttpResponse:
    """What waits in the outbox and what was given up, newest first."""
    context = {
        "server": settings.MAIL_SERVER,
        "sender": settings.DEFAULT_FROM_EMAIL,
        "mails": [(row, outbox.state_of(row)) for row in outbox.unsent()[:SHOWN]],
    }
    return render(request, "accounts/mail/list.html", context)


@instance_admin
@require_POST
def trial(request: WorkbenchRequest) -> HttpResponse:
    """Send a test to oneself."""
    with transaction.atomic():
        to = request.user.email
        made = outbox.put(Mail.Kind.TRIAL, to, wording.TRIAL_SUBJECT, wording.trial_mail())
        if made:
            audit.record(request, "mail.test", actor=request.user, target=to)
    if made:
        messages.success(request, f"A test is on its way to {to}. If it fails, this page says why.")
    return redirect("accounts:mail")


def _ask(email: str) -> None:
    # Nothing is said when there were enough: the mails are on their way already.
    if throttle.reset_mail_bucket(email).take():
        outbox.put(Mail.Kind.RESET, email, wording.RESET_SUBJECT)
