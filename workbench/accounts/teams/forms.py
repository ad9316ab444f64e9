"""The forms of a team: its name, its settings, and the last question before it goes."""

from __future__ import annotations

from typing import Any

from django import forms

from workbench.accounts.forms import LONGEST_PASSWORD
from workbench.accounts.models import Team, User
from workbench.messages_api import clean_text

NO_NAME = "Give the team a name, so that people know it in their lists."
OTHER_NAME = "This is not the team's name: type it as it stands above."


def one_line(text: str) -> str:
    """``text`` without what no name has: breaks, doubled spaces, NUL."""
    return " ".join(clean_text(text).split())


class TeamName(forms.CharField):
    """The name of a team."""

    def __init__(self, label: str) -> None:
        super().__init__(
            label=label,
            max_length=100,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
            error_messages={"required": NO_NAME},
        )

    def clean(self, value: Any) -> str:
        return str(super().clean(one_line(str(value or ""))))


class NewTeamForm(forms.Form):
    """The name of a team that is made."""

    name = TeamName("Name of a new team")


class TeamForm(forms.Form):
    """What owners and admins decide about a team; its name is its owners'."""

    name = TeamName("Name")
    editors_share = forms.BooleanField(
        label="Editors may make links that show something to people outside the team",
        required=False,
    )

    def __init__(self, *arguments: Any, is_owner: bool, **named: Any) -> None:
        super().__init__(*arguments, **named)
        # A disabled field keeps its value, whatever is posted.
        self.fields["name"].disabled = not is_owner


class DeletionForm(forms.Form):
    """The team's name, typed, and the password of who deletes it."""

    name = forms.CharField(
        label="The team's name",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": OTHER_NAME},
    )
    current_password = forms.CharField(
        label="Your current password",
        strip=False,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, team: Team, user: User, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.team = team
        if not user.has_usable_password():  # they sign in elsewhere
            del self.fields["current_password"]

    def clean_name(self) -> str:
        name = one_line(self.cleaned_data["name"])
        if name != one_line(self.team.name):
            raise forms.ValidationError(OTHER_NAME)
        return name
