"""The form of both numbers."""

from __future__ import annotations

from typing import Any

from django import forms

LONGEST = 36_500
LEAST_AUDIT_DAYS = 30
"""So that nobody wipes away at once what they have just done."""


class DaysField(forms.IntegerField):
    """Whole days; empty is for ever."""

    def __init__(self, label: str, least: int) -> None:
        sentence = f"Type whole days from {least} to {LONGEST:,}, or nothing to keep them for ever."
        super().__init__(
            label=label,
            required=False,
            min_value=least,
            max_value=LONGEST,
            widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), sentence),
        )


class RetentionForm(forms.Form):
    """How many days runs and audit events are kept, and consent when that becomes less."""

    run_days = DaysField("Days that runs are kept", 1)
    audit_days = DaysField("Days that the audit trail is kept", LEAST_AUDIT_DAYS)
    is_understood = forms.BooleanField(
        label="I know that what is older is deleted for ever", required=False
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if self.errors or data["is_understood"]:
            return data
        if any(_is_less(data[name], self.initial[name]) for name in ("run_days", "audit_days")):
            self.add_error("is_understood", "Tick this: what is older is gone within the hour.")
        return data


def _is_less(days: int | None, before: int | None) -> bool:
    return days is not None and (before is None or days < before)
