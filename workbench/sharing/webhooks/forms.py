"""The form that makes a webhook."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings

from workbench.messages_api import clean_text

from .events import EVENTS
from .hosts import LONGEST, refusal

NO_EVENT = "Choose one event or more."


class WebhookForm(forms.Form):
    """Where events are sent, and which."""

    url = forms.CharField(
        label="Address",
        max_length=LONGEST,
        widget=forms.URLInput(
            attrs={"autocomplete": "off", "placeholder": "https://example.org/hooks"}
        ),
        error_messages={
            "required": "Type the address that events are sent to.",
            "max_length": f"An address has at most {LONGEST} characters; use a shorter one.",
        },
    )
    events = forms.MultipleChoiceField(
        label="Events",
        choices=list(EVENTS.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": NO_EVENT, "invalid_choice": NO_EVENT},
    )

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["events"].initial = list(EVENTS)

    def clean_url(self) -> str:
        url = clean_text(self.cleaned_data["url"])
        if sentence := refusal(url, settings.WEBHOOK_HOSTS):
            raise forms.ValidationError(sentence)
        return url
