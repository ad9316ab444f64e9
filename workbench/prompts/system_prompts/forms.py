"""What people type about a system prompt."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from workbench.messages_api import clean_text
from workbench.prompts.models import SystemPrompt, SystemPromptVersion
from workbench.prompts.tags import is_visible, tags_of

from .saving import Details

LONGEST_NAME = 200
LONGEST_NOTE = 2_000
LONGEST_TEXT = 2_000_000
NO_NAME = "Give the system prompt a name."
NAME_TOO_LONG = f"A name has at most {LONGEST_NAME} characters; shorten this one."


class SystemPromptForm(forms.Form):
    """Name, description and tags, the text of the next version, and a note on it."""

    name = forms.CharField(
        label="Name",
        max_length=LONGEST_NAME,
        error_messages={"required": NO_NAME, "max_length": NAME_TOO_LONG},
    )
    text = forms.CharField(
        label="Text",
        strip=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 12, "class": "mono"}),
        error_messages={
            "required": "Write the text first; a system prompt is not empty.",
            "max_length": f"A text has at most {LONGEST_TEXT:,} characters; shorten this one.",
        },
    )
    description = forms.CharField(
        label="Description",
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 1}),
    )
    tags = forms.CharField(
        label="Tags", required=False, help_text="Words with commas between them."
    )
    note = forms.CharField(
        label="Note on this version",
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 1}),
    )

    @classmethod
    def posted(cls, post: QueryDict) -> SystemPromptForm:
        """The cleaned fields of a post."""
        return cls({name: clean_text(str(post.get(name, ""))) for name in cls.base_fields})

    @classmethod
    def of(cls, system_prompt: SystemPrompt, version: SystemPromptVersion) -> SystemPromptForm:
        """What is stored, with the text of ``version``."""
        return cls(
            initial={
                "name": system_prompt.name,
                "description": system_prompt.description,
                "tags": ", ".join(system_prompt.tags),
                "text": version.text,
            }
        )

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if not is_visible(name):
            raise ValidationError(NO_NAME)
        return name

    def clean_tags(self) -> list[str]:
        try:
            return tags_of(self.cleaned_data["tags"])
        except ValueError as error:
            raise ValidationError(str(error)) from None

    @property
    def details(self) -> Details:
        """The cleaned details of a valid form."""
        found: dict[str, Any] = self.cleaned_data
        return Details(found["name"], found["description"], found["tags"])
