"""The choices of a new link."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from workbench.messages_api import clean_text

LATEST, ONE = "latest", "version"
DAYS = {"1": "In 1 day", "7": "In 7 days", "30": "In 30 days", "never": "Never"}
LEAST_PASSWORD = 8
MOST_PASSWORD = 128
TOO_SHORT = f"Give the password {LEAST_PASSWORD} characters or more, or leave it empty."
TOO_LONG = f"Give the password {MOST_PASSWORD} characters at most."


class LinkForm(forms.Form):
    """What a link shows, for how long, and to whom."""

    which = forms.ChoiceField(label="Shows", choices=(), widget=forms.RadioSelect)
    shows_system = forms.BooleanField(label="The system prompt", required=False, initial=True)
    shows_variables = forms.BooleanField(
        label="The values and defaults of variables", required=False, initial=True
    )
    days = forms.ChoiceField(
        label="Expires",
        choices=list(DAYS.items()),
        initial="30",
        error_messages={"required": "Choose when the link expires."},
    )
    password = forms.CharField(
        label="Password",
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Whoever has the link needs it as well. Tell it by another way than the link.",
    )

    def __init__(self, number: int, *arguments: Any, **named: Any) -> None:
        """``number`` is that of the version to share, 0 for what has no versions."""
        super().__init__(*arguments, **named)
        if number:
            words = [
                (ONE, f"This version, v{number}, and never a later one"),
                (LATEST, LATEST_WORDS),
            ]
            which: Any = self.fields["which"]
            which.choices, which.initial = words, ONE
        else:
            del self.fields["which"]

    def clean_password(self) -> str:
        password = clean_text(self.cleaned_data["password"])
        if password and len(password) < LEAST_PASSWORD:
            raise forms.ValidationError(TOO_SHORT)
        if len(password) > MOST_PASSWORD:
            raise forms.ValidationError(TOO_LONG)
        return password

    @property
    def is_latest(self) -> bool:
        return bool(self.cleaned_data.get("which") == LATEST)

    @property
    def expires_at(self) -> datetime | None:
        """When the link expires, None for never."""
        days = self.cleaned_data["days"]
        return None if days == "never" else timezone.now() + timedelta(days=int(days))


LATEST_WORDS = "The latest version at each visit"


class PasswordForm(forms.Form):
    """What a reader types to open a link that has a password."""

    password = forms.CharField(
        label="Password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "autofocus": True}),
        error_messages={"required": "Type the password that belongs to this link."},
    )

    def clean_password(self) -> str:
        return clean_text(self.cleaned_data["password"])[:MOST_PASSWORD]
