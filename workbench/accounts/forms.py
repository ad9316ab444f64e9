"""The forms of accounts. Passwords are taken exactly as typed and never sent back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from .models import User

# Longer ones only cost hashing time.
LONGEST_PASSWORD = 1000
WRONG_PASSWORD = "This is not your current password."


def validate_address(email: str) -> None:
    """Raise ``ValidationError`` for what is no e-mail address that a mail can be sent to.

    Django takes control characters between quotation marks, the obsolete syntax of RFC 5322, 4.1,
    and in a domain signs that turn the direction of writing, or half a character: a header cannot
    hold them.
    """
    validate_email(email)
    if not email.isprintable():
        raise ValidationError(validate_email.message, code=validate_email.code)


class EmailField(forms.EmailField):
    """An e-mail address."""

    default_validators = [validate_address]


def _new_password(label: str = "Password") -> forms.CharField:
    return forms.CharField(
        label=label,
        strip=False,
        max_length=LONGEST_PASSWORD,
        help_text="12 characters or more. A sentence is easy to remember.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


def _current_password(label: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        strip=False,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class SignInForm(forms.Form):
    """Who signs in; ``next`` is where to go afterwards."""

    email = forms.EmailField(
        label="E-mail",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = _current_password("Password")
    next = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)


class WelcomeForm(forms.Form):
    """The first person and the first team."""

    name = forms.CharField(
        label="Your name",
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True}),
    )
    email = EmailField(
        label="E-mail", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = _new_password()
    team_name = forms.CharField(label="Team", max_length=100, initial="My team")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        person = User(email=cleaned.get("email", ""), name=cleaned.get("name", ""))
        _check_strength(self, "password", person)
        return cleaned


class AccountForm(forms.Form):
    """What a person changes about themselves; nobody asks for mail where there is none."""

    name = forms.CharField(
        label="Your name", max_length=100, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    theme = forms.ChoiceField(label="Theme", choices=User.Theme.choices)
    mails_notices = forms.BooleanField(
        label="Mail me what is new in my inbox, every 15 minutes at most", required=False
    )

    def __init__(self, *args: Any, is_mailed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_mailed:
            del self.fields["mails_notices"]


class NewPasswordForm(forms.Form):
    """A new password for ``user``, who has proven who they are by a reset link."""

    new_password = _new_password("New password")

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        _check_strength(self, "new_password", self.user)
        return cleaned


class PasswordForm(NewPasswordForm):
    """A new password for a signed-in person, who types the current one too."""

    current_password = _current_password("Current password")

    field_order = ("current_password", "new_password")


def focus_on_first_error(form: forms.BaseForm) -> None:
    """Let the page open with the cursor in the first field that is wrong."""
    for field in form.fields.values():
        field.widget.attrs.pop("autofocus", None)
    named = [name for name in form.fields if name in form.errors] or list(form.fields)
    form.fields[named[0]].widget.attrs["autofocus"] = True


def _check_strength(form: forms.Form, field: str, user: User) -> None:
    password = form.cleaned_data.get(field)
    if password is None:
        return
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        form.add_error(field, error)
