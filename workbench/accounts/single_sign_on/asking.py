"""Sending a person to the identity provider, and understanding the answer that they bring back.

The flow is the authorization code flow with PKCE (https://www.rfc-editor.org/rfc/rfc9700, section
2.1.1, read 2026-11-29), put together from allauth's parts: its memory of states in the session,
each good once and for ten minutes, its client and its discovery. It knows no nonce and does not
look at signatures, so ``claims.py`` checks the token. None of what the provider hands out is kept.
"""

from __future__ import annotations

import logging
import secrets
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal import statekit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.oauth2.utils import generate_code_challenge
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from requests import RequestException

from workbench.accounts.encryption import Unreadable, key_ring

from .claims import NotOurs, Person, claims_of, person_of
from .provider import Provider

logger = logging.getLogger(__name__)
PAGE = "page-after-single-sign-on"
SCOPES = ["openid", "profile", "email"]
# What a provider can do wrong: be away, answer with an error, leave something out.
FAILURES = (RequestException, OAuth2Error, ValueError, KeyError, TypeError, AttributeError)

STALE = "This sign-in was not begun in this browser, or too long ago. Start again."
CANCELLED = "{label} let nobody in. Start again, or sign in another way."
AWAY = "{label} does not answer as it should. Try again in a minute."
NOT_BELIEVED = (
    "What {label} sent cannot be believed. Start again; if it stays so, tell whoever looks after "
    "this installation."
)


class Refused(Exception):
    """Nobody is let in; the text is the sentence for people."""


class Stale(Refused):
    """What came back belongs to no sign-in of this browser; anybody can send that."""


class _Adapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """allauth's view of the provider, with the operator's settings and our address."""

    def __init__(self, request: HttpRequest, provider: Provider) -> None:
        self.provider = provider
        super().__init__(request, provider.issuer)

    def get_provider(self) -> OpenIDConnectProvider:
        app = SocialApp(
            provider=OpenIDConnectProvider.id,
            provider_id=self.provider.issuer,
            name=self.provider.label,
            client_id=self.provider.client_id,
            secret=self.provider.client_secret,
            settings={"server_url": self.provider.issuer.rstrip("/")},
        )
        return OpenIDConnectProvider(self.request, app=app)

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return str(settings.SITE_URL + reverse("accounts:single-sign-on-return"))

    def client(self) -> OAuth2Client:
        """What asks for tokens. Raises ``NotOurs`` if the description is another provider's."""
        said = self.openid_config["issuer"]
        if said.rstrip("/") != self.provider.issuer.rstrip("/"):
            raise NotOurs("the description is of another issuer")
        return self.get_client(self.request, self.get_provider().app)

    def door(self) -> str:
        """Where people sign in. Raises ``NotOurs`` for an address that is none of a page."""
        address = str(self.authorize_url)
        if urlsplit(address).scheme not in ("http", "https") or not address.isprintable():
            raise NotOurs("nobody signs in at such an address")
        return address

    def ask(self, url: str, access_token: str = "") -> dict[str, Any]:
        """The JSON at one of the provider's addresses."""
        headers = {"Authorization": f"Bearer {access_token}"} if access_token else {}
        with get_adapter().get_requests_session() as session:
            answer = session.get(url, headers=headers)
            answer.raise_for_status()
            found: dict[str, Any] = answer.json()
        return found


def begin(request: HttpRequest, provider: Provider, page: str) -> str:
    """The address at the provider to go to; the way back leads to ``page``. Raises ``Refused``."""
    challenge = generate_code_challenge()
    nonce = secrets.token_urlsafe(32)
    try:
        adapter = _Adapter(request, provider)
        client, address = adapter.client(), adapter.door()
    except (NotOurs, *FAILURES) as error:
        raise _away(provider, error) from None
    state = {
        "nonce": nonce,
        "verifier": challenge.pop("code_verifier"),
        "page": key_ring().seal(page, PAGE),  # it may be the link of an invitation
    }
    client.state = statekit.stash_state(request, provider_id=provider.issuer, state=state)
    # bytes there, text here: it goes into the address as it is
    challenge["code_challenge"] = challenge["code_challenge"].decode()
    return str(client.get_redirect_url(address, SCOPES, challenge | {"nonce": nonce}))


def finish(request: HttpRequest, provider: Provider) -> tuple[Person, str]:
    """Who has come back from the provider, and the page they wanted. Raises ``Refused``."""
    state = statekit.unstash_state(
        request, provider_id=provider.issuer, state_id=request.GET.get("state", "")
    )
    if state is None:
        raise Stale(STALE)
    code = request.GET.get("code", "")
    if not code or "error" in request.GET:
        raise Refused(CANCELLED.format(label=provider.label))
    try:
        person = _person(_Adapter(request, provider), code, state)
    except NotOurs as error:
        logger.warning("The identity provider's token was refused: %s.", error)
        raise Refused(NOT_BELIEVED.format(label=provider.label)) from None
    except FAILURES as error:
        raise _away(provider, error) from None
    with suppress(Unreadable):
        return person, key_ring().open(state["page"], PAGE)
    return person, ""


def _person(adapter: _Adapter, code: str, state: dict[str, Any]) -> Person:
    tokens = adapter.client().get_access_token(code, pkce_code_verifier=state["verifier"])
    described = adapter.openid_config
    claims = claims_of(
        tokens["id_token"],
        adapter.ask(described["jwks_uri"]),
        issuer=described["issuer"],
        client_id=adapter.provider.client_id,
        nonce=state["nonce"],
    )
    if "email" not in claims and "userinfo_endpoint" in described:
        more = adapter.ask(described["userinfo_endpoint"], tokens["access_token"])
        if more.get("sub") != claims["sub"]:
            raise NotOurs("the details are of another person")
        claims = more | claims
    return person_of(claims)


def _away(provider: Provider, error: Exception) -> Refused:
    # The kind alone: the text of some errors holds what the provider answered.
    logger.warning("The identity provider failed: %s.", type(error).__name__)
    return Refused(AWAY.format(label=provider.label))
