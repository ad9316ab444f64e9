"""Welcome, sign in, sign out, and a person's own account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, logout, update_session_auth_hash
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from . import audit, resets, throttle
from .access import public, signed_in
from .address import client_network
from .forms import (
    WRONG_PASSWORD,
    AccountForm,
    NewPasswordForm,
    PasswordForm,
    SignInForm,
    WelcomeForm,
    focus_on_first_error,
)
from .http import WorkbenchRequest
from .mail import outbox
from .models import User
from .sessions.entering import PASSWORD, WELCOME, enter, let_in, passwords_are_closed, where_to
from .welcome import CodeRefused, accept, is_open

THEME_COOKIE = "theme"
THEME_SECONDS = 365 * 24 * 3600
pages = require_http_methods(["GET", "HEAD", "POST"])


@public
@pages
@sensitive_post_parameters("password")
def welcome(request: HttpRequest, code: str) -> HttpResponse:
    """Make the first user and team, with the one-time code that the terminal printed."""
    bucket = throttle.code_bucket(client_network(request))
    if not bucket.take():
        return throttle.too_many(request, bucket)
    if not is_open(code):
        return _no_welcome(request)
    bucket.give_back()
    form = WelcomeForm(_posted(request))
    if not form.is_valid():
        return _form_page(request, "accounts/welcome.html", form)
    try:
        user = _first_user(request, code, form)
    except CodeRefused:
        return _no_welcome(request)
    let_in(request, user, WELCOME)
    return redirect("home")


@transaction.atomic
def _first_user(request: HttpRequest, code: str, form: WelcomeForm) -> User:
    membership = accept(code, **form.cleaned_data)
    audit.record(request, "team.create", actor=membership.user, team=membership.team)
    return membership.user


def _no_welcome(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/no_welcome.html", status=404)


@public
@pages
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in by e-mail and password, and a code where there is a second factor.

    Goes to ``next`` when that is a page of this site.
    """
    if request.user.is_authenticated:
        return HttpResponseRedirect(where_to(request, request.GET.get("next", "")))
    initial = {"next": request.GET.get("next", "")}
    if passwords_are_closed():
        status = 422 if request.method == "POST" else 200
        return render(request, "accounts/single_sign_on/only.html", initial, status=status)
    form = SignInForm(_posted(request), initial=initial)
    if not form.is_valid():
        return _form_page(request, "accounts/sign_in.html", form)
    email = form.cleaned_data["email"]
    buckets = throttle.sign_in_buckets(email, client_network(request))
    if empty := throttle.first_empty(buckets):
        return throttle.too_many(request, empty)
    user = authenticate(request, username=email, password=form.cleaned_data["password"])
    if not isinstance(user, User):
        _record_failure(request, email)
        form.add_error(None, "E-mail and password do not match an account. Try again.")
        return _form_page(request, "accounts/sign_in.html", form)
    for bucket in buckets:
        bucket.give_back()
    return enter(request, user, PASSWORD, form.cleaned_data["next"])


def _record_failure(request: HttpRequest, email: str) -> None:
    """Only an account's own address is written down: a password may have been typed there."""
    user = User.objects.filter(email__iexact=email).first()
    audit.record(request, "sign-in.failed", actor=user, target=user.email if user else "")


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session. What pages stored in the browser goes too, cookies of other sites not."""
    if isinstance(request.user, User):
        audit.record(request, "sign-out", actor=request.user)
    logout(request)
    response = redirect("accounts:sign-in")
    # "cookies" would clear those of every port of the host, since cookies ignore ports.
    response["Clear-Site-Data"] = '"storage"'
    return response


@signed_in
@pages
def account(request: WorkbenchRequest) -> HttpResponse:
    """Show and change one's own name and theme, and whether notices are mailed."""
    user = request.user
    now = {"name": user.name, "theme": user.theme, "mails_notices": user.mails_notices_since}
    form = AccountForm(_posted(request), initial=now, is_mailed=outbox.is_on())
    if not form.is_valid():
        return _form_page(request, "accounts/account.html", form)
    _store(request, _chosen(user, form))
    messages.success(request, "Your account is saved.")
    return _with_theme(redirect("accounts:account"), form.cleaned_data["theme"])


