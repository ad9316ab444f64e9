"""Hostile people come in by an identity provider, which says of them what they like."""

from __future__ import annotations

import re

import httpx

from tests.identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider

from .hostile_names import CLAIMS, EMAILS


def settings_for(provider: IdentityProvider) -> dict[str, str]:
    """The settings of a site that people enter by ``provider`` if they like."""
    return {
        "OIDC_ISSUER": provider.issuer,
        "OIDC_CLIENT_ID": CLIENT_ID,
        "OIDC_CLIENT_SECRET": CLIENT_SECRET,
        "OIDC_LABEL": "Example ID",
    }


def claims_of(kind: str) -> dict[str, object]:
    """What a provider says of the hostile person of a kind."""
    return {**CLAIMS[kind], "email": EMAILS[kind], "email_verified": True}


def come_in(url: str, provider: IdentityProvider, kind: str) -> None:
    """Sign the hostile person of a kind in to the site at ``url``, there and back."""
    provider.claims = claims_of(kind)
    with httpx.Client(base_url=url, timeout=30) as browser:
        found = re.search(
            r'name="csrfmiddlewaretoken" value="([^"]+)"', browser.get("/sign-in/").text
        )
        assert found
        answer = browser.post("/sign-in/oidc/", data={"csrfmiddlewaretoken": found[1]})
        there = browser.get(answer.headers["Refresh"].removeprefix("0; url="))
        back = browser.get(there.headers["Location"])
        assert back.status_code == httpx.codes.FOUND, back.text
