"""What an identity provider says about a person, once it is certain that it was said to us.

The rules: https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation, read
2026-11-29.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Any

import jwt

from workbench.messages_api import clean_text

# No algorithm with a shared secret, and never "none".
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
CLOCK_SECONDS = 60
"""How far the provider's clock may be from ours."""
LONGEST_SUBJECT = 191
LONGEST_NAME = 100


class NotOurs(Exception):
    """The token is forged, stale, or was made for another site or another sign-in."""


@dataclass(frozen=True)
class Person:
    """Somebody at the provider: ``subject`` is theirs for good; ``email`` is "" if unverified."""

    subject: str
    email: str
    name: str


def claims_of(
    id_token: str, keys: dict[str, Any], *, issuer: str, client_id: str, nonce: str
) -> dict[str, Any]:
    """The claims of a token that ``issuer`` signed for this site and this sign-in.

    Raises ``NotOurs`` for every other token.
    """
    try:
        claims: dict[str, Any] = jwt.decode(
            id_token,
            key=_key_of(id_token, keys),
            algorithms=list(ALGORITHMS),
            audience=client_id,
            issuer=issuer,
            leeway=CLOCK_SECONDS,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )
    except jwt.PyJWTError as error:
        raise NotOurs(type(error).__name__) from None
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise NotOurs("another nonce")
    if claims.get("azp", client_id) != client_id:
        raise NotOurs("authorized for another site")
    return claims


def person_of(claims: dict[str, Any]) -> Person:
    """Who the claims are about. Raises ``NotOurs`` for a subject that cannot be stored."""
    subject = claims["sub"]
    if not subject or len(subject) > LONGEST_SUBJECT or clean_text(subject) != subject:
        raise NotOurs("no usable subject")
    email = claims.get("email") if _is_true(claims.get("email_verified")) else ""
    name = next((claims[key] for key in ("name", "preferred_username") if claims.get(key)), "")
    shown = " ".join(clean_text(str(name)).split())[:LONGEST_NAME]
    return Person(subject, str(email or "").strip(), shown)


def _key_of(id_token: str, keys: dict[str, Any]) -> jwt.PyJWK:
    """The key that the token names; a token that names none is for a set of one."""
    found = jwt.PyJWKSet.from_dict(keys).keys
    name = jwt.get_unverified_header(id_token).get("kid")
    named = [key for key in found if key.key_id == name] if name else found
    if len(named) != 1:
        raise jwt.InvalidKeyError("no such key")
    return named[0]


def _is_true(claim: Any) -> bool:
    """Some providers write the truth as a text."""
    return claim is True or claim == "true"
