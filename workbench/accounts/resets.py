"""Password reset links: for one use, for one hour, handed over by the operator or mailed.

``manage.py reset_link E-MAIL`` prints one, the page of accounts shows one, and with a mail server
who forgot a password asks for one (``mail/``). The token is Django's own:
it depends on the password and the last sign-in, so either change makes it worthless.
"""

from __future__ import annotations

from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from .models import User
from .sessions.entering import passwords_are_closed

CLOSED = "There are no passwords here: everybody signs in with the identity provider."


def reset_path(user: User) -> str:
    """The path of the page where ``user`` chooses a new password."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("accounts:reset", args=[uid, default_token_generator.make_token(user)])


def user_of(uid: str, token: str) -> User | None:
    """The active user whose valid reset link has these two parts, else None.

    Always None while the identity provider is the only way in.
    """
    if passwords_are_closed():
        return None
    try:
        user = User.objects.filter(pk=int(urlsafe_base64_decode(uid)), is_active=True).first()
    except (ValueError, OverflowError):
        return None
    return user if default_token_generator.check_token(user, token) else None
