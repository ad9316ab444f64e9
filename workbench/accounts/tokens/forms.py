"""The form that makes a token."""

from __future__ import annotations

from typing import Any

from django import forms

from workbench.accounts.models import ApiToken, Team
from workbench.messages_api import clean_text

MOST = 100
"""Tokens of a team that are good at a time."""
TAKEN = "There is a token with this name: choose another one, or revoke that one first."
TOO_MANY = f"A team has at most {MOST} tokens: revoke one that is not used any more."


class TokenForm(forms.Form):
    """The name by which the team will know a token."""

    name = forms.CharField(
        label="Name of a new token",
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Give the token a name, so that you know later what it is."},
    )

    def __init__(self, team: Team, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.team = team

    def clean_name(self) -> str:
        name = " ".join(clean_text(self.cleaned_data["name"]).split())
        good = ApiToken.objects.filter(team=self.team, revoked_at=None)
        if good.filter(name=name).exists():
            raise forms.ValidationError(TAKEN)
        if good.count() >= MOST:
            raise forms.ValidationError(TOO_MANY)
        return name
