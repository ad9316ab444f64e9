"""The way to the identity provider and back."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from workbench.accounts import audit, throttle
from workbench.accounts.access import public
from workbench.accounts.address import client_network
from workbench.accounts.sessions.entering import SINGLE_SIGN_ON, enter, where_to

from .asking import Refused, Stale, begin, finish
from .people import account_of
from .provider import Provider


@public
@require_POST
def single_sign_on(request: HttpRequest) -> HttpResponse:
    """Lead to the identity provider.

    By a page and not by a redirect: browsers hold every address to which a form leads, also later
    ones that only the provider knows, against the policy for forms.
    """
    provider = _provider()
    page = request.POST.get("next", "")[:2000]
    if request.user.is_authenticated:
        return HttpResponseRedirect(where_to(request, page))
    bucket = throttle.single_sign_on_bucket(client_network(request))
    if not bucket.take():
        return throttle.too_many(request, bucket)
    try:
        address = begin(request, provider, page)
    except Refused as refusal:
        return _refused(request, provider, refusal)
    context = {"address": address, "provider": provider}
    response = render(request, "accounts/single_sign_on/leaving.html", context)
    response["Refresh"] = f"0; url={address}"
    return response


@public
@require_safe
@sensitive_variables()
def single_sign_on_return(request: HttpRequest) -> HttpResponse:
    """Let in whom the identity provider sends back, and whose account that is."""
    provider = _provider()
    if request.user.is_authenticated:
        return HttpResponseRedirect("/")
    try:
        person, page = finish(request, provider)
        user = account_of(request, provider, person)
    except Refused as refusal:
        if not isinstance(refusal, Stale):  # of those there may be any number
            audit.record(request, "sign-in.failed", step=SINGLE_SIGN_ON)
        return _refused(request, provider, refusal)
    throttle.single_sign_on_bucket(client_network(request)).give_back()
    return enter(request, user, SINGLE_SIGN_ON, page)


def _provider() -> Provider:
    provider: Provider | None = settings.SINGLE_SIGN_ON
    if provider is None:
        raise Http404("no identity provider is configured")
    return provider


def _refused(request: HttpRequest, provider: Provider, refusal: Refused) -> HttpResponse:
    context = {"sentence": str(refusal), "provider": provider}
    return render(request, "accounts/single_sign_on/refused.html", context, status=400)
