"""The forms of connections and caps; a key that was typed is never given back to a page."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings

from workbench.accounts.models import Connection, Membership, Role, Team
from workbench.catalogue import API_VERSIONS, DEFAULT_API_VERSION
from workbench.messages_api import clean_text

from .keys import KEY

MOST = 50
"""Connections of a team."""
TAKEN = "There is a connection with this name: choose another one."
TOO_MANY = f"A team has at most {MOST} connections: delete one that is not used any more."
BAD_KEY = "This is no API key: one has 8 to 256 characters and no blanks. Copy it once more."
NO_CAP = "Empty for no cap."
LARGEST_CAP = Decimal("9999999999.99")
SPEND_ROLES = (
    (Role.EDITOR, "Editors, admins and owners"),
    (Role.ADMIN, "Admins and owners"),
    (Role.OWNER, "Owners alone"),
)
PLAIN = {"autocomplete": "off"}


def cap_field(label: str, hint: str = NO_CAP) -> forms.DecimalField:
    """A field for USD per calendar month."""
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=Decimal(0),
        max_value=LARGEST_CAP,
        decimal_places=2,
        help_text=hint,
        widget=forms.TextInput(attrs={**PLAIN, "inputmode": "decimal"}),
        error_messages={
            "invalid": "Write an amount such as 50 or 12.50, or leave it empty.",
            "min_value": "A cap is 0 or more.",
            "max_decimal_places": "Write cents with two digits at most.",
        },
    )


def cap_text(usd: Decimal | None) -> str | None:
    """A cap as the audit trail keeps it: with cents, None for none."""
    return None if usd is None else f"{usd:.2f}"


def key_field() -> forms.CharField:
    """A field for an API key, which no page ever shows again."""
    return forms.CharField(
        label="API key",
        max_length=256,
        help_text="Kept encrypted and never shown again, only its last 4 characters.",
        widget=forms.PasswordInput(
            attrs={"autocomplete": "new-password", "spellcheck": "false"}, render_value=False
        ),
        error_messages={"required": "Enter the API key.", "max_length": BAD_KEY},
    )


class KeyForm(forms.Form):
    """A new key for a connection."""

    key = key_field()

    def clean_key(self) -> str:
        key = str(self.cleaned_data["key"]).strip()
        if not KEY.fullmatch(key):
            raise forms.ValidationError(BAD_KEY)
        return key


class SettingsForm(forms.Form):
    """What can be changed about a connection without its key."""

    name = forms.CharField(
        label="Name",
        max_length=100,
        widget=forms.TextInput(attrs=PLAIN),
        error_messages={
            "required": "Give the connection a name, so that you know whose key it is."
        },
    )
    api_version = forms.ChoiceField(
        label="API version of new prompts",
        choices=[(version, version) for version in API_VERSIONS],
        initial=DEFAULT_API_VERSION,
    )
    cap_usd = cap_field("Cap in USD a month")

    def __init__(
        self, team: Team, *arguments: Any, connection: Connection | None = None, **named: Any
    ) -> None:
        super().__init__(*arguments, **named)
        self.team, self.connection = team, connection

    def clean_name(self) -> str:
        name = " ".join(clean_text(self.cleaned_data["name"]).split())
        if not name:
            raise forms.ValidationError(self.fields["name"].error_messages["required"])
        others = Connection.objects.filter(team=self.team)
        if self.connection is not None:
            others = others.exclude(pk=self.connection.pk)
        elif others.count() >= MOST:
            raise forms.ValidationError(TOO_MANY)
        if others.filter(name=name).exists():
            raise forms.ValidationError(TAKEN)
        return name


class ConnectionForm(KeyForm, SettingsForm):
    """A new connection."""

    field_order = ("name", "upstream", "key", "api_version", "cap_usd")
    upstream = forms.ChoiceField(label="For")

    def __init__(self, team: Team, *arguments: Any, **named: Any) -> None:
        super().__init__(team, *arguments, **named)
        field = self.fields["upstream"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (upstream.name, f"{upstream.label} ({upstream.host})")
            for upstream in settings.UPSTREAMS.values()
            if not upstream.is_simulator
        ]


class MoneyForm(forms.Form):
    """What the team spends at most, and who may spend."""

    cap_usd = cap_field("Cap of the team in USD a month")
    spend_role = forms.ChoiceField(
        label="Who may send requests that cost money",
        choices=SPEND_ROLES,
        help_text="The others can still run on the simulator.",
    )

    @classmethod
    def of(cls, team: Team) -> MoneyForm:
        return cls(initial={"cap_usd": team.cap_usd, "spend_role": team.spend_role})

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        # The page has another field of the same name.
        super().__init__(data, auto_id="team_%s", initial=initial)


class MemberCapForm(forms.Form):
    """What one member spends at most."""

    cap_usd = cap_field("Cap in USD a month")

    @classmethod
    def of(cls, member: Membership) -> MemberCapForm:
        return cls(initial={"cap_usd": member.cap_usd})
