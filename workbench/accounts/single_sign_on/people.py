"""Whose account it is that somebody from the identity provider comes to."""

from __future__ import annotations

from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from workbench.accounts import audit
from workbench.accounts.forms import validate_address
from workbench.accounts.models import User

from .asking import Refused
from .claims import Person
from .provider import Provider

DISABLED = "This account is disabled. Ask whoever looks after this installation."
NOBODY_YET = (
    "Nobody has set this installation up yet: open the welcome link from the terminal first."
)
NO_EMAIL = (
    "{label} does not say that your e-mail address is verified. Verify it there, then start again."
)
TAKEN = (
    "An account with the address {email} is there already, and it does not belong to this sign-in. "
    "Sign in to it another way, or ask whoever looks after this installation."
)


def account_of(request: HttpRequest, provider: Provider, person: Person) -> User:
    """The account that belongs to issuer and subject: known, linked by e-mail if the operator
    allows it, or new and without a team. Raises ``Refused``.
    """
    try:
        return _account_of(request, provider, person)
    except IntegrityError:  # the same person came twice at once: the other one has made it
        return _account_of(request, provider, person)


@transaction.atomic
def _account_of(request: HttpRequest, provider: Provider, person: Person) -> User:
    links = SocialAccount.objects.filter(provider=provider.issuer)
    known = links.filter(uid=person.subject).select_related("user").first()
    if known is not None:
        known.save(update_fields=["last_login"])
        return _active(known.user)
    if not User.objects.exists():
        raise Refused(NOBODY_YET)
    _mind_the_email(provider, person.email)
    user = User.objects.select_for_update().filter(email__iexact=person.email).first()
    if user is None:
        user = User.objects.create_user(person.email, None, name=person.name or person.email[:100])
        action = "account.make"
    # Who has come here before under another subject is another person with a re-used address.
    elif not provider.links_verified_email or links.filter(user=user).exists():
        raise Refused(TAKEN.format(email=person.email))
    else:
        action = "account.link"
    _active(user)
    SocialAccount.objects.create(user=user, provider=provider.issuer, uid=person.subject)
    audit.record(request, action, actor=user, target=user.email, issuer=provider.issuer)
    return user


def _mind_the_email(provider: Provider, email: str) -> None:
    try:
        validate_address(email)
    except ValidationError:
        raise Refused(NO_EMAIL.format(label=provider.label)) from None
    if len(email) > 254:
        raise Refused(NO_EMAIL.format(label=provider.label))


def _active(user: User) -> User:
    if not user.is_active:
        raise Refused(DISABLED)
    return user
