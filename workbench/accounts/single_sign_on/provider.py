"""The identity provider that the operator has named."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Provider:
    """``label`` is what people call it; with ``is_only`` there is no other way in.

    With ``links_verified_email`` somebody whose address the provider has verified gets the account
    that has this address, once; without it an account belongs to who was in it first.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    label: str
    links_verified_email: bool = False
    is_only: bool = False