@transaction.atomic
def _store(request: WorkbenchRequest, chosen: dict[str, Any]) -> None:
    """Only a new name concerns others: teammates know a person by it."""
    before = request.user.name
    User.objects.filter(pk=request.user.pk).update(**chosen)
    if chosen["name"] != before:
        detail = {"before": before, "after": chosen["name"]}
        audit.record(request, "account.rename", actor=request.user, **detail)


def _chosen(user: User, form: AccountForm) -> dict[str, Any]:
    """The columns to change. Notices from before the choice are never mailed."""
    chosen = dict(form.cleaned_data)
    wants = chosen.pop("mails_notices", None)
    if wants is not None and wants != bool(user.mails_notices_since):
        chosen["mails_notices_since"] = timezone.now() if wants else None
    return chosen


@signed_in
@require_POST
def theme(request: WorkbenchRequest) -> HttpResponse:
    """Choose light, dark, or as the system; answers 204 to scripts."""
    chosen = request.POST.get("theme", "")
    if chosen not in User.Theme.values:
        return HttpResponse("Choose system, light or dark.", "text/plain; charset=utf-8", 422)
    User.objects.filter(pk=request.user.pk).update(theme=chosen)
    answer = HttpResponse(status=204) if request.htmx else redirect("accounts:account")
    return _with_theme(answer, chosen)


def _with_theme(response: HttpResponse, chosen: str) -> HttpResponse:
    """The page is drawn by the cookie, so that it is right from the first byte."""
    if chosen == User.Theme.SYSTEM:
        response.delete_cookie(THEME_COOKIE, samesite="Lax")
    else:
        response.set_cookie(
            THEME_COOKIE, chosen, THEME_SECONDS, secure=settings.IS_HTTPS, samesite="Lax"
        )
    return response


@signed_in
@pages
@sensitive_post_parameters("current_password", "new_password")
def password(request: WorkbenchRequest) -> HttpResponse:
    """Change one's own password; every other session of this person ends."""
    if passwords_are_closed():
        raise Http404("no passwords here")
    form = PasswordForm(request.user, _posted(request))
    if not form.is_valid():
        return _form_page(request, "accounts/password.html", form)
    bucket = throttle.password_bucket(request.user.pk)
    if not bucket.take():
        return throttle.too_many(request, bucket)
    if not request.user.check_password(form.cleaned_data["current_password"]):
        form.add_error("current_password", WRONG_PASSWORD)
        return _form_page(request, "accounts/password.html", form)
    bucket.give_back()
    _set_password(request, request.user, form.cleaned_data["new_password"])
    update_session_auth_hash(request, request.user)
    messages.success(request, "Your password is changed. Every other session has ended.")
    return redirect("accounts:account")


@public
@pages
@sensitive_post_parameters("new_password")
def reset(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """Choose a new password with a link from ``manage.py reset_link``."""
    bucket = throttle.code_bucket(client_network(request))
    if not bucket.take():
        return throttle.too_many(request, bucket)
    user = resets.user_of(uid, token)
    if user is None:
        return render(request, "accounts/no_reset.html", status=404)
    bucket.give_back()
    form = NewPasswordForm(user, _posted(request))
    if not form.is_valid():
        return _form_page(request, "accounts/reset.html", form)
    _set_password(request, user, form.cleaned_data["new_password"])
    messages.success(request, "Your password is changed. Sign in with it.")
    return redirect("accounts:sign-in")


@transaction.atomic
def _set_password(request: HttpRequest, user: User, chosen: str) -> None:
    """Store the password and end every other session; their open streams notice the lost row."""
    user.set_password(chosen)
    user.save(update_fields=["password"])
    user.sessions.exclude(session_key=request.session.session_key).delete()
    audit.record(request, "password.change", actor=user)


def _form_page(request: HttpRequest, template: str, form: forms.BaseForm) -> HttpResponse:
    if form.errors:
        focus_on_first_error(form)
    return render(request, template, {"form": form}, status=422 if form.is_bound else 200)


def _posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to; an empty POST is still a POST."""
    return request.POST if request.method == "POST" else None
