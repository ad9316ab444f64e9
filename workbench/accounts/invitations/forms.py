"""The form that makes an invitation, and the one of people who register by it."""

from __future__ import annotations

from typing import Any

from django import forms

from workbench.accounts.forms import EmailField, WelcomeForm
from workbench.accounts.models import Role
from workbench.accounts.teams.forms import one_line
from workbench.accounts.teams.roles import roles_given_by

MOST = 100
"""Invitations of a team that are open at a time."""
MOST_USES = 1000
DAYS = ((1, "1 day"), (7, "7 days"), (30, "30 days"), (90, "90 days"))
USES = f"Type how many people may join by the link: 1 to {MOST_USES}."
TOO_MANY = f"A team has at most {MOST} open invitations: revoke one that is not needed any more."
TAKEN = "There is an account with this e-mail: sign in with it, then you come back to this page."


class InvitationForm(forms.Form):
    """The role of whoever joins by a link, and for how long and how many it is."""

    role = forms.ChoiceField(label="Role")
    days = forms.TypedChoiceField(label="Works for", choices=DAYS, coerce=int, initial=7)
    uses = forms.IntegerField(
        label="Uses",
        min_value=1,
        max_value=MOST_USES,
        initial=1,
        error_messages={
            "required": USES,
            "invalid": USES,
            "min_value": USES,
            "max_value": USES,
        },
    )
    email = EmailField(
        label="For (e-mail)",
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": "Type an e-mail address, or leave the field empty."},
    )

    def __init__(self, role: Role, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        given = self.fields["role"]
        assert isinstance(given, forms.ChoiceField)
        given.choices = [(choice.value, choice.label) for choice in roles_given_by(role)]
        given.initial = Role.EDITOR.value


class RegistrationForm(WelcomeForm):
    """A person who has no account yet."""

    team_name = None  # type: ignore[assignment]

    def clean_name(self) -> str:
        name = one_line(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError("Type the name by which the team knows you.")
        return name
