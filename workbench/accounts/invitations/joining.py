"""The page behind an invitation's link, for people with and without an account."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from workbench.accounts import throttle
from workbench.accounts.access import public
from workbench.accounts.address import client_network
from workbench.accounts.forms import SignInForm, focus_on_first_error
from workbench.accounts.models import Invitation, Membership, User
from workbench.accounts.sessions.entering import INVITATION, let_in, passwords_are_closed

from . import links
from .forms import TAKEN, RegistrationForm


@public
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Show who invites to which team; POST joins it, with an account that is made if need be.

    The address is a secret: it never leaves with a Referer, and no cache keeps the page.
    """
    response = _answer(request, token)
    # Not "no-referrer": with that, browsers send the Origin "null", and the forms are refused.
    response["Referrer-Policy"] = "strict-origin"
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _answer(request: HttpRequest, token: str) -> HttpResponse:
    bucket = throttle.code_bucket(client_network(request))
    if not bucket.take():
        return throttle.too_many(request, bucket)
    found = links.open_invitation(token)
    if found is None:
        return _no_invitation(request)
    user = request.user
    try:
        if isinstance(user, User):
            answer = _answer_to_person(request, token, found, user)
        else:
            answer = _answer_to_newcomer(request, token, found)
    except links.NotOpen:  # somebody else took the last use a moment ago
        return _no_invitation(request)
    except links.EmailTaken:  # counts as a try: else the page would tell who has an account
        return _register_page(request, found, _taken(RegistrationForm(request.POST)))
    bucket.give_back()
    return answer


def _answer_to_person(
    request: HttpRequest, token: str, found: Invitation, user: User
) -> HttpResponse:
    if request.method == "POST":
        links.join(request, token, user)
        messages.success(request, f"You are in “{found.team.name}”.")
        return redirect("accounts:members", team=found.team.slug)
    is_member = Membership.objects.filter(team=found.team_id, user=user).exists()
    context = {"invitation": found, "is_member": is_member}
    return render(request, "accounts/invitations/join.html", context)


def _answer_to_newcomer(request: HttpRequest, token: str, found: Invitation) -> HttpResponse:
    if passwords_are_closed():
        context = {"invitation": found, "next": request.path}
        status = 422 if request.method == "POST" else 200
        return render(request, "accounts/invitations/by_sign_in.html", context, status=status)
    form = RegistrationForm(
        request.POST if request.method == "POST" else None, initial={"email": found.email}
    )
    if not form.is_valid():
        return _register_page(request, found, form)
    user = links.register(request, token, **form.cleaned_data)
    let_in(request, user, INVITATION)
    messages.success(request, f"Your account is made, and you are in “{found.team.name}”.")
    return redirect("accounts:members", team=found.team.slug)


def _taken(form: RegistrationForm) -> RegistrationForm:
    form.add_error("email", TAKEN)
    return form


def _register_page(request: HttpRequest, found: Invitation, form: RegistrationForm) -> HttpResponse:
    if form.errors:
        focus_on_first_error(form)
    sign_in = SignInForm(initial={"next": request.path}, auto_id="sign_in_%s")
    del sign_in.fields["email"].widget.attrs["autofocus"]
    context = {"invitation": found, "form": form, "sign_in": sign_in, "next": request.path}
    status = 422 if form.is_bound else 200
    return render(request, "accounts/invitations/register.html", context, status=status)


def _no_invitation(request: HttpRequest) -> HttpResponse:
    """One page for a wrong, used, expired and revoked link."""
    return render(request, "accounts/invitations/no_invitation.html", status=404)
