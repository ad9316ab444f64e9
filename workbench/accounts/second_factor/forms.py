"""The forms of the second factor: a code, and the proof that it is the person who asks."""

from __future__ import annotations

from typing import Any

from django import forms

from workbench.accounts.forms import LONGEST_PASSWORD
from workbench.accounts.models import User
from workbench.accounts.sessions.entering import passwords_are_closed

LONGEST_CODE = 40


class _Code(forms.CharField):
    """Digits of an app or of a recovery code, in groups or not."""

    def __init__(self, label: str, hint: str = "") -> None:
        attributes = {
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "spellcheck": "false",
        }
        super().__init__(
            label=label,
            help_text=hint,
            max_length=LONGEST_CODE,
            widget=forms.TextInput(attrs=attributes),
            error_messages={"required": "Type the code."},
        )


class SignInCodeForm(forms.Form):
    """The second step of a sign-in."""

    code = _Code("Code", "Six digits from your app, or one of your recovery codes.")

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["code"].widget.attrs["autofocus"] = True


class ProofForm(forms.Form):
    """The password of ``user``, or a code where there is none; ``proof`` names the field."""

    def __init__(self, user: User, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        by_password = user.has_usable_password() and not passwords_are_closed()
        self.proof = "current_password" if by_password else self.other_proof()
        if self.proof == "current_password":
            self.fields["current_password"] = forms.CharField(
                label="Your password",
                strip=False,
                max_length=LONGEST_PASSWORD,
                widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
            )

    def other_proof(self) -> str:
        """Add what is asked instead of a password; the name of its field."""
        self.fields["code"] = _Code("Code", "Six digits from your app, or a recovery code.")
        return "code"


class SwitchOnForm(ProofForm):
    """The first code of the app, and the password where there is one."""

    code = _Code("Code", "The six digits that the app shows now.")

    def __init__(self, user: User, *arguments: Any, **named: Any) -> None:
        super().__init__(user, *arguments, **named)
        self.order_fields(["current_password", "code"])  # the code lasts half a minute

    def other_proof(self) -> str:
        """Nothing: there is neither a password nor a second factor yet."""
        return ""
