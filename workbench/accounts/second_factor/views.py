"""The page of a person's second factor, and the question for a code at the sign-in."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from workbench.accounts import audit, shown_once, throttle
from workbench.accounts.access import public, signed_in
from workbench.accounts.forms import WRONG_PASSWORD, focus_on_first_error
from workbench.accounts.http import WorkbenchRequest
from workbench.accounts.sessions.entering import half_way, let_in, where_to

from . import codes
from .forms import ProofForm, SignInCodeForm, SwitchOnForm
from .qr import address_of, picture_of

SECRET = "new_second_factor"
"""A secret that waits in the session until a code of the app confirms it."""
CODES = "new_recovery_codes"
RENEW, OFF = "renew_%s", "off_%s"  # ids of fields that are on the page twice
WRONG_CODE = "This code is not right, or it was used already. Wait for the next one and type it."


@public
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code")
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """Ask whoever has passed the first step for a code, then let them in."""
    found = half_way(request)
    if found is None:
        return redirect("accounts:sign-in")
    user, waiting = found
    form = SignInCodeForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _code_page(request, form)
    bucket = throttle.second_factor_bucket(user.pk)
    if not bucket.take():
        return throttle.too_many(request, bucket)
    came_from = codes.use_up(user, form.cleaned_data["code"])
    if came_from is None:
        audit.record(request, "sign-in.failed", actor=user, target=user.email, step="second factor")
        form.add_error("code", WRONG_CODE)
        return _code_page(request, form)
    bucket.give_back()
    let_in(request, user, waiting.door, second_factor=came_from)
    return HttpResponseRedirect(where_to(request, waiting.page))


def _code_page(request: HttpRequest, form: SignInCodeForm) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, "accounts/second_factor/code.html", {"form": form}, status=status)


@signed_in
@require_safe
def second_factor(request: WorkbenchRequest) -> HttpResponse:
    """Show whether the second factor is on, and what can be done about it."""
    return _page(request)


@signed_in
@require_POST
def secret(request: WorkbenchRequest) -> HttpResponse:
    """Make a secret for an app; it stays sealed in the session until a code confirms it."""
    shown_once.keep(request, SECRET, codes.new_secret())
    return redirect("accounts:second-factor")


@signed_in
@require_POST
@sensitive_post_parameters("current_password", "code")
def activation(request: WorkbenchRequest) -> HttpResponse:
    """Switch the second factor on with the first code of the app; recovery codes come once."""
    waiting = shown_once.peek(request, SECRET)
    if not waiting or codes.is_on(request.user):
        return redirect("accounts:second-factor")
    form = SwitchOnForm(request.user, request.POST)
    refusal = _refusal(request, form, "switch_on")
    if refusal is not None:
        return refusal
    bucket = throttle.second_factor_bucket(request.user.pk)
    if not bucket.take():
        return throttle.too_many(request, bucket)
    made = _switch_on(request, waiting, form.cleaned_data["code"])
    if made is None:
        form.add_error("code", WRONG_CODE)
        return _page(request, switch_on=form)
    bucket.give_back()
    del request.session[SECRET]
    request.session.cycle_key()
    messages.success(request, "Two-factor sign-in is on.")
    return _show_once(request, made)


@transaction.atomic
def _switch_on(request: WorkbenchRequest, waiting: str, code: str) -> list[str] | None:
    made = codes.switch_on(request.user, waiting, code)
    if made is not None:
        audit.record(request, "second-factor.on", actor=request.user)
    return made


@signed_in
@require_POST
@sensitive_post_parameters("current_password", "code")
def recovery_codes(request: WorkbenchRequest) -> HttpResponse:
    """Make new recovery codes, for whoever proves who they are; those before end."""
    if not codes.is_on(request.user):
        return redirect("accounts:second-factor")
    refusal = _refusal(request, ProofForm(request.user, request.POST, auto_id=RENEW), "renew")
    if refusal is not None:
        return refusal
    with transaction.atomic():
        made = codes.renew_recovery_codes(request.user)
        if made is not None:
            audit.record(request, "second-factor.recovery-codes", actor=request.user)
    return _show_once(request, made or [])


@signed_in
@require_POST
@sensitive_post_parameters("current_password", "code")
def removal(request: WorkbenchRequest) -> HttpResponse:
    """Switch the second factor off, for whoever proves who they are."""
    if not codes.is_on(request.user):
        return redirect("accounts:second-factor")
    refusal = _refusal(request, ProofForm(request.user, request.POST, auto_id=OFF), "switch_off")
    if refusal is not None:
        return refusal
    with transaction.atomic():
        if codes.switch_off(request.user):
            audit.record(request, "second-factor.off", actor=request.user)
    messages.success(request, "Two-factor sign-in is off. The old codes are worthless.")
    return redirect("accounts:second-factor")


def _refusal(request: WorkbenchRequest, form: ProofForm, name: str) -> HttpResponse | None:
    """The answer to who does not prove who they are, with ``form`` on it; None to who does."""
    if not form.is_valid():
        return _page(request, **{name: form})
    if not form.proof:
        return None
    typed, user = form.cleaned_data[form.proof], request.user
    by_password = form.proof == "current_password"
    bucket = (throttle.password_bucket if by_password else throttle.second_factor_bucket)(user.pk)
    if not bucket.take():
        return throttle.too_many(request, bucket)
    if not (user.check_password(typed) if by_password else codes.use_up(user, typed)):
        form.add_error(form.proof, WRONG_PASSWORD if by_password else WRONG_CODE)
        return _page(request, **{name: form})
    bucket.give_back()
    return None


def _show_once(request: WorkbenchRequest, made: list[str]) -> HttpResponse:
    shown_once.keep(request, CODES, "\n".join(made))
    return redirect("accounts:second-factor")


def _page(request: WorkbenchRequest, **typed: ProofForm) -> HttpResponse:
    """The page; ``typed`` are the forms that come back, by their names in the template."""
    user, waiting = request.user, shown_once.peek(request, SECRET)
    app = codes.app_of(user)
    context = {"app": app, "new_codes": shown_once.take(request, CODES)}
    if app is not None:
        context |= {
            "left": codes.recovery_codes_left(user),
            "renew": ProofForm(user, auto_id=RENEW),
            "switch_off": ProofForm(user, auto_id=OFF),
        }
    elif waiting:
        host = urlsplit(settings.SITE_URL).netloc
        context |= {
            "secret": " ".join(waiting[i : i + 4] for i in range(0, len(waiting), 4)),
            "picture": picture_of(address_of(user.email, waiting, host)),
            "switch_on": SwitchOnForm(user),
        }
    for form in typed.values():
        focus_on_first_error(form)
    status = 422 if typed else 200
    return render(request, "accounts/second_factor/page.html", context | typed, status=status)
